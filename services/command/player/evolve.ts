import type { Balances, Consents, PlayerEvent, PlayerEventOf } from '../../../shared/events/player-events.js';
import { type Amount, zero } from '../../../shared/money/money.js';
import {
  betOpened,
  betSettled,
  bonusCancelled,
  bonusCompleted,
  bonusGranted,
  bonusQueued,
  paidOut,
  rolledBack,
} from './evolve-bonuses.js';
import { limitChanged, limitIncreaseRequested } from './evolve-limits.js';
import { emptyMap, withEntry, withoutKey } from './maps.js';
import { type Past, paymentOf } from './past.js';
import { noSpending, spendingAfter } from './spending.js';
import type { GameSession, Payment, PlayerState, RegisteredPlayer } from './state.js';
import { transactionKey } from './transactions.js';

const NO_CONSENTS: Consents = {
  email: false,
  sms: false,
  telephone: false,
  post_mail: false,
  site_notification: false,
  push_notification: false,
};

/** Tokens live a day; a login older than two can no longer matter. */
const LOGIN_MEMORY_MS = 2 * 24 * 3600 * 1000;

/** `at` is when the event was recorded; `past` is as of before it. Never refuses: the event has happened. */
export function evolve(state: PlayerState, event: PlayerEvent, at: string, past: Past): PlayerState {
  if (event.type === 'PlayerRegistered') return registered(event, at);
  if (state.status === 'none') throw new Error(`${event.type} before PlayerRegistered`);
  const spending = spendingAfter(state, event, at, past);
  return evolveRegistered(spending === state.spending ? state : { ...state, spending }, event, at, past);
}

function registered({ data }: PlayerEventOf<'PlayerRegistered'>, at: string): RegisteredPlayer {
  const nothing = zero(data.currency);
  return {
    status: 'registered',
    forgotten: null,
    balances: { cash: nothing, bonus: nothing, withdrawal: nothing, currency: data.currency },
    profileRevision: data.profileRevision,
    passwordRevision: 0,
    consents: NO_CONSENTS,
    blocks: emptyMap(),
    limits: emptyMap(),
    spending: noSpending(data.currency, at),
    payments: emptyMap(),
    openPayments: 0,
    lastDeposit: null,
    openSessions: emptyMap(),
    endedSessions: emptyMap(),
    bonuses: emptyMap(),
    activeBonus: null,
    bonusQueue: [],
    logins: emptyMap(),
  };
}

/** A switch: it runs for every event of every history, and what ts-pattern builds for a match would cost more than the rest. */
function evolveRegistered(
  state: RegisteredPlayer,
  event: Exclude<PlayerEvent, PlayerEventOf<'PlayerRegistered'>>,
  at: string,
  past: Past,
): RegisteredPlayer {
  const paid = (kind: Payment['kind'], status: Payment['status'], data: PaymentData) =>
    withPayment(state, past, kind, status, data, at);
  switch (event.type) {
    case 'PlayerLoggedIn':
      return {
        ...state,
        logins: withEntry(recent(state.logins, at), event.data.loginId, { at, loggedOut: false }),
      };
    case 'PlayerLoggedOut':
      return {
        ...state,
        logins: withEntry(state.logins, event.data.loginId, { at, loggedOut: true }),
      };
    case 'ConsentsChanged':
      return { ...state, consents: event.data.consents };
    case 'PlayerDetailsChanged':
      return { ...state, profileRevision: event.data.profileRevision };
    case 'PlayerPasswordChanged':
      return { ...state, passwordRevision: event.data.passwordRevision };
    case 'BlockPlaced':
      return {
        ...state,
        blocks: withEntry(state.blocks, event.data.reason, { until: event.data.until }),
      };
    case 'BlockLifted':
      return { ...state, blocks: withoutKey(state.blocks, event.data.reason) };
    case 'LimitChanged':
      return limitChanged(state, event.data);
    case 'LimitIncreaseRequested':
      return limitIncreaseRequested(state, event.data);
    case 'PlayerForgotten':
      return { ...state, forgotten: event.data };
    case 'DepositRequested':
      return paid('deposit', 'requested', event.data);
    case 'DepositCompleted':
      return {
        ...paid('deposit', 'completed', event.data),
        lastDeposit: { paymentId: event.data.paymentId, amount: event.data.amount },
      };
    case 'DepositFailed':
      return paid('deposit', 'failed', event.data);
    case 'DepositReversed':
      return {
        ...paid('deposit', 'reversed', event.data),
        // Money that went back is no deposit that a bonus could be counted on.
        lastDeposit: state.lastDeposit?.paymentId === event.data.paymentId ? null : state.lastDeposit,
      };
    case 'WithdrawalRequested':
      return paid('withdrawal', 'requested', event.data);
    case 'WithdrawalApproved':
      return paid('withdrawal', 'approved', event.data);
    case 'WithdrawalRejected':
      return paid('withdrawal', 'rejected', event.data);
    case 'WithdrawalCancelled':
      return paid('withdrawal', 'cancelled', event.data);
    case 'WithdrawalCompleted':
      return paid('withdrawal', 'completed', event.data);
    case 'WithdrawalFailed':
      return paid('withdrawal', 'failed', event.data);
    case 'WithdrawalReversed':
      return paid('withdrawal', 'reversed', event.data);
    case 'GameSessionStarted':
      return {
        ...state,
        openSessions: withEntry(state.openSessions, event.data.sessionId, startedSession(event.data, at)),
      };
    case 'GameSessionEnded':
      return endedSession(state, event.data.sessionId);
    case 'BetPlaced':
      return {
        ...betOpened(
          usedSession(state, event.data.sessionId, at),
          transactionKey(event.data.provider, event.data.transactionId),
          event.data.funding.userBonusId,
        ),
        balances: event.data.balances,
      };
    case 'WinCredited':
      return {
        ...paidOut(
          betSettled(state, transactionKey(event.data.provider, event.data.referenceTransactionId)),
          past,
          event.data.payout,
        ),
        balances: event.data.balances,
      };
    case 'RoundPlayed':
      return {
        ...usedSession(state, event.data.sessionId, at),
        balances: event.data.balances,
      };
    case 'TransactionRolledBack':
      return {
        ...rolledBack(state, past, event.data),
        balances: event.data.balances,
      };
    case 'RollbackTombstoned':
      return state;
    case 'BonusQueued':
      return bonusQueued(state, event.data);
    case 'BonusGranted':
      return bonusGranted(state, past, event.data);
    case 'BonusWageringProgressed':
      return {
        ...state,
        activeBonus: state.activeBonus === null ? null : { ...state.activeBonus, wagered: event.data.wagered },
      };
    case 'BonusCompleted':
      return bonusCompleted(state, past, event.data);
    case 'BonusCancelled':
      return bonusCancelled(state, past, event.data);
  }
}

type PaymentData = {
  readonly paymentId: string;
  readonly psp: string;
  readonly amount: Amount;
  readonly currency: string;
  readonly pspReference?: string;
  readonly balances?: Balances;
};

type SessionData = PlayerEventOf<'GameSessionStarted'>['data'];

function withPayment(
  state: RegisteredPlayer,
  past: Past,
  kind: Payment['kind'],
  status: Payment['status'],
  data: PaymentData,
  at: string,
): RegisteredPlayer {
  const before = paymentOf({ state, past }, data.paymentId);
  const { psp, amount, currency } = data;
  const told = before?.reported ?? [];
  const payment = {
    kind,
    psp,
    amount,
    currency,
    status,
    requestedAt: before?.requestedAt ?? at,
    reported: data.pspReference === undefined ? told : [...told, status],
  };
  return {
    ...state,
    balances: data.balances ?? state.balances,
    payments: withEntry(state.payments, data.paymentId, payment),
    openPayments: state.openPayments + Number(isOpen(status)) - Number(before !== undefined && isOpen(before.status)),
  };
}

function isOpen(status: Payment['status']): boolean {
  return status === 'requested' || status === 'approved';
}

function startedSession({ sessionId, gameId, provider }: SessionData, at: string): GameSession {
  return { sessionId, gameId, provider, startedAt: at, lastUsedAt: at };
}

function endedSession(state: RegisteredPlayer, sessionId: string): RegisteredPlayer {
  const session = state.openSessions.get(sessionId);
  if (session === undefined) throw new Error(`game session ${sessionId} was not open`);
  return {
    ...state,
    openSessions: withoutKey(state.openSessions, sessionId),
    endedSessions: withEntry(state.endedSessions, sessionId, session),
  };
}

function usedSession(state: RegisteredPlayer, sessionId: string, at: string): RegisteredPlayer {
  const session = state.openSessions.get(sessionId);
  if (session === undefined) throw new Error(`game session ${sessionId} was not open`);
  return { ...state, openSessions: withEntry(state.openSessions, sessionId, { ...session, lastUsedAt: at }) };
}

function recent(logins: RegisteredPlayer['logins'], at: string): RegisteredPlayer['logins'] {
  const since = new Date(Date.parse(at) - LOGIN_MEMORY_MS).toISOString();
  return new Map([...logins].filter(([, login]) => login.at >= since));
}
