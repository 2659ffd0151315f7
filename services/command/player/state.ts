import { match } from 'ts-pattern';
import type {
  Balances,
  BlockReason,
  Consents,
  Payout,
  PlayerEvent,
  PlayerEventOf,
} from '../../../shared/events/player-events.js';
import type { Amount } from '../../../shared/money/money.js';
import { add, notBelowZero, subtract, zero } from '../../../shared/money/money.js';

export type Payment = {
  readonly kind: 'deposit' | 'withdrawal';
  readonly psp: string;
  readonly amount: Amount;
  readonly currency: string;
  readonly status: 'requested' | 'approved' | 'rejected' | 'cancelled' | 'completed' | 'failed' | 'reversed';
  /** What the PSP has told us already: told again, it is answered again. */
  readonly reported: readonly string[];
};

export type GameSession = {
  readonly sessionId: string;
  readonly gameId: string;
  readonly provider: string;
  readonly startedAt: string;
  readonly lastUsedAt: string;
};

export type ActiveBonus = {
  readonly userBonusId: string;
  readonly bonusId: string;
  readonly templateVersion: number;
  readonly wagered: Amount;
  readonly wageringRequired: Amount;
  readonly expiresAt: string;
  /** The deposit whose reversal takes the bonus with it. */
  readonly depositId: string | null;
  /** Bets with a bonus part whose round has paid nothing yet: while there is one, an empty bonus is not lost. */
  readonly openBets: readonly string[];
};

/** Every bonus ever credited: what was asked (for a repeat of the credit) and where its money went. */
export type BonusRecord = {
  readonly bonusId: string;
  readonly templateVersion: number;
  readonly amount: Amount;
  readonly credited: 'granted' | 'queued';
  readonly status: 'queued' | 'active' | 'completed' | 'cancelled';
  /** What was converted to cash so far: late wins may add up to the cap. */
  readonly converted: Amount;
  /** What went back to the house since it completed: what was above the cap, or a sticky bonus itself. */
  readonly returned: Amount;
  readonly fastTrackReferences: { readonly [name: string]: string };
};

export type RegisteredPlayer = {
  readonly status: 'registered';
  readonly balances: Balances;
  readonly profileRevision: number;
  readonly consents: Consents;
  readonly blocks: ReadonlyMap<BlockReason, { readonly until: string | null }>;
  readonly payments: ReadonlyMap<string, Payment>;
  readonly lastDeposit: { readonly paymentId: string; readonly amount: Amount } | null;
  readonly openSessions: ReadonlyMap<string, GameSession>;
  readonly endedSessions: ReadonlyMap<string, GameSession>;
  readonly bonuses: ReadonlyMap<string, BonusRecord>;
  readonly activeBonus: ActiveBonus | null;
  /** Ids in `bonuses`, in the order in which they will be granted. */
  readonly bonusQueue: readonly string[];
  /** When each login of the last days happened; a repeat of the request finds its own. */
  readonly logins: ReadonlyMap<string, { readonly at: string; readonly loggedOut: boolean }>;
};

export type PlayerState = { readonly status: 'none' } | RegisteredPlayer;

export const NO_PLAYER: PlayerState = { status: 'none' };

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

/** `at` is when the event was recorded. Never refuses: the event has happened. */
export function evolve(state: PlayerState, event: PlayerEvent, at: string): PlayerState {
  if (event.type === 'PlayerRegistered') return registered(event);
  if (state.status === 'none') throw new Error(`${event.type} before PlayerRegistered`);
  return evolveRegistered(state, event, at);
}

function registered({ data }: PlayerEventOf<'PlayerRegistered'>): RegisteredPlayer {
  const nothing = zero(data.currency);
  return {
    status: 'registered',
    balances: { cash: nothing, bonus: nothing, withdrawal: nothing, currency: data.currency },
    profileRevision: data.profileRevision,
    consents: NO_CONSENTS,
    blocks: new Map(),
    payments: new Map(),
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
): RegisteredPlayer {
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
    .with({ type: 'DepositRequested' }, ({ data }) => withPayment(state, 'deposit', 'requested', data))
    .with({ type: 'DepositCompleted' }, ({ data }) => ({
      ...withPayment(state, 'deposit', 'completed', data),
      lastDeposit: { paymentId: data.paymentId, amount: data.amount },
    }))
    .with({ type: 'DepositFailed' }, ({ data }) => withPayment(state, 'deposit', 'failed', data))
    .with({ type: 'DepositReversed' }, ({ data }) => withPayment(state, 'deposit', 'reversed', data))
    .with({ type: 'WithdrawalRequested' }, ({ data }) => withPayment(state, 'withdrawal', 'requested', data))
    .with({ type: 'WithdrawalApproved' }, ({ data }) => withPayment(state, 'withdrawal', 'approved', data))
    .with({ type: 'WithdrawalRejected' }, ({ data }) => withPayment(state, 'withdrawal', 'rejected', data))
    .with({ type: 'WithdrawalCancelled' }, ({ data }) => withPayment(state, 'withdrawal', 'cancelled', data))
    .with({ type: 'WithdrawalCompleted' }, ({ data }) => withPayment(state, 'withdrawal', 'completed', data))
    .with({ type: 'WithdrawalFailed' }, ({ data }) => withPayment(state, 'withdrawal', 'failed', data))
    .with({ type: 'WithdrawalReversed' }, ({ data }) => withPayment(state, 'withdrawal', 'reversed', data))
    .with({ type: 'GameSessionStarted' }, ({ data }) => ({
      ...state,
      openSessions: withEntry(state.openSessions, data.sessionId, { ...data, startedAt: at, lastUsedAt: at }),
    }))
    .with({ type: 'GameSessionEnded' }, ({ data }) => endedSession(state, data.sessionId))
    .with({ type: 'BetPlaced' }, ({ data }) => betPlaced(state, data, at))
    .with({ type: 'WinCredited' }, ({ data }) => ({
      ...paidOut(settled(state, betKey(data.provider, data.referenceTransactionId)), data.payout),
      balances: data.balances,
    }))
    .with({ type: 'RoundPlayed' }, ({ data }) => ({
      ...usedSession(state, data.sessionId, at),
      balances: data.balances,
    }))
    .with({ type: 'TransactionRolledBack' }, ({ data }) => ({ ...rolledBack(state, data), balances: data.balances }))
    .with({ type: 'RollbackTombstoned' }, () => state)
    .with({ type: 'BonusQueued' }, ({ data }) => ({
      ...state,
      bonuses: withEntry(state.bonuses, data.userBonusId, {
        bonusId: data.bonusId,
        templateVersion: data.templateVersion,
        amount: data.amount,
        credited: 'queued',
        status: 'queued',
        converted: zero(data.currency),
        returned: zero(data.currency),
        fastTrackReferences: data.fastTrackReferences,
      }),
      bonusQueue: [...state.bonusQueue, data.userBonusId],
    }))
    .with({ type: 'BonusGranted' }, ({ data }) => bonusGranted(state, data))
    .with({ type: 'BonusWageringProgressed' }, ({ data }) => ({
      ...state,
      activeBonus: state.activeBonus === null ? null : { ...state.activeBonus, wagered: data.wagered },
    }))
    .with({ type: 'BonusCompleted' }, ({ data }) => ({
      ...withBonus(state, data.userBonusId, { status: 'completed', converted: data.converted, returned: data.excess }),
      balances: data.balances,
      activeBonus: null,
    }))
    .with({ type: 'BonusCancelled' }, ({ data }) => ({
      ...withBonus(state, data.userBonusId, { status: 'cancelled' }),
      balances: data.balances,
      activeBonus: state.activeBonus?.userBonusId === data.userBonusId ? null : state.activeBonus,
      bonusQueue: state.bonusQueue.filter((id) => id !== data.userBonusId),
    }))
    .exhaustive();
}

function betPlaced(state: RegisteredPlayer, data: PlayerEventOf<'BetPlaced'>['data'], at: string): RegisteredPlayer {
  const used = { ...usedSession(state, data.sessionId, at), balances: data.balances };
  const bonus = state.activeBonus;
  if (bonus === null || data.funding.userBonusId !== bonus.userBonusId) return used;
  return {
    ...used,
    activeBonus: { ...bonus, openBets: [...bonus.openBets, betKey(data.provider, data.transactionId)] },
  };
}

/** How a bet is named where bets of several providers meet. Neither part can contain a space. */
export function betKey(provider: string, transactionId: string): string {
  return `${provider} ${transactionId}`;
}

/** The bet has its outcome, so it no longer keeps an empty bonus alive. */
function settled(state: RegisteredPlayer, bet: string): RegisteredPlayer {
  const bonus = state.activeBonus;
  if (bonus === null || bonus.openBets.length === 0) return state;
  return { ...state, activeBonus: { ...bonus, openBets: bonus.openBets.filter((key) => key !== bet) } };
}

function rolledBack(
  state: RegisteredPlayer,
  { provider, original, referenceTransactionId, reopenedBet, undone }: PlayerEventOf<'TransactionRolledBack'>['data'],
): RegisteredPlayer {
  if (original === 'bet') return settled(state, betKey(provider, referenceTransactionId));
  const taken = undone === null ? state : takenBack(state, undone);
  // Version 1 does not say which bonus had paid for the bet.
  const bonusId = undone === null ? state.activeBonus?.userBonusId : undone.userBonusId;
  return reopenedBet === null ? taken : reopened(taken, betKey(provider, reopenedBet), bonusId ?? null);
}

/** Its win was rolled back: until the next outcome it keeps the bonus that paid for it alive. */
function reopened(state: RegisteredPlayer, bet: string, userBonusId: string | null): RegisteredPlayer {
  const bonus = state.activeBonus;
  if (bonus === null || bonus.userBonusId !== userBonusId) return state;
  return { ...state, activeBonus: { ...bonus, openBets: [...bonus.openBets, bet] } };
}

/** A late win of a completed bonus uses up more of its cap, and may bring the house its own back. */
function paidOut(state: RegisteredPlayer, { userBonusId, converted, cost }: Payout): RegisteredPlayer {
  const bonus = userBonusId === null ? undefined : state.bonuses.get(userBonusId);
  if (userBonusId === null || bonus?.status !== 'completed') return state;
  return withBonus(state, userBonusId, {
    converted: add(bonus.converted, converted),
    returned: add(bonus.returned, cost),
  });
}

/** The rollback of a win: what that had used of the cap is free again, and what the house had of it is not there. */
function takenBack(state: RegisteredPlayer, { userBonusId, converted, cost }: Payout): RegisteredPlayer {
  const bonus = userBonusId === null ? undefined : state.bonuses.get(userBonusId);
  if (userBonusId === null || bonus?.status !== 'completed') return state;
  return withBonus(state, userBonusId, {
    converted: notBelowZero(subtract(bonus.converted, converted)),
    returned: notBelowZero(subtract(bonus.returned, cost)),
  });
}

function bonusGranted(state: RegisteredPlayer, data: PlayerEventOf<'BonusGranted'>['data']): RegisteredPlayer {
  const { userBonusId, bonusId, templateVersion, amount, wageringRequired, expiresAt, fastTrackReferences } = data;
  const credited = state.bonuses.get(userBonusId)?.credited ?? 'granted';
  const nothing = zero(data.currency);
  return {
    ...state,
    balances: data.balances,
    bonuses: withEntry(state.bonuses, userBonusId, {
      bonusId,
      templateVersion,
      amount,
      credited,
      status: 'active',
      converted: nothing,
      returned: nothing,
      fastTrackReferences,
    }),
    activeBonus: {
      ...{ userBonusId, bonusId, templateVersion, wageringRequired, expiresAt },
      wagered: nothing,
      depositId: data.deposit?.paymentId ?? null,
      openBets: [],
    },
    bonusQueue: state.bonusQueue.filter((id) => id !== userBonusId),
  };
}

function withPayment(
  state: RegisteredPlayer,
  kind: Payment['kind'],
  status: Payment['status'],
  data: {
    readonly paymentId: string;
    readonly psp: string;
    readonly amount: Amount;
    readonly currency: string;
    readonly pspReference?: string;
    readonly balances?: Balances;
  },
): RegisteredPlayer {
  const before = state.payments.get(data.paymentId)?.reported ?? [];
  const { psp, amount, currency } = data;
  const payment = {
    kind,
    psp,
    amount,
    currency,
    status,
    reported: data.pspReference === undefined ? before : [...before, status],
  };
  return {
    ...state,
    balances: data.balances ?? state.balances,
    payments: withEntry(state.payments, data.paymentId, payment),
  };
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

function withBonus(state: RegisteredPlayer, userBonusId: string, change: Partial<BonusRecord>): RegisteredPlayer {
  const bonus = state.bonuses.get(userBonusId);
  if (bonus === undefined) throw new Error(`bonus ${userBonusId} was never credited`);
  return { ...state, bonuses: withEntry(state.bonuses, userBonusId, { ...bonus, ...change }) };
}

function recent(logins: RegisteredPlayer['logins'], at: string): RegisteredPlayer['logins'] {
  const since = new Date(Date.parse(at) - LOGIN_MEMORY_MS).toISOString();
  return new Map([...logins].filter(([, login]) => login.at >= since));
}

function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

function withoutKey<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
