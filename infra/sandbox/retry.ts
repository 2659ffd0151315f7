import { setTimeout as wait } from 'node:timers/promises';

export type Backoff = { readonly firstMs: number; readonly maxMs: number };

export const BACKOFF: Backoff = { firstMs: 250, maxMs: 30_000 };

/**
 * Tries until `attempt` gives something, with full-jitter exponential backoff.
 * @returns undefined when `signal` ended it first: what is owed then waits in a journal for the next start.
 */
export async function untilDone<T>(
  attempt: () => Promise<T | undefined>,
  signal: AbortSignal,
  backoff: Backoff = BACKOFF,
): Promise<T | undefined> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    const outcome = await attempt();
    if (outcome !== undefined) return outcome;
    const ceilingMs = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(failures, 20));
    await wait(Math.random() * ceilingMs, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
