import { reject } from '../../../shared/decider/decider.js';
import {
  BONUS_COST_ACCOUNT,
  bonusAccount,
  cashAccount,
  payoutsAccount,
  wagersAccount,
} from '../../../shared/ids/accounts.js';
import { add, notBelowZero, smallest, subtract } from '../../../shared/money/money.js';
import { credit, debit, legs, type Posting } from '../../../shared/money/postings.js';
import { answerAfter, type BalanceAnswer, visible } from './balance-answer.js';
import { loseEmptyBonus, uncountWagering } from './bonus-lifecycle.js';
import { done, nothingNew, type PlayerDecision } from './decision.js';
import type { BetRecord, WinRecord } from './transactions.js';
import { moving, type Unfolding } from './unfolding.js';

export type Rollback = {
  readonly provider: string;
  readonly transactionId: string;
  readonly referenceTransactionId: string;
  readonly roundId: string;
};

/**
 * Undoes a bet or a win. Of a transaction that was never seen it leaves a tombstone, for ever: the provider gave up on
 * it, so should it still arrive it must move nothing.
 */
export function rollBack(unfolding: Unfolding, rollback: Rollback): PlayerDecision<BalanceAnswer | 'tombstoned'> {
  const { currency } = unfolding.state.balances;
  const seen = unfolding.transactions(rollback.provider, rollback.transactionId);
  if (seen !== undefined) {
    if (seen.kind === 'tombstone') return reject({ type: 'TransactionRolledBack' });
    const same =
      'reference' in seen && seen.reference === rollback.referenceTransactionId && seen.roundId === rollback.roundId;
    if (same && seen.kind === 'rollback') return nothingNew({ balance: seen.answer, currency, replayed: true });
    if (same && seen.kind === 'unseen_rollback') return reject({ type: 'TransactionNotFound' });
    return reject({ type: 'IdempotencyConflict' });
  }
  const original = unfolding.transactions(rollback.provider, rollback.referenceTransactionId);
  if (original === undefined) {
    const { transactionId, referenceTransactionId, provider, roundId } = rollback;
    unfolding.record({
      type: 'RollbackTombstoned',
      data: { transactionId, referenceTransactionId, provider, roundId },
    });
    return done(unfolding, 'tombstoned');
  }
  if (original.kind !== 'bet' && original.kind !== 'win') return reject({ type: 'TransactionNotFound' });
  if (original.roundId !== rollback.roundId) return reject({ type: 'TransactionNotFound' });
  // Rolled back under another id before: the money has moved once, and that stands.
  if (original.rollback !== null) return nothingNew({ balance: original.rollback, currency, replayed: false });
  if (original.kind === 'bet' && original.standingWins > 0) return reject({ type: 'TransactionAlreadySettled' });
  return undo(unfolding, rollback, original);
}

function undo(
  unfolding: Unfolding,
  rollback: Rollback,
  original: BetRecord | WinRecord,
): PlayerDecision<BalanceAnswer> {
  const { transactionId, referenceTransactionId, provider, roundId } = rollback;
  const { currency } = unfolding.state.balances;
  const postings =
    original.kind === 'bet' ? returnStake(unfolding, provider, original) : takeBackWin(unfolding, provider, original);
  const event = {
    type: 'TransactionRolledBack',
    data: {
      ...{ transactionId, referenceTransactionId, provider, roundId, currency },
      gameId: original.gameId,
      original: original.kind,
      reopenedBet: original.kind === 'win' ? original.reference : null,
      amount: original.amount,
      ...moving(unfolding, postings),
      answer: visible(unfolding),
    },
  } as const;
  return answerAfter(unfolding, event, () => {
    if (original.kind === 'win') return;
    uncountWagering(unfolding, original.wagering);
    loseEmptyBonus(unfolding);
  });
}

/** The bet's legs with sides swapped; its bonus leg follows its bonus: active → bonus, completed → cash, cancelled → house. */
function returnStake({ playerId, state }: Unfolding, provider: string, bet: BetRecord): readonly Posting[] {
  const { cash, bonus, userBonusId } = bet.funding;
  const status = userBonusId === null ? undefined : state.bonuses.get(userBonusId)?.status;
  const bonusGoesTo =
    status === 'active' ? bonusAccount(playerId) : status === 'completed' ? cashAccount(playerId) : BONUS_COST_ACCOUNT;
  return legs(
    debit(wagersAccount(provider), bet.amount, bet.currency),
    credit(cashAccount(playerId), cash, bet.currency),
    credit(bonusGoesTo, bonus, bet.currency),
  );
}

/** The win's legs with sides swapped. Cash may fall below zero; what the bonus account lacks, the house bears. */
function takeBackWin({ playerId, state }: Unfolding, provider: string, win: WinRecord): readonly Posting[] {
  const { cash, bonus, converted, cost, userBonusId } = win.payout;
  const status = userBonusId === null ? undefined : state.bonuses.get(userBonusId)?.status;
  const nothing = subtract(bonus, bonus);
  const fromBonus = status === 'active' ? smallest(bonus, notBelowZero(state.balances.bonus)) : nothing;
  const fromConverted = status === 'completed' ? bonus : nothing;
  const fromHouse = subtract(subtract(bonus, fromBonus), fromConverted);
  return legs(
    debit(cashAccount(playerId), add(cash, converted, fromConverted), win.currency),
    debit(bonusAccount(playerId), fromBonus, win.currency),
    debit(BONUS_COST_ACCOUNT, add(cost, fromHouse), win.currency),
    credit(payoutsAccount(provider), win.amount, win.currency),
  );
}
