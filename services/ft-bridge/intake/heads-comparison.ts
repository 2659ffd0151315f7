import type { BusConsumer } from '../../../shared/bus/bus-consumer.js';
import type { Heads } from './heads.js';
import type { Intake } from './intake.js';
import type { Repair } from './repair.js';

const BATCH = 500;

export type HeadsComparisonOptions = {
  readonly heads: Heads;
  readonly consumer: Pick<BusConsumer, 'pending'>;
  readonly intake: Pick<Intake, 'newestPosition' | 'lastArrivalAt'>;
  readonly repair: Repair;
  /** Without an arrival for so long, an empty bus is taken to have said everything. */
  readonly quietMs: number;
  readonly now: () => number;
};

/**
 * Finds what the bus lost. What came before the newest position we took should have come too; and once the bus is quiet
 * and empty, so should everything: the last message of all may be the one that was lost.
 */
export function createHeadsComparison(options: HeadsComparisonOptions) {
  const { heads, consumer, intake, repair, quietMs, now } = options;
  let comparedTo = -1n;
  let isFirst = true;

  async function end(): Promise<bigint | undefined> {
    const isQuiet = now() - intake.lastArrivalAt() >= quietMs;
    // A bus that cannot be asked may have everything still.
    const isEmpty = isQuiet && (await consumer.pending().catch(() => undefined)) === 0;
    return isEmpty ? heads.newest() : intake.newestPosition();
  }

  return {
    /** @throws PostgresUnavailable; what was not compared is the next time. */
    async compare(): Promise<void> {
      const upTo = await end();
      while (upTo !== undefined && upTo > comparedTo) {
        const missing = await heads.missing(comparedTo, upTo, BATCH);
        // The first time, parked players too: this version may be able to read what the one before could not.
        await Promise.all(missing.map(({ playerId }) => repair.request(playerId, { evenIfParked: isFirst })));
        comparedTo = missing.length < BATCH ? upTo : (missing.at(-1)?.position ?? upTo);
      }
      if (upTo !== undefined) isFirst = false;
    },
  };
}
