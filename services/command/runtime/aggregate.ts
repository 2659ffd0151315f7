import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { decodePlayerEvent } from '../../../shared/events/codec.js';
import { EMPTY_HEAD, type Head } from '../../../shared/events/envelope.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { evolve } from '../player/evolve.js';
import type { Past } from '../player/past.js';
import { type PastRecord, readState, recordKey, STATE_VERSION, setAside, writeState } from '../player/snapshot.js';
import { NO_PLAYER, type PlayerState } from '../player/state.js';
import { remember, type TransactionMemory, type TransactionRecord, transactionKey } from '../player/transactions.js';
import type { PlayerArchive } from './archive.js';

/**
 * One player as this process knows them: the state at a head, the transactions since the last save, and everything
 * older in the archive. One owner at a time changes it, in the player's queue.
 */
export type Aggregate = {
  head: Head;
  state: PlayerState;
  /** Up to here the archive is complete; −1 = it has nothing. */
  archivedTo: number;
  /** Where counting the events for the next save begins. */
  unsavedFrom: number;
  /** What is newer than the archive, by transaction; a record here hides the archived one. */
  readonly recent: Map<string, TransactionRecord>;
  readonly archive: PlayerArchive;
  /** What decisions and `evolve` may look up, and what `remember` writes to: `recent` over the archive. */
  readonly past: Past;
  readonly memory: TransactionMemory;
};

/** The history does not begin where the archive ends: another history, or one that was rewritten. */
export class NotThisHistory extends Error {
  override readonly name = 'NotThisHistory';
}

/**
 * The player as archived, and where to read on: the archive's own last event comes first, to be compared by `confirm`.
 * Without an archive of this version, the player before the first event.
 */
export function openAggregate(archive: PlayerArchive): Aggregate {
  const recent = new Map<string, TransactionRecord>();
  // The kind is in the key, and what was saved under it is of that kind.
  const archived = <R extends PastRecord>(key: string) =>
    aggregate.archivedTo < 0 ? undefined : (archive.record(key) as R | undefined);
  const memory: TransactionMemory = {
    get: (key) => recent.get(key) ?? archived(recordKey.transaction(key)),
    set: (key, record) => recent.set(key, record),
  };
  const past: Past = {
    transaction: (provider, transactionId) => memory.get(transactionKey(provider, transactionId)),
    payment: (paymentId) => archived(recordKey.payment(paymentId)),
    bonus: (userBonusId) => archived(recordKey.bonus(userBonusId)),
    endedSession: (sessionId) => archived(recordKey.endedSession(sessionId)),
  };
  const aggregate: Aggregate = {
    ...{ head: EMPTY_HEAD, state: NO_PLAYER, archivedTo: -1, unsavedFrom: -1 },
    ...{ recent, archive, past, memory },
  };
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

/** Takes the next event of the stream. */
export function follow(aggregate: Aggregate, stored: StoredEvent): void {
  const event = decodePlayerEvent(stored);
  const { revision, hash } = aggregate.head;
  if (stored.revision !== revision + 1 || event.metadata.prevHash !== hash) {
    throw new Error(`${stored.stream}@${stored.revision} does not follow ${revision} ${hash}`);
  }
  apply(aggregate, event, event.metadata.recordedAt);
  aggregate.head = { revision: stored.revision, hash: event.metadata.hash };
}

function apply(to: Pick<Aggregate, 'state' | 'past' | 'memory'>, event: PlayerEvent, at: string): void {
  to.state = evolve(to.state, event, at, to.past);
  remember(to.memory, event, at);
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
  const memory: TransactionMemory = {
    get: (key) => changed.get(key) ?? aggregate.memory.get(key),
    set: (key, record) => changed.set(key, record),
  };
  const past: Past = {
    ...aggregate.past,
    transaction: (provider, transactionId) => memory.get(transactionKey(provider, transactionId)),
  };
  const grown = { state: aggregate.state, head: aggregate.head, past, memory };
  return {
    past,
    get state() {
      return grown.state;
    },
    get head() {
      return grown.head;
    },
    grow(events, at, head) {
      for (const event of events) apply(grown, event, at);
      grown.head = head;
    },
    adopt() {
      aggregate.state = grown.state;
      aggregate.head = grown.head;
      for (const [key, record] of changed) aggregate.memory.set(key, record);
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
