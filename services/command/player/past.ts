import type { BonusRecord, GameSession, Payment, RegisteredPlayer } from './state.js';
import { type TransactionMemory, type TransactionRecord, transactionKey } from './transactions.js';

/**
 * What must be remembered of a player for ever but is seldom read, by id: only what the state no longer holds itself.
 * Synchronous, so that a decision stays a pure function of data; where it is kept is the runtime's.
 */
export type Past = {
  /** Undefined = never seen. One space for bets, wins, rollbacks and tombstones of a provider. */
  transaction(provider: string, transactionId: string): TransactionRecord | undefined;
  payment(paymentId: string): Payment | undefined;
  bonus(userBonusId: string): BonusRecord | undefined;
  endedSession(sessionId: string): GameSession | undefined;
};

/** The past of a player of whom nothing is archived: the state has the rest. */
export function unarchivedPast(transactions: Pick<TransactionMemory, 'get'>): Past {
  return {
    transaction: (provider, transactionId) => transactions.get(transactionKey(provider, transactionId)),
    payment: () => undefined,
    bonus: () => undefined,
    endedSession: () => undefined,
  };
}

type WithPast = { readonly state: RegisteredPlayer; readonly past: Past };

export function paymentOf({ state, past }: WithPast, paymentId: string): Payment | undefined {
  return state.payments.get(paymentId) ?? past.payment(paymentId);
}

/** A bonus that was ever credited. */
export function bonusOf({ state, past }: WithPast, userBonusId: string): BonusRecord | undefined {
  return state.bonuses.get(userBonusId) ?? past.bonus(userBonusId);
}

/** A game session that has ended, by whoever's id it is. */
export function endedSessionOf({ state, past }: WithPast, sessionId: string): GameSession | undefined {
  return state.endedSessions.get(sessionId) ?? past.endedSession(sessionId);
}
