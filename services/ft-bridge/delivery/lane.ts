import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Failing, LaneState } from '../inbox/inbox.js';

/**
 * One player's deliveries in memory. It holds a few events at most; the rest are rows.
 * resting: nothing to do · ready: waits for a free slot · busy: has one · waiting: failed, waits for its time.
 */
export type Lane = {
  readonly playerId: PlayerId;
  state: 'resting' | 'ready' | 'busy' | 'waiting';
  /** Revision of the last event that Fast Track confirmed whole. */
  done: number;
  /** Revision of the last event that the inbox has for us. */
  taken: number;
  /** The next events, without a gap, beginning right after `done`; fewer than up to `taken` when it is behind. */
  queue: Decoded<PlayerEvent>[];
  /** The queue is being filled from the inbox. */
  loading: boolean;
  /** Messages of the next event that Fast Track confirmed, and requests that took. */
  partsDone: number;
  requests: number;
  failing: Failing | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Raised when delivery goes back: what was under way before belongs to events that never were. */
  epoch: number;
};

export function newLane({ playerId, delivered, partsDone, failing }: LaneState): Lane {
  return {
    playerId,
    state: 'resting',
    done: delivered,
    taken: delivered,
    queue: [],
    loading: false,
    partsDone,
    requests: failing?.attempts ?? 0,
    failing,
    timer: undefined,
    epoch: 0,
  };
}

export function hasWork(lane: Lane): boolean {
  return lane.taken > lane.done;
}

/**
 * Hands a lane events straight from their commit, if they follow what it holds and there is room: else it finds them in
 * the inbox when it gets there. Answers how many it took.
 */
export function enqueue(lane: Lane, events: readonly Decoded<PlayerEvent>[], room: number): number {
  const next = (lane.queue.at(-1)?.revision ?? lane.done) + 1;
  if (lane.loading || lane.failing !== undefined || events.length > room || events[0]?.revision !== next) return 0;
  lane.queue.push(...events);
  return events.length;
}
