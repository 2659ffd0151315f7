import { createFifo } from './fifo.js';
import type { Lane } from './lane.js';

export type Slots = {
  /** Queues the lane for a slot. */
  push(lane: Lane): void;
  /**
   * The lane whose turn it is, if it may start: undefined when none does. At most `limit` have a slot; what is taken is
   * taken until `release`.
   */
  take(limit: number, rule?: Rule): Turn | undefined;
  release(turn: Turn): void;
  inFlight(): number;
  waiting(): number;
};

export type Turn = { readonly lane: Lane; readonly isRetry: boolean };

/** While Fast Track is away: who may start, lanes that have not failed before all others. */
export type Rule = (lane: Lane) => boolean;

/** Of the slots, what lanes that are failing may always have, and what they may have at most. */
const RETRY_SHARE_MIN = 1 / 16;
const RETRY_SHARE_MAX = 1 / 2;

/**
 * The requests that may be under way at once. Lanes that are failing may hold only half of them: requests that hang
 * until their timeout would otherwise take every slot, and a failing player would slow the others.
 */
export function createSlots(): Slots {
  const fresh = createFifo<Lane>();
  const retrying = createFifo<Lane>();
  let inFlight = 0;
  let retriesInFlight = 0;

  function inTurn(limit: number): Turn | undefined {
    const retriesMin = Math.max(1, Math.floor(limit * RETRY_SHARE_MIN));
    const retriesMax = Math.max(1, Math.floor(limit * RETRY_SHARE_MAX));
    const retryFirst = retriesInFlight < retriesMin ? retrying.shift() : undefined;
    if (retryFirst !== undefined) return { lane: retryFirst, isRetry: true };
    const lane = fresh.shift();
    if (lane !== undefined) return { lane, isRetry: false };
    const retry = retriesInFlight < retriesMax ? retrying.shift() : undefined;
    return retry === undefined ? undefined : { lane: retry, isRetry: true };
  }

  function byRule(mayStart: Rule): Turn | undefined {
    for (const queue of [fresh, retrying]) {
      const lane = queue.peek();
      if (lane === undefined || !mayStart(lane)) continue;
      queue.shift();
      return { lane, isRetry: queue === retrying };
    }
    return undefined;
  }

  return {
    push: (lane) => (lane.failing === undefined ? fresh : retrying).push(lane),
    take(limit, rule) {
      if (inFlight >= limit) return undefined;
      const turn = rule === undefined ? inTurn(limit) : byRule(rule);
      if (turn === undefined) return undefined;
      inFlight += 1;
      if (turn.isRetry) retriesInFlight += 1;
      return turn;
    },
    release({ isRetry }) {
      inFlight -= 1;
      if (isRetry) retriesInFlight -= 1;
    },
    inFlight: () => inFlight,
    waiting: () => fresh.size() + retrying.size(),
  };
}
