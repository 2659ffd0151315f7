import { emptyMap } from './maps.js';
import type { BonusRecord, GameSession, Payment, RegisteredPlayer } from './state.js';
import type { TransactionRecord } from './transactions.js';

/**
 * The version of what is kept outside the streams: state and records, what they look like and what they mean. Raise it
 * with every change of `evolve`, `remember` or their types: what an older version wrote is then not used, but made anew
 * from the stream. (`snapshot.test.ts` notices most such changes.)
 */
export const STATE_VERSION = 2;

/** One thing that is remembered for ever. */
export type PastRecord = TransactionRecord | Payment | BonusRecord | GameSession;

// Names of records among one player's. The first word keeps the four kinds apart.

export const recordKey = {
  transaction: (key: string) => `transaction ${key}`,
  payment: (paymentId: string) => `payment ${paymentId}`,
  bonus: (userBonusId: string) => `bonus ${userBonusId}`,
  endedSession: (sessionId: string) => `session ${sessionId}`,
};

/** Takes out of the state what can be looked up from now on: what is left does not grow with the history. */
export function setAside(state: RegisteredPlayer): {
  readonly state: RegisteredPlayer;
  readonly records: ReadonlyMap<string, PastRecord>;
} {
  const records = new Map<string, PastRecord>();
  for (const [id, payment] of state.payments) records.set(recordKey.payment(id), payment);
  for (const [id, bonus] of state.bonuses) records.set(recordKey.bonus(id), bonus);
  for (const [id, session] of state.endedSessions) records.set(recordKey.endedSession(id), session);
  return { state: { ...state, payments: emptyMap(), bonuses: emptyMap(), endedSessions: emptyMap() }, records };
}

/** The state as text. It is plain data and maps of plain data. */
export function writeState(state: RegisteredPlayer): string {
  const written: WithEntries<RegisteredPlayer> = {
    ...state,
    blocks: entriesOf(state.blocks),
    limits: entriesOf(state.limits),
    spending: { ...state.spending, earlier: entriesOf(state.spending.earlier) },
    payments: entriesOf(state.payments),
    openSessions: entriesOf(state.openSessions),
    endedSessions: entriesOf(state.endedSessions),
    bonuses: entriesOf(state.bonuses),
    logins: entriesOf(state.logins),
  };
  return JSON.stringify(written);
}

/** What `writeState` of this very `STATE_VERSION` wrote. */
export function readState(text: string): RegisteredPlayer {
  const written = JSON.parse(text) as WithEntries<RegisteredPlayer>;
  return {
    ...written,
    blocks: mapOf(written.blocks),
    limits: mapOf(written.limits),
    spending: { ...written.spending, earlier: mapOf(written.spending.earlier) },
    payments: mapOf(written.payments),
    openSessions: mapOf(written.openSessions),
    endedSessions: mapOf(written.endedSessions),
    bonuses: mapOf(written.bonuses),
    logins: mapOf(written.logins),
  };
}

// Each map by its name (the compiler misses one that is left out): functions that look for maps are called for every
// value of the state, and take several times as long as the rest of a first touch does.

/** A map as JSON has it. */
type Entries<K, V> = { readonly $map: readonly (readonly [K, V])[] };

/** The same data with entries in the place of maps, at any depth. */
type WithEntries<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? Entries<K, V>
    : T extends readonly unknown[] | string | number | boolean | null
      ? T
      : { readonly [N in keyof T]: WithEntries<T[N]> };

function entriesOf<K, V>(map: ReadonlyMap<K, V>): Entries<K, V> {
  return { $map: [...map] };
}

function mapOf<K, V>({ $map }: Entries<K, V>): ReadonlyMap<K, V> {
  return $map.length === 0 ? emptyMap() : new Map($map);
}
