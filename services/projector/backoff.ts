import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 50;
const MAX_MS = 5_000;

export type Backoff = {
  /** Waits longer after each failure, at random up to the bound; returns early when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
  /** It worked: the next failure is a first one. */
  reset(): void;
};

export function createBackoff(random: () => number = Math.random): Backoff {
  let failures = 0;
  let waitedAtMs = 0;
  return {
    async wait(signal) {
      // What then worked for a while has worked.
      if (performance.now() - waitedAtMs > 2 * MAX_MS) failures = 0;
      const boundMs = Math.min(MAX_MS, FIRST_MS * 2 ** failures);
      failures = Math.min(failures + 1, 10);
      // At least half of it: a server that is gone is not asked in a busy loop.
      await sleep(boundMs * (0.5 + random() / 2), undefined, { signal }).catch(() => undefined);
      waitedAtMs = performance.now();
    },
    reset() {
      failures = 0;
    },
  };
}
