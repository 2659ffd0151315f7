import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import type { Decoded } from '../../../shared/events/codec.js';
import { EMPTY_HEAD, type Head } from '../../../shared/events/envelope.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { evolve } from '../player/evolve.js';
import type { Past } from '../player/past.js';
import { type PastRecord, readState, recordKey, STATE_VERSION, setAside, writeState } from '../player/snapshot.js';
import { type BonusRecord, type GameSession, NO_PLAYER, type Payment, type PlayerState } from '../player/state.js';
import { remember, type TransactionMemory, type TransactionRecord, transactionKey } from '../player/transactions.js';
import type { PlayerArchive } from './archive.js';

/**
 * One player as this process knows them: the state at a head, the transactions since the last save, and everything
 * older in the archive. One owner at a time changes it, in the player's queue. A class: tens of thousands are cached, and
 * closures would take more than what they remember.
 */
export class Aggregate implements Past, TransactionMemory {
  head = EMPTY_HEAD;
  state: PlayerState = NO_PLAYER;
  /** Up to here the archive is complete; −1 = it has nothing. */
  archivedTo = -1;
  /** Where counting the events for the next save begins. */
  unsavedFrom = -1;
  /** What is newer than the archive, by transaction; a record here hides the archived one. */
  readonly recent = new Map<string, TransactionRecord>();
  readonly archive: PlayerArchive;

  constructor(archive: PlayerArchive) {
    this.archive = archive;
  }

  // What `remember` reads and writes: `recent` over the archive.

  get(key: string): TransactionRecord | undefined {
    return this.recent.get(key) ?? this.#archived(recordKey.transaction(key));
  }

  set(key: string, record: TransactionRecord): void {
    this.recent.set(key, record);
  }

  // What decisions and `evolve` may look up.

  transaction(provider: string, transactionId: string): TransactionRecord | undefined {
    return this.get(transactionKey(provider, transactionId));
  }

  payment(paymentId: string): Payment | undefined {
    return this.#archived(recordKey.payment(paymentId));
  }

  bonus(userBonusId: string): BonusRecord | undefined {
    return this.#archived(recordKey.bonus(userBonusId));
  }

  endedSession(sessionId: string): GameSession | undefined {
    return this.#archived(recordKey.endedSession(sessionId));
  }

  /** The kind is in the key, and what was saved under it is of that kind. */
  #archived<R extends PastRecord>(key: string): R | undefined {
    return this.archivedTo < 0 ? undefined : (this.archive.record(key) as R | undefined);
  }
}

/** The history does not begin where the archive ends: another history, or one that was rewritten. */
export class NotThisHistory extends Error {
  override readonly name = 'NotThisHistory';
}

/**
 * The player as archived, and where to read on: the archive's own last event comes first, to be compared by `confirm`.
 * Without an archive of this version, the player before the first event.
 */
export function openAggregate(archive: PlayerArchive): Aggregate {
  const aggregate = new Aggregate(archive);
  const snapshot = archive.snapshot();
  if (snapshot?.stateVersion === STATE_VERSION) {
    aggregate.head = { revision: snapshot.revision, hash: snapshot.hash };
    aggregate.state = readState(snapshot.state);
    aggregate.archivedTo = snapshot.revision;
    aggregate.unsavedFrom = snapshot.revision;
  }
  return aggregate;
}

/** @throws NotThisHistory unless this is the event that the archive ends with. */
export function confirm({ head }: Aggregate, stored: StoredEvent | undefined): void {
  if (stored?.revision !== head.revision || stored.metadata.hash !== head.hash)
    throw new NotThisHistory(`${stored?.stream}@${stored?.revision} is not ${head.revision} ${head.hash}`);
}

/** What a stored event says; the same for the same event, for ever. */
export type DecodeEvent = (stored: StoredEvent) => Decoded<PlayerEvent>;

/** Takes the next event of the stream. */
export function follow(aggregate: Aggregate, stored: StoredEvent, decode: DecodeEvent): void {
  const event = decode(stored);
  const { revision, hash } = aggregate.head;
  if (stored.revision !== revision + 1 || event.metadata.prevHash !== hash) {
    throw new Error(`${stored.stream}@${stored.revision} does not follow ${revision} ${hash}`);
  }
  apply(aggregate, aggregate, event, event.metadata.recordedAt);
  aggregate.head = { revision: stored.revision, hash: event.metadata.hash };
}

function apply(to: { state: PlayerState }, past: Past & TransactionMemory, event: PlayerEvent, at: string): void {
  to.state = evolve(to.state, event, at, past);
  remember(past, event, at);
}

/** The player as decisions that are not stored yet would leave them. The aggregate hears of none of it until `adopt`. */
export type Branch = {
  readonly state: PlayerState;
  readonly past: Past;
  readonly head: Head;
  /** Takes the events of a decision, which leave the stream at this head. */
  grow(events: readonly PlayerEvent[], at: string, head: Head): void;
  /** They are stored. */
  adopt(): void;
};

export function branch(aggregate: Aggregate): Branch {
  const changed = new Map<string, TransactionRecord>();
  const get = (key: string) => changed.get(key) ?? aggregate.get(key);
  const past: Past & TransactionMemory = {
    get,
    set: (key, record) => changed.set(key, record),
    transaction: (provider, transactionId) => get(transactionKey(provider, transactionId)),
    payment: (paymentId) => aggregate.payment(paymentId),
    bonus: (userBonusId) => aggregate.bonus(userBonusId),
    endedSession: (sessionId) => aggregate.endedSession(sessionId),
  };
  const grown = { state: aggregate.state, head: aggregate.head };
  return {
    past,
    get state() {
      return grown.state;
    },
    get head() {
      return grown.head;
    },
    grow(events, at, head) {
      for (const event of events) apply(grown, past, event, at);
      grown.head = head;
    },
    adopt() {
      aggregate.state = grown.state;
      aggregate.head = grown.head;
      for (const [key, record] of changed) aggregate.set(key, record);
    },
  };
}

/** Moves what can be looked up into the archive, with a snapshot. @throws when that could not be written. */
export async function save(aggregate: Aggregate): Promise<void> {
  const { head, archive, recent } = aggregate;
  if (aggregate.state.status === 'none') return;
  // Somebody else has saved the player since: what we have goes with an older archive.
  if ((archive.revision() ?? -1) !== aggregate.archivedTo) return;
  const { state, records } = setAside(aggregate.state);
  const all = new Map<string, PastRecord>(records);
  for (const [key, record] of recent) all.set(recordKey.transaction(key), record);
  await archive.save({ ...head, stateVersion: STATE_VERSION, state: writeState(state) }, all);
  aggregate.state = state;
  aggregate.archivedTo = head.revision;
  aggregate.unsavedFrom = head.revision;
  recent.clear();
}

/** What is kept in memory and grows until the next save. */
export function recordsIn({ state, recent }: Aggregate): number {
  if (state.status === 'none') return 0;
  return recent.size + state.payments.size + state.endedSessions.size + state.bonuses.size + state.logins.size;
}
