import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait after the n-th failure in a row (from 1), in ms. */
export type Backoff = (attempt: number, retryAfterMs?: number) => number;

/** Runs `work` until it succeeds, whatever stands in its way; undefined when told to stop before it did. */
export async function persist<T>(
  work: () => Promise<T>,
  backoff: Backoff,
  signal: AbortSignal,
  onFailure: (error: unknown, attempt: number) => void = () => undefined,
): Promise<T | undefined> {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      onFailure(error, attempt);
      await sleep(backoff(attempt), undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}
