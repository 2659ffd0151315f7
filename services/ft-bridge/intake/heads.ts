import type { BusConsumer } from '../../../shared/bus/bus-consumer.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import type { Intake } from './intake.js';
import type { Repair } from './repair.js';

/** The read models' heads, compared with the inbox's marks. Positions: the first exclusive, the last inclusive. */
export type Heads = {
  newest(): Promise<bigint | undefined>;
  /** Players whose head moved in this range and is not what the inbox has, by position. */
  missing(after: bigint, upTo: bigint, limit: number): Promise<readonly { playerId: PlayerId; position: bigint }[]>;
};

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
    const isQuiet = now() - intake.lastArrivalAt() >= quietMs && (await consumer.pending()) === 0;
    return isQuiet ? heads.newest() : intake.newestPosition();
  }

  return {
    /** @throws when Postgres or NATS cannot be asked: then nothing was compared. */
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

/** The projector's table: the one thing of the read models that the bridge looks at. */
export function createPostgresHeads(postgres: Postgres): Heads {
  const exists = async () => {
    const [row] = await postgres.query<{ found: boolean }>(
      `SELECT to_regclass('read_model.heads') IS NOT NULL AS found`,
    );
    return row?.found === true;
  };
  return {
    async newest() {
      // Before the projector has ever run there is nothing to compare with.
      if (!(await exists())) return undefined;
      const [row] = await postgres.query<{ newest: string | null }>(
        'SELECT max(position) AS newest FROM read_model.heads',
      );
      return row?.newest ? BigInt(row.newest) : undefined;
    },
    async missing(after, upTo, limit) {
      if (!(await exists())) return [];
      const rows = await postgres.query<{ player_id: string; position: string }>(
        `SELECT h.player_id, h.position FROM read_model.heads h LEFT JOIN bridge.lanes l USING (player_id)
          WHERE h.position > $1 AND h.position <= $2
            AND (l.player_id IS NULL OR l.taken_revision < h.revision
                 OR (l.taken_revision = h.revision AND l.taken_hash <> h.hash))
          ORDER BY h.position LIMIT $3`,
        [String(after), String(upTo), limit],
      );
      return rows.flatMap((row) => {
        const playerId = parsePlayerId(row.player_id);
        return playerId === undefined ? [] : [{ playerId, position: BigInt(row.position) }];
      });
    },
  };
}
