import type { Lease } from './lease.js';

/** What several projectors of one process may ask for, each by its name. */
export type LeaseTable = { of(holder: string, lastsMs: number): Lease };

/** The lease's twin in memory, for tests. */
export function createLeaseTable(nowMs: () => number): LeaseTable {
  let held = { holder: '', epoch: 0n, expiresAtMs: Number.NEGATIVE_INFINITY };
  return {
    of(holder, lastsMs) {
      return {
        async take(retakeOwn) {
          const isFree = held.expiresAtMs <= nowMs() || (retakeOwn && held.holder === holder);
          if (!isFree) return undefined;
          held = { holder, epoch: held.epoch + 1n, expiresAtMs: nowMs() + lastsMs };
          return held.epoch;
        },
        async renew(epoch) {
          if (held.epoch !== epoch) return false;
          held = { ...held, expiresAtMs: nowMs() + lastsMs };
          return true;
        },
        async release(epoch) {
          if (held.epoch === epoch) held = { ...held, expiresAtMs: nowMs() };
        },
      };
    },
  };
}
