import type { Decoded } from '../../../shared/events/codec.js';
import type { Head } from '../../../shared/events/envelope.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Arrival } from './arrival.js';

/** What is kept of the last failures of the event that a lane is at. Times in ms since 1970. */
export type Failing = {
  readonly attempts: number;
  /** Of the last attempts, how many in a row Fast Track refused for a reason of this message's own. */
  readonly refusals: number;
  readonly since: number;
  readonly nextAttemptAt: number;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  readonly error: string;
};

/** How far the delivery of one player's events is. Revisions; −1 is none. */
export type LaneState = {
  readonly playerId: PlayerId;
  readonly delivered: number;
  readonly taken: number;
  /** Messages of the event after `delivered` that Fast Track has confirmed. */
  readonly partsDone: number;
  readonly failing: Failing | undefined;
  readonly replay: Replay | undefined;
  /** Where the lane ends, as in `Parked`. */
  readonly parked: number | undefined;
};

/** Events that an operator wants sent again, before anything new of the player: these revisions, all delivered before. */
export type Replay = { readonly next: number; readonly last: number };

export type TakeResult = {
  readonly playerId: PlayerId;
  /** What is in the inbox since this commit, in order. */
  readonly taken: readonly Arrival[];
  readonly duplicates: number;
  readonly mismatched: number;
  readonly hole: boolean;
  readonly lane: LaneState;
};

/** What was done to a lane, and the epoch of its partition under which it was done. */
export type Fenced = { readonly playerId: PlayerId; readonly fence: number };

export type Delivered = Fenced & {
  readonly revision: number;
  readonly eventId: string;
  readonly at: number;
  readonly attempts: number;
  /** Undefined when Fast Track hears nothing of this event. */
  readonly status: number | undefined;
};

/** A lane that stands in the middle of an event, because it failed or because we stop. */
export type Standing = Fenced & {
  readonly delivered: number;
  readonly partsDone: number;
  readonly failing: Failing | undefined;
};

/** How far a replay is; `next` is beyond `last` once it is over. */
export type Replayed = Replay & Fenced;
/** A request that Fast Track did not answer with 200. */
export type FailedAttempt = {
  readonly playerId: PlayerId;
  readonly revision: number;
  /** Which of the event's messages, from 0. */
  readonly part: number;
  readonly at: number;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  readonly error: string;
  readonly durationMs: number;
};

/** How many failed attempts of one event are kept: the newest. */
export const ATTEMPTS_KEPT = 50;

/**
 * The lane ends before this revision, until an operator decides or, where it is unreadable, until code that can read it
 * runs. Refused: Fast Track takes other players' messages, and not this one.
 */
export type Parked = {
  readonly revision: number;
  readonly kind: 'unreadable' | 'refused';
  readonly reason: string;
};

export type InboxCounts = { readonly undelivered: number; readonly parked: number };

/**
 * What was taken from the bus and what became of it. Whatever a method returned is durable, except `settle`: marks may
 * be lost with the machine, and then messages repeat.
 *
 * Every method but `settle` is safe beside itself: one player's arrivals are judged under a lock.
 * @throws PostgresUnavailable from every method, when it may work later.
 */
export type Inbox = {
  /** Judges and takes arrivals of any players in one transaction. One result for each player named. */
  take(arrivals: readonly Arrival[]): Promise<readonly TakeResult[]>;
  /**
   * Takes what the event store says: consecutive revisions, of one player, chained. Where the inbox holds another event
   * at one of these revisions, it is replaced and delivery goes back to before it.
   */
  takeTruth(playerId: PlayerId, truth: readonly Arrival[]): Promise<TakeResult & { readonly rewound: boolean }>;
  /** The last event taken; EMPTY_HEAD when there is none. */
  markOf(playerId: PlayerId): Promise<Head>;
  /** Hashes of the revisions in this range that are kept. */
  hashes(playerId: PlayerId, from: number, to: number): Promise<ReadonlyMap<number, string>>;
  /** The newest position taken. */
  newestPosition(): Promise<bigint | undefined>;
  /** The next events of each lane, at most `limit` of each. Rows that cannot be read end a lane's page. */
  pages(
    lanes: readonly { readonly playerId: PlayerId; readonly after: number }[],
    limit: number,
  ): Promise<readonly Page[]>;
  /** Lanes with something left to deliver, or to deliver again, by player id. */
  backlog(after: PlayerId | undefined, limit: number): Promise<readonly LaneState[]>;
  /** Those of these players' lanes that there are. */
  lanesOf(playerIds: readonly PlayerId[]): Promise<readonly LaneState[]>;
  /** What was done under an epoch that is not the partition's any more changes nothing. */
  settle(
    delivered: readonly Delivered[],
    standing: readonly Standing[],
    replayed?: readonly Replayed[],
    attempts?: readonly FailedAttempt[],
  ): Promise<void>;
  /** A lane that is parked before this revision already stays as it is, and so does one that is not ours any more. */
  park(playerId: PlayerId, parked: Parked, fence?: number): Promise<void>;
  unpark(playerId: PlayerId): Promise<void>;
  parked(playerId: PlayerId): Promise<Parked | undefined>;
  counts(): Promise<InboxCounts>;
};

export type Page = {
  readonly playerId: PlayerId;
  readonly events: readonly Decoded<PlayerEvent>[];
  /** Why the row after these cannot be read. */
  readonly unreadable: Parked | undefined;
};
