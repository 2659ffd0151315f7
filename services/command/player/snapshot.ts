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
  return JSON.stringify(state, (_name, value: unknown) => (value instanceof Map ? { [MAP]: [...value] } : value));
}

/** What `writeState` of this very `STATE_VERSION` wrote. */
export function readState(text: string): RegisteredPlayer {
  return JSON.parse(text, (_name, value: unknown) =>
    // Every map was written under this name, and nothing else has it.
    typeof value === 'object' && value !== null && MAP in value ? mapOf(value[MAP] as [unknown, unknown][]) : value,
  ) as RegisteredPlayer;
}

function mapOf(entries: readonly [unknown, unknown][]): ReadonlyMap<unknown, unknown> {
  return entries.length === 0 ? emptyMap() : new Map(entries);
}

const MAP = '$map';
