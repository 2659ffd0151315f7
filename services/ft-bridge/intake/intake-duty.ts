import { setTimeout as sleep } from 'node:timers/promises';
import type { BusConsumer } from '../../../shared/bus/bus-consumer.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { BridgeMetrics } from '../bridge-metrics.js';
import type { Inbox, TakeResult } from '../inbox/inbox.js';
import { type Backoff, persist } from '../persist.js';
import type { Heads } from './heads.js';
import { createHeadsComparison } from './heads-comparison.js';
import { createIntake } from './intake.js';
import type { Repair } from './repair.js';

export type IntakeDutyOptions = {
  /** Opens the bus anew for each time on duty. */
  readonly openConsumer: () => BusConsumer;
  readonly inbox: Inbox;
  readonly heads: Heads;
  readonly repair: Repair;
  readonly onTaken: (result: TakeResult) => void;
  readonly headsEveryMs: number;
  readonly quietMs: number;
  readonly now: () => number;
  readonly backoff: Backoff;
  readonly metrics: BridgeMetrics;
  readonly logger: Logger;
};

export type IntakeDuty = {
  /** Takes from the bus and compares the heads from now on, or no longer. Either may be said again. */
  set(onDuty: boolean): void;
  /** What keeps messages from coming while we are on duty. */
  missing(): string | undefined;
  /** Ends the duty; resolves when nothing of it is under way. Rejects if it ended on a defect. */
  stop(): Promise<void>;
};

type Shift = { end(): void; readonly over: Promise<void>; missing(): string | undefined };

/**
 * What one of the instances does for all. There may be two of it for a moment, when one was paused and does not know yet
 * that another leads: `take` judges under a lock, so what the second brings is known already.
 */
export function createIntakeDuty(options: IntakeDutyOptions): IntakeDuty {
  const { inbox, backoff, logger } = options;
  let shift: Shift | undefined;
  let stopped = false;
  /** A defect ends the process, as an unhandled rejection: a bridge that no longer takes anything must not look alive. */
  let over: Promise<void> = Promise.resolve();

  function begin(): Shift {
    const ending = new AbortController();
    const consumer = options.openConsumer();
    const before = over;
    return {
      end() {
        ending.abort();
        void consumer.stop();
      },
      over: before.then(() => work(consumer, ending.signal)).finally(() => consumer.stop()),
      missing: consumer.missing,
    };
  }

  async function work(consumer: BusConsumer, signal: AbortSignal): Promise<void> {
    const found = await persist(async () => ({ newest: await inbox.newestPosition() }), backoff, signal);
    if (found === undefined) return;
    const intake = createIntake({ ...options, ...found, consumer });
    const comparison = createHeadsComparison({ ...options, consumer, intake });
    await Promise.all([intake.run(signal), compareHeads(comparison, signal)]);
  }

  async function compareHeads(comparison: { compare(): Promise<void> }, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A server that is away shows in /health/ready; the next round compares what this one could not.
      await comparison.compare().catch((err: unknown) => logger.debug({ err }, 'the heads could not be compared'));
      await sleep(options.headsEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  function set(onDuty: boolean): void {
    if (stopped || onDuty === (shift !== undefined)) return;
    if (shift === undefined) {
      shift = begin();
      over = shift.over;
    } else {
      shift.end();
      shift = undefined;
    }
  }

  return {
    set,
    missing: () => shift?.missing(),
    async stop() {
      set(false);
      stopped = true;
      await over;
    },
  };
}
