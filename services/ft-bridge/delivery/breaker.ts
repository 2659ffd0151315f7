import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Backoff } from '../persist.js';

export type BreakerLimits = {
  /** So many different players must have failed, */
  readonly playersMin: number;
  /** within so long, in which nobody's request succeeded. */
  readonly windowMs: number;
  /** With fewer players active: how long all of them must have failed. */
  readonly fewMs: number;
};

export const BREAKER_LIMITS: BreakerLimits = { playersMin: 5, windowMs: 10_000, fewMs: 30_000 };

export type BreakerFailure = {
  /** Refused for this message's own sake, as far as its status tells. */
  readonly refused: boolean;
  readonly retryAfterMs: number | undefined;
};

/**
 * Knows whether Fast Track takes anything from anybody. Times are ms of a clock that is never set back.
 *
 * Every failure counts, refusals too: where nobody at all gets a 200, a 401 or 400 is the destination's (a wrong key, a
 * bad release), and where somebody does, it stays closed whatever the others get.
 */
export type Breaker = {
  isOpen(): boolean;
  /**
   * Whether a request of this player may start; what it admits is told of its end. While open: one probe at a time, and
   * apart from that players of whom no request has failed, as long as it is not yet clear that Fast Track is ill, and
   * does not merely fail a few: a failing player must not keep the others waiting, not even when it is alone.
   */
  admit(playerId: PlayerId, isNewcomer: boolean, at: number): boolean;
  ended(playerId: PlayerId): void;
  succeeded(at: number): 'closed' | undefined;
  failed(playerId: PlayerId, at: number, failure: BreakerFailure): 'opened' | undefined;
  /** When the next probe may start; undefined while one is under way, and when closed. */
  nextProbeAt(): number | undefined;
  /** Probes of this opening, and since when it lasts. */
  opening(): { readonly since: number; readonly probes: number } | undefined;
};

/** A lane that fails is back within 30 s, and its request takes 5 s at most: after a longer silence all begins anew. */
const SILENCE_MS = 60_000;

type Open = {
  readonly since: number;
  readonly newcomers: Set<PlayerId>;
  probes: number;
  probing: PlayerId | undefined;
  nextProbeAt: number;
};

export function createBreaker(backoff: Backoff, limits: BreakerLimits = BREAKER_LIMITS): Breaker {
  const { playersMin, windowMs, fewMs } = limits;
  /** When the players that failed last did so, since the last success: as many as the rule asks for. */
  const failures = new Map<PlayerId, number>();
  /** Players who failed, since the last success, in a way that may well be the destination's. */
  const ill = new Set<PlayerId>();
  let lastSuccessAt = Number.NEGATIVE_INFINITY;
  let lastFailureAt = Number.NEGATIVE_INFINITY;
  let failingSince = Number.POSITIVE_INFINITY;
  let open: Open | undefined;

  function remember(playerId: PlayerId, at: number, refused: boolean): void {
    if (at - lastFailureAt > SILENCE_MS) failingSince = at;
    failingSince = Math.min(failingSince, at);
    lastFailureAt = at;
    failures.delete(playerId);
    failures.set(playerId, at);
    for (const oldest of failures.keys()) {
      if (failures.size <= playersMin) break;
      failures.delete(oldest);
    }
    if (!refused && ill.size < playersMin) ill.add(playerId);
  }

  function nobodySucceeds(at: number): boolean {
    if (at - lastSuccessAt < windowMs) return false;
    const failedLately = [...failures.values()].filter((failedAt) => at - failedAt < windowMs).length;
    return failedLately >= playersMin || at - failingSince >= fewMs;
  }

  return {
    isOpen: () => open !== undefined,
    admit(playerId, isNewcomer, at) {
      if (open === undefined) return true;
      if (open.probing === undefined && at >= open.nextProbeAt) {
        open.probing = playerId;
        open.probes += 1;
        return true;
      }
      if (!isNewcomer || ill.size + open.newcomers.size >= playersMin) return false;
      open.newcomers.add(playerId);
      return true;
    },
    ended(playerId) {
      if (open === undefined) return;
      open.newcomers.delete(playerId);
      if (open.probing === playerId) open.probing = undefined;
    },
    succeeded(at) {
      lastSuccessAt = at;
      failingSince = Number.POSITIVE_INFINITY;
      failures.clear();
      ill.clear();
      if (open === undefined) return undefined;
      open = undefined;
      return 'closed';
    },
    failed(playerId, at, { refused, retryAfterMs }) {
      remember(playerId, at, refused);
      if (open !== undefined) {
        if (open.probing === playerId) open.nextProbeAt = at + backoff(open.probes + 1, retryAfterMs);
        return undefined;
      }
      if (!nobodySucceeds(at)) return undefined;
      open = {
        since: at,
        newcomers: new Set(),
        probes: 0,
        probing: undefined,
        nextProbeAt: at + backoff(1, retryAfterMs),
      };
      return 'opened';
    },
    nextProbeAt: () => (open?.probing === undefined ? open?.nextProbeAt : undefined),
    opening: () => (open === undefined ? undefined : { since: open.since, probes: open.probes }),
  };
}
