import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from './postgres.js';

const WAIT_MAX_MS = 1_000;
const POLL_INTERVAL_MS = 5;

export type Freshness = {
  /** True once the read models have reached this position; false when they have not within a second. */
  reached(position: bigint): Promise<boolean>;
};

/** Up to where the read models are; −1 before the first event. @throws when they are not there. */
export async function readPosition(sql: Sql): Promise<bigint> {
  const rows = await sql.query<{ position: string }>(
    `select position from read_model.checkpoints where name = 'read-models'`,
  );
  return BigInt(rows[0]?.position ?? -1n);
}

/** Any number of callers wait on one poll. */
export function createFreshness(position: () => Promise<bigint>): Freshness {
  let known = -1n;
  let polling: Promise<void> | undefined;

  function poll(): Promise<void> {
    polling ??= position()
      .then((now) => {
        known = now;
      })
      .finally(() => {
        polling = undefined;
      });
    return polling;
  }

  return {
    async reached(wanted) {
      const deadline = performance.now() + WAIT_MAX_MS;
      // What was reached stays reached: only a rebuild goes back, and it begins elsewhere.
      while (known < wanted) {
        await poll();
        if (known >= wanted) break;
        if (performance.now() >= deadline) return false;
        await sleep(POLL_INTERVAL_MS);
      }
      return true;
    },
  };
}
