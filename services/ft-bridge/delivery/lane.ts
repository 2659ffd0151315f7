import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Failing, LaneState, Replay } from '../inbox/inbox.js';

/** How far the event is that a lane is at: messages of it that Fast Track confirmed, and requests that took. */
export type Place = { partsDone: number; requests: number };

/**
 * One player's deliveries in memory. It holds a few events at most; the rest are rows.
 * resting: nothing to do · ready: waits for a free slot · busy: has one · waiting: failed, waits for its time.
 */
export type Lane = Place & {
  readonly playerId: PlayerId;
  /** The epoch of its partition under which it is ours. */
  readonly fence: number;
  state: 'resting' | 'ready' | 'busy' | 'waiting';
  /** Revision of the last event that Fast Track confirmed whole. */
  done: number;
  /** Revision of the last event that the inbox has for us. */
  taken: number;
  /** Events to send again first. Their place is their own: the next new event may be half done. */
  replay: (Replay & Place) | undefined;
  /** Nothing is sent once this is the next revision. */
  parked: number | undefined;
  /** The next events, without a gap, beginning right after `lastSent`; fewer than there are when it is behind. */
  queue: Decoded<PlayerEvent>[];
  /** The queue is being filled from the inbox. */
  loading: boolean;
  /** The row is being read again: until then, nothing starts. */
  held: boolean;
  failing: Failing | undefined;
  /** What the backoff grows with: failures in a row, but counted anew when the breaker closes. */
  tries: number;
  timer: NodeJS.Timeout | undefined;
  /** Raised when delivery goes elsewhere: what was under way before does not count. */
  epoch: number;
};

export function newLane(state: LaneState, fence: number): Lane {
  return {
    fence,
    ...{
      playerId: state.playerId,
      state: 'resting',
      queue: [],
      loading: false,
      held: false,
      timer: undefined,
      epoch: 0,
    },
    ...placeOf(state),
    taken: state.delivered,
  };
}

/** What a lane takes from its row; `taken` apart, which whoever wakes the lane says. */
export function placeOf({ delivered, partsDone, failing, replay, parked }: LaneState) {
  return {
    done: delivered,
    partsDone,
    requests: failing?.attempts ?? 0,
    failing,
    tries: failing?.attempts ?? 0,
    parked,
    replay: replay === undefined ? undefined : { ...replay, partsDone: 0, requests: 0 },
  };
}

export function hasWork(lane: Lane): boolean {
  if (lane.parked !== undefined && lane.done + 1 >= lane.parked) return false;
  return lane.replay !== undefined || lane.taken > lane.done;
}

/** The revision before the one that is to be sent next. */
export function lastSent({ replay, done }: Lane): number {
  return replay === undefined ? done : replay.next - 1;
}

/**
 * Hands a lane events straight from their commit, if they follow what it holds and there is room: else it finds them in
 * the inbox when it gets there. Answers how many it took.
 */
export function enqueue(lane: Lane, events: readonly Decoded<PlayerEvent>[], room: number): number {
  if (lane.loading || lane.held || lane.failing !== undefined || lane.replay !== undefined) return 0;
  const next = (lane.queue.at(-1)?.revision ?? lane.done) + 1;
  if (events.length > room || events[0]?.revision !== next) return 0;
  lane.queue.push(...events);
  return events.length;
}

/**
 * Whether a row tells a lane no more than that there may be more to deliver. Anything else means that someone decided
 * something about this lane, or that what we have done is not written yet.
 */
export function onlyGrew(lane: Lane, row: LaneState): boolean {
  return (
    row.delivered <= lane.done &&
    row.taken >= lane.taken &&
    row.parked === lane.parked &&
    row.failing?.nextAttemptAt === lane.failing?.nextAttemptAt &&
    row.replay?.last === lane.replay?.last &&
    (row.replay?.next ?? 0) <= (lane.replay?.next ?? 0)
  );
}
