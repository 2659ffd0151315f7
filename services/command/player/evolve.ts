import { match } from 'ts-pattern';
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
import { withEntry, withoutKey } from './maps.js';
import { type Past, paymentOf } from './past.js';
import { noSpending, spendingAfter } from './spending.js';
import type { Payment, PlayerState, RegisteredPlayer } from './state.js';
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
    consents: NO_CONSENTS,
    blocks: new Map(),
    limits: new Map(),
    spending: noSpending(data.currency, at),
    payments: new Map(),
    openPayments: 0,
    lastDeposit: null,
    openSessions: new Map(),
    endedSessions: new Map(),
    bonuses: new Map(),
    activeBonus: null,
    bonusQueue: [],
    logins: new Map(),
  };
}

function evolveRegistered(
  state: RegisteredPlayer,
  event: Exclude<PlayerEvent, PlayerEventOf<'PlayerRegistered'>>,
  at: string,
  past: Past,
): RegisteredPlayer {
  const paid = (kind: Payment['kind'], status: Payment['status'], data: PaymentData) =>
    withPayment(state, past, kind, status, data, at);
  return match(event)
    .returnType<RegisteredPlayer>()
    .with({ type: 'PlayerLoggedIn' }, ({ data }) => ({
      ...state,
      logins: withEntry(recent(state.logins, at), data.loginId, { at, loggedOut: false }),
    }))
    .with({ type: 'PlayerLoggedOut' }, ({ data }) => ({
      ...state,
      logins: withEntry(state.logins, data.loginId, { at, loggedOut: true }),
    }))
    .with({ type: 'ConsentsChanged' }, ({ data }) => ({ ...state, consents: data.consents }))
    .with({ type: 'PlayerDetailsChanged' }, ({ data }) => ({ ...state, profileRevision: data.profileRevision }))
    .with({ type: 'BlockPlaced' }, ({ data }) => ({
      ...state,
      blocks: withEntry(state.blocks, data.reason, { until: data.until }),
    }))
    .with({ type: 'BlockLifted' }, ({ data }) => ({ ...state, blocks: withoutKey(state.blocks, data.reason) }))
    .with({ type: 'LimitChanged' }, ({ data }) => limitChanged(state, data))
    .with({ type: 'LimitIncreaseRequested' }, ({ data }) => limitIncreaseRequested(state, data))
    .with({ type: 'PlayerForgotten' }, ({ data }) => ({ ...state, forgotten: data }))
    .with({ type: 'DepositRequested' }, ({ data }) => paid('deposit', 'requested', data))
    .with({ type: 'DepositCompleted' }, ({ data }) => ({
      ...paid('deposit', 'completed', data),
      lastDeposit: { paymentId: data.paymentId, amount: data.amount },
    }))
    .with({ type: 'DepositFailed' }, ({ data }) => paid('deposit', 'failed', data))
    .with({ type: 'DepositReversed' }, ({ data }) => ({
      ...paid('deposit', 'reversed', data),
      // Money that went back is no deposit that a bonus could be counted on.
      lastDeposit: state.lastDeposit?.paymentId === data.paymentId ? null : state.lastDeposit,
    }))
    .with({ type: 'WithdrawalRequested' }, ({ data }) => paid('withdrawal', 'requested', data))
    .with({ type: 'WithdrawalApproved' }, ({ data }) => paid('withdrawal', 'approved', data))
    .with({ type: 'WithdrawalRejected' }, ({ data }) => paid('withdrawal', 'rejected', data))
    .with({ type: 'WithdrawalCancelled' }, ({ data }) => paid('withdrawal', 'cancelled', data))
    .with({ type: 'WithdrawalCompleted' }, ({ data }) => paid('withdrawal', 'completed', data))
    .with({ type: 'WithdrawalFailed' }, ({ data }) => paid('withdrawal', 'failed', data))
    .with({ type: 'WithdrawalReversed' }, ({ data }) => paid('withdrawal', 'reversed', data))
    .with({ type: 'GameSessionStarted' }, ({ data }) => ({
      ...state,
      openSessions: withEntry(state.openSessions, data.sessionId, { ...data, startedAt: at, lastUsedAt: at }),
    }))
    .with({ type: 'GameSessionEnded' }, ({ data }) => endedSession(state, data.sessionId))
    .with({ type: 'BetPlaced' }, ({ data }) => ({
      ...betOpened(
        usedSession(state, data.sessionId, at),
        transactionKey(data.provider, data.transactionId),
        data.funding.userBonusId,
      ),
      balances: data.balances,
    }))
    .with({ type: 'WinCredited' }, ({ data }) => ({
      ...paidOut(betSettled(state, transactionKey(data.provider, data.referenceTransactionId)), past, data.payout),
      balances: data.balances,
    }))
    .with({ type: 'RoundPlayed' }, ({ data }) => ({
      ...usedSession(state, data.sessionId, at),
      balances: data.balances,
    }))
    .with({ type: 'TransactionRolledBack' }, ({ data }) => ({
      ...rolledBack(state, past, data),
      balances: data.balances,
    }))
    .with({ type: 'RollbackTombstoned' }, () => state)
    .with({ type: 'BonusQueued' }, ({ data }) => bonusQueued(state, data))
    .with({ type: 'BonusGranted' }, ({ data }) => bonusGranted(state, past, data))
    .with({ type: 'BonusWageringProgressed' }, ({ data }) => ({
      ...state,
      activeBonus: state.activeBonus === null ? null : { ...state.activeBonus, wagered: data.wagered },
    }))
    .with({ type: 'BonusCompleted' }, ({ data }) => bonusCompleted(state, past, data))
    .with({ type: 'BonusCancelled' }, ({ data }) => bonusCancelled(state, past, data))
    .exhaustive();
}

type PaymentData = {
  readonly paymentId: string;
  readonly psp: string;
  readonly amount: Amount;
  readonly currency: string;
  readonly pspReference?: string;
  readonly balances?: Balances;
};

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
    ...{ kind, psp, amount, currency, status },
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
