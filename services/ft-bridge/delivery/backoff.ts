import type { Backoff } from '../persist.js';

export type BackoffOptions = {
  readonly baseMs: number;
  readonly capMs: number;
  /** In [0, 1). */
  readonly random: () => number;
};

/**
 * Full jitter: anywhere between nothing and a ceiling that doubles with each failure, so that lanes that failed together
 * do not come back together. What the other side asked for is a floor, up to the same cap.
 */
export function createBackoff({ baseMs, capMs, random }: BackoffOptions): Backoff {
  return (attempt, retryAfterMs = 0) => {
    const jittered = random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));
    return Math.round(Math.min(capMs, Math.max(jittered, retryAfterMs)));
  };
}

/** The ms that a Retry-After header asks for: seconds, or an HTTP date. Undefined when it says neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
