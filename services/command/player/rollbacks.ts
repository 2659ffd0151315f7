import { reject } from '../../../shared/decider/decider.js';
import type { Payout } from '../../../shared/events/player-events.js';
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
import { bonusOf } from './past.js';
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
  const seen = unfolding.past.transaction(rollback.provider, rollback.transactionId);
  if (seen !== undefined) {
    // A rollback under the very id that it names burns that id too; its repeat is told the same.
    if (seen.kind === 'tombstone' && rollback.transactionId === rollback.referenceTransactionId)
      return reject({ type: 'TransactionNotFound' });
    if (seen.kind === 'tombstone') return reject({ type: 'TransactionRolledBack' });
    const same =
      'reference' in seen && seen.reference === rollback.referenceTransactionId && seen.roundId === rollback.roundId;
    if (same && seen.kind === 'rollback') return nothingNew({ balance: seen.answer, currency, replayed: true });
    if (same && seen.kind === 'unseen_rollback') return reject({ type: 'TransactionNotFound' });
    return reject({ type: 'IdempotencyConflict' });
  }
  const original = unfolding.past.transaction(rollback.provider, rollback.referenceTransactionId);
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
  const isBet = original.kind === 'bet';
  const undone = isBet ? returnedStake(unfolding, original) : takenBackWin(unfolding, original);
  const { postings, balances } = moving(
    unfolding,
    isBet
      ? returnPostings(unfolding, provider, original, undone)
      : takeBackPostings(unfolding, provider, original, undone),
  );
  const event = {
    type: 'TransactionRolledBack',
    data: {
      transactionId,
      referenceTransactionId,
      provider,
      roundId,
      currency,
      gameId: original.gameId,
      original: original.kind,
      sessionId: original.sessionId,
      originalAt: original.at,
      reopenedBet: isBet ? null : reopenedBy(unfolding, provider, original),
      amount: original.amount,
      undone,
      postings,
      balances,
      answer: visible(unfolding),
    },
  } as const;
  return answerAfter(unfolding, event, () => {
    if (isBet) uncountWagering(unfolding, original.wagering);
    loseEmptyBonus(unfolding);
  });
}

/** The bet of the last win that stood: it has no outcome again. Another win of it may stand still; then it has one. */
function reopenedBy({ past }: Unfolding, provider: string, win: WinRecord): string | null {
  const bet = past.transaction(provider, win.reference);
  return bet?.kind === 'bet' && bet.standingWins === 1 ? win.reference : null;
}

/** A stake goes back where it came from; its bonus leg follows its bonus: active → bonus, completed → cash, cancelled → house. */
function returnedStake(unfolding: Unfolding, { funding }: BetRecord): Payout {
  const { cash, bonus, userBonusId } = funding;
  const nothing = subtract(bonus, bonus);
  const status = userBonusId === null ? undefined : bonusOf(unfolding, userBonusId)?.status;
  const returned = { cash, bonus: nothing, converted: nothing, cost: nothing, userBonusId };
  if (status === 'active') return { ...returned, bonus };
  return status === 'completed' ? { ...returned, converted: bonus } : { ...returned, cost: bonus };
}

/** A win is taken from where it is now. Cash may fall below zero; what the bonus account lacks, the house bears. */
function takenBackWin(unfolding: Unfolding, { payout }: WinRecord): Payout {
  const { cash, bonus, converted, cost, userBonusId } = payout;
  const nothing = subtract(bonus, bonus);
  const status = userBonusId === null ? undefined : bonusOf(unfolding, userBonusId)?.status;
  const fromBonus = status === 'active' ? smallest(bonus, notBelowZero(unfolding.state.balances.bonus)) : nothing;
  const fromConverted = status === 'completed' ? bonus : nothing;
  return {
    cash,
    bonus: fromBonus,
    converted: add(converted, fromConverted),
    cost: add(cost, subtract(subtract(bonus, fromBonus), fromConverted)),
    userBonusId,
  };
}

function returnPostings({ playerId }: Unfolding, provider: string, bet: BetRecord, undone: Payout): readonly Posting[] {
  return legs(
    debit(wagersAccount(provider), bet.amount, bet.currency),
    credit(cashAccount(playerId), add(undone.cash, undone.converted), bet.currency),
    credit(bonusAccount(playerId), undone.bonus, bet.currency),
    credit(BONUS_COST_ACCOUNT, undone.cost, bet.currency),
  );
}

function takeBackPostings(
  { playerId }: Unfolding,
  provider: string,
  win: WinRecord,
  undone: Payout,
): readonly Posting[] {
  return legs(
    debit(cashAccount(playerId), add(undone.cash, undone.converted), win.currency),
    debit(bonusAccount(playerId), undone.bonus, win.currency),
    debit(BONUS_COST_ACCOUNT, undone.cost, win.currency),
    credit(payoutsAccount(provider), win.amount, win.currency),
  );
}
