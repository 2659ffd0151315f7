import { createFifo } from './fifo.js';
import type { Lane } from './lane.js';

export type Slots = {
  /** Queues the lane for a slot. */
  push(lane: Lane): void;
  /** The lane whose turn it is; undefined when none may start. The slot is taken until `release`. */
  take(): Turn | undefined;
  release(turn: Turn): void;
  inFlight(): number;
};

export type Turn = { readonly lane: Lane; readonly isRetry: boolean };

/** Of the slots, what lanes that are failing may always have, and what they may have at most. */
const RETRY_SHARE_MIN = 1 / 16;
const RETRY_SHARE_MAX = 1 / 2;

/**
 * The requests that may be under way at once. Lanes that are failing may hold only half of them: requests that hang
 * until their timeout would otherwise take every slot, and a failing player would slow the others.
 */
export function createSlots(count: number): Slots {
  const fresh = createFifo<Lane>();
  const retrying = createFifo<Lane>();
  const retriesMin = Math.max(1, Math.floor(count * RETRY_SHARE_MIN));
  const retriesMax = Math.max(1, Math.floor(count * RETRY_SHARE_MAX));
  let inFlight = 0;
  let retriesInFlight = 0;

  function pick(): Turn | undefined {
    const retryFirst = retriesInFlight < retriesMin ? retrying.shift() : undefined;
    if (retryFirst !== undefined) return { lane: retryFirst, isRetry: true };
    const lane = fresh.shift();
    if (lane !== undefined) return { lane, isRetry: false };
    const retry = retriesInFlight < retriesMax ? retrying.shift() : undefined;
    return retry === undefined ? undefined : { lane: retry, isRetry: true };
  }

  return {
    push: (lane) => (lane.failing === undefined ? fresh : retrying).push(lane),
    take() {
      if (inFlight >= count) return undefined;
      const turn = pick();
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
  };
}
