import type { Payout, PlayerEventOf } from '../../../shared/events/player-events.js';
import { add, notBelowZero, subtract, zero } from '../../../shared/money/money.js';
import { withEntry } from './maps.js';
import { bonusOf, type Past } from './past.js';
import type { BonusRecord, RegisteredPlayer } from './state.js';
import { transactionKey } from './transactions.js';

// How bonuses follow from events. Only the active bonus, the queue and the records that changed are in the state.

export function bonusQueued(state: RegisteredPlayer, data: PlayerEventOf<'BonusQueued'>['data']): RegisteredPlayer {
  const { userBonusId, bonusId, templateVersion, amount, currency, fastTrackReferences } = data;
  const nothing = zero(currency);
  return {
    ...state,
    bonuses: withEntry(state.bonuses, userBonusId, {
      bonusId,
      templateVersion,
      amount,
      fastTrackReferences,
      credited: 'queued',
      status: 'queued',
      converted: nothing,
      returned: nothing,
    }),
    bonusQueue: [...state.bonusQueue, userBonusId],
  };
}

export function bonusGranted(
  state: RegisteredPlayer,
  past: Past,
  data: PlayerEventOf<'BonusGranted'>['data'],
): RegisteredPlayer {
  const { userBonusId, bonusId, templateVersion, amount, wageringRequired, expiresAt, fastTrackReferences } = data;
  const nothing = zero(data.currency);
  return {
    ...state,
    balances: data.balances,
    bonuses: withEntry(state.bonuses, userBonusId, {
      bonusId,
      templateVersion,
      amount,
      fastTrackReferences,
      credited: bonusOf({ state, past }, userBonusId)?.credited ?? 'granted',
      status: 'active',
      converted: nothing,
      returned: nothing,
    }),
    activeBonus: {
      userBonusId,
      bonusId,
      templateVersion,
      amount,
      wageringRequired,
      expiresAt,
      wagered: nothing,
      depositId: data.deposit?.paymentId ?? null,
      openBets: [],
    },
    bonusQueue: state.bonusQueue.filter((id) => id !== userBonusId),
  };
}

export function bonusCompleted(
  state: RegisteredPlayer,
  past: Past,
  data: PlayerEventOf<'BonusCompleted'>['data'],
): RegisteredPlayer {
  const change = { status: 'completed', converted: data.converted, returned: data.excess } as const;
  return { ...withBonus(state, past, data.userBonusId, change), balances: data.balances, activeBonus: null };
}

export function bonusCancelled(
  state: RegisteredPlayer,
  past: Past,
  data: PlayerEventOf<'BonusCancelled'>['data'],
): RegisteredPlayer {
  return {
    ...withBonus(state, past, data.userBonusId, { status: 'cancelled' }),
    balances: data.balances,
    activeBonus: state.activeBonus?.userBonusId === data.userBonusId ? null : state.activeBonus,
    bonusQueue: state.bonusQueue.filter((id) => id !== data.userBonusId),
  };
}

/** A bet that the active bonus helped to pay has no outcome yet. */
export function betOpened(state: RegisteredPlayer, bet: string, userBonusId: string | null): RegisteredPlayer {
  const bonus = state.activeBonus;
  if (bonus === null || bonus.userBonusId !== userBonusId) return state;
  return { ...state, activeBonus: { ...bonus, openBets: [...bonus.openBets, bet] } };
}

/** The bet has its outcome, so it no longer keeps an empty bonus alive. */
export function betSettled(state: RegisteredPlayer, bet: string): RegisteredPlayer {
  const bonus = state.activeBonus;
  if (bonus === null || bonus.openBets.length === 0) return state;
  return { ...state, activeBonus: { ...bonus, openBets: bonus.openBets.filter((key) => key !== bet) } };
}

/** A late win of a completed bonus uses up more of its cap, and may bring the house its own back. */
export function paidOut(
  state: RegisteredPlayer,
  past: Past,
  { userBonusId, converted, cost }: Payout,
): RegisteredPlayer {
  const bonus = userBonusId === null ? undefined : bonusOf({ state, past }, userBonusId);
  if (userBonusId === null || bonus?.status !== 'completed') return state;
  return withBonus(state, past, userBonusId, {
    converted: add(bonus.converted, converted),
    returned: add(bonus.returned, cost),
  });
}

export function rolledBack(
  state: RegisteredPlayer,
  past: Past,
  { provider, original, referenceTransactionId, reopenedBet, undone }: PlayerEventOf<'TransactionRolledBack'>['data'],
): RegisteredPlayer {
  if (original === 'bet') return betSettled(state, transactionKey(provider, referenceTransactionId));
  const taken = undone === null ? state : takenBack(state, past, undone);
  // Version 1 does not say which bonus had paid for the bet.
  const userBonusId = undone === null ? (state.activeBonus?.userBonusId ?? null) : undone.userBonusId;
  return reopenedBet === null ? taken : betOpened(taken, transactionKey(provider, reopenedBet), userBonusId);
}

/** The rollback of a win: what that had used of the cap is free again, and what the house had of it is not there. */
function takenBack(state: RegisteredPlayer, past: Past, { userBonusId, converted, cost }: Payout): RegisteredPlayer {
  const bonus = userBonusId === null ? undefined : bonusOf({ state, past }, userBonusId);
  if (userBonusId === null || bonus?.status !== 'completed') return state;
  return withBonus(state, past, userBonusId, {
    converted: notBelowZero(subtract(bonus.converted, converted)),
    returned: notBelowZero(subtract(bonus.returned, cost)),
  });
}

function withBonus(
  state: RegisteredPlayer,
  past: Past,
  userBonusId: string,
  change: Partial<BonusRecord>,
): RegisteredPlayer {
  const bonus = bonusOf({ state, past }, userBonusId);
  if (bonus === undefined) throw new Error(`bonus ${userBonusId} was never credited`);
  return { ...state, bonuses: withEntry(state.bonuses, userBonusId, { ...bonus, ...change }) };
}
