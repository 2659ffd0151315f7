import { reject } from '../../../shared/decider/decider.js';
import type { Funding } from '../../../shared/events/player-events.js';
import { bonusAccount, cashAccount, wagersAccount } from '../../../shared/ids/accounts.js';
import { type Amount, add, isLess, isNegative, smallest, subtract, zero } from '../../../shared/money/money.js';
import { credit, debit, legs, type Posting } from '../../../shared/money/postings.js';
import { answerAfter, type BalanceAnswer, visible } from './balance-answer.js';
import { countWagering, loseEmptyBonus, wageringOf } from './bonus-lifecycle.js';
import { nothingNew, type PlayerDecision } from './decision.js';
import { exceededLimit } from './limits.js';
import { endedSessionOf } from './past.js';
import type { Rejection } from './rejection.js';
import type { BetRecord } from './transactions.js';
import { moving, type Unfolding } from './unfolding.js';

export type Bet = {
  readonly provider: string;
  readonly transactionId: string;
  readonly sessionId: string;
  readonly gameId: string;
  readonly roundId: string;
  readonly amount: Amount;
  readonly currency: string;
};

/**
 * The order of checks is part of the contract: id seen → currency → block → session → cash below zero → limits → bonus
 * max bet → funds. Idempotency comes first: a retried bet gets its first answer even after the wallet has been emptied
 * since.
 */
export function placeBet(unfolding: Unfolding, bet: Bet): PlayerDecision<BalanceAnswer> {
  const seen = unfolding.past.transaction(bet.provider, bet.transactionId);
  if (seen?.kind === 'tombstone') return reject({ type: 'TransactionRolledBack' });
  if (seen !== undefined) {
    if (seen.kind !== 'bet' || !isSameBet(seen, bet)) return reject({ type: 'IdempotencyConflict' });
    return nothingNew({ balance: seen.answer, currency: bet.currency, replayed: true });
  }
  const refusal = refusalOf(unfolding, bet);
  if (refusal !== undefined) return reject(refusal);

  const funding = fund(unfolding, bet.amount);
  const wagering = wageringOf(unfolding, bet);
  const { transactionId, provider, sessionId, gameId, roundId, currency, amount } = bet;
  const { postings, balances } = moving(unfolding, stakePostings(unfolding, bet, funding));
  const event = {
    type: 'BetPlaced',
    data: {
      transactionId,
      provider,
      sessionId,
      gameId,
      roundId,
      currency,
      amount,
      funding,
      wagering,
      postings,
      balances,
      answer: visible(unfolding),
    },
  } as const;
  return answerAfter(unfolding, event, () => {
    countWagering(unfolding, wagering);
    loseEmptyBonus(unfolding);
  });
}

/** Why a new bet is refused; undefined when it is not. In the order of the contract. */
export function refusalOf(unfolding: Unfolding, bet: Omit<Bet, 'transactionId' | 'roundId'>): Rejection | undefined {
  const { state, catalogue } = unfolding;
  const { balances, blocks, limits, openSessions, activeBonus } = state;
  if (bet.currency !== balances.currency) return { type: 'CurrencyMismatch', expected: balances.currency };
  if (blocks.size > 0) return { type: 'PlayerBlocked', reasons: [...blocks.keys()].sort() };
  if (endedSessionOf(unfolding, bet.sessionId)?.provider === bet.provider) return { type: 'SessionEnded' };
  if (openSessions.get(bet.sessionId)?.provider !== bet.provider) return { type: 'SessionNotFound' };
  const insufficient: Rejection = {
    type: 'InsufficientFunds',
    balance: visible(unfolding),
    currency: balances.currency,
  };
  if (isNegative(balances.cash)) return insufficient;
  if (limits.size > 0) {
    const exceeded = exceededLimit(unfolding, { wager: bet.amount, loss: fund(unfolding, bet.amount).cash });
    if (exceeded !== undefined) return exceeded;
  }
  if (activeBonus !== null) {
    const template = catalogue.template(activeBonus.bonusId, activeBonus.templateVersion);
    const maxBet = template.currencies[balances.currency]?.maxBet ?? null;
    if (maxBet !== null && isLess(maxBet, bet.amount)) {
      return { type: 'BonusBetLimitExceeded', maxBet, currency: balances.currency };
    }
  }
  return isLess(add(balances.cash, balances.bonus), bet.amount) ? insufficient : undefined;
}

/** Splits a stake between cash and bonus in the order that the active bonus has. */
export function fund({ state, catalogue }: Unfolding, stake: Amount): Funding {
  const { balances, activeBonus } = state;
  if (activeBonus === null) return { cash: stake, bonus: zero(balances.currency), userBonusId: null };
  const { stakeOrder } = catalogue.template(activeBonus.bonusId, activeBonus.templateVersion);
  const bonus =
    stakeOrder === 'bonus_first' ? smallest(stake, balances.bonus) : subtract(stake, smallest(stake, balances.cash));
  const { userBonusId } = activeBonus;
  return {
    cash: subtract(stake, bonus),
    bonus,
    userBonusId: isLess(zero(balances.currency), bonus) ? userBonusId : null,
  };
}

export function stakePostings(
  { playerId }: Unfolding,
  bet: Pick<Bet, 'amount' | 'provider' | 'currency'>,
  funding: Funding,
): readonly Posting[] {
  return legs(
    debit(cashAccount(playerId), funding.cash, bet.currency),
    debit(bonusAccount(playerId), funding.bonus, bet.currency),
    credit(wagersAccount(bet.provider), bet.amount, bet.currency),
  );
}

function isSameBet(seen: BetRecord, bet: Bet): boolean {
  return (
    seen.playedWith === null &&
    seen.amount === bet.amount &&
    seen.currency === bet.currency &&
    seen.gameId === bet.gameId &&
    seen.roundId === bet.roundId
  );
}
