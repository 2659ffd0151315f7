import { reject } from '../../../shared/decider/decider.js';
import type { Payout } from '../../../shared/events/player-events.js';
import { BONUS_COST_ACCOUNT, bonusAccount, cashAccount, payoutsAccount } from '../../../shared/ids/accounts.js';
import {
  type Amount,
  add,
  isZero,
  notBelowZero,
  share,
  smallest,
  subtract,
  zero,
} from '../../../shared/money/money.js';
import { credit, debit, legs, type Posting } from '../../../shared/money/postings.js';
import { answerAfter, type BalanceAnswer, visible } from './balance-answer.js';
import { conversionCap, loseEmptyBonus } from './bonus-lifecycle.js';
import { nothingNew, type PlayerDecision } from './decision.js';
import { bonusOf } from './past.js';
import type { BonusRecord } from './state.js';
import type { BetRecord, WinRecord } from './transactions.js';
import { moving, type Unfolding } from './unfolding.js';

export type Win = {
  readonly provider: string;
  readonly transactionId: string;
  readonly referenceTransactionId: string;
  readonly sessionId: string;
  readonly gameId: string;
  readonly roundId: string;
  readonly amount: Amount;
  readonly currency: string;
  readonly roundClosed: boolean;
};

/** Settles a bet, whatever has happened to session or player since: only new bets are gated. */
export function creditWin(unfolding: Unfolding, win: Win): PlayerDecision<BalanceAnswer> {
  const seen = unfolding.past.transaction(win.provider, win.transactionId);
  if (seen?.kind === 'tombstone') return reject({ type: 'TransactionRolledBack' });
  if (seen !== undefined) {
    if (seen.kind !== 'win' || !isSameWin(seen, win)) return reject({ type: 'IdempotencyConflict' });
    return nothingNew({ balance: seen.answer, currency: win.currency, replayed: true });
  }
  const expected = unfolding.state.balances.currency;
  if (win.currency !== expected) return reject({ type: 'CurrencyMismatch', expected });
  const bet = unfolding.past.transaction(win.provider, win.referenceTransactionId);
  if (bet?.kind === 'tombstone') return reject({ type: 'TransactionRolledBack' });
  if (bet?.kind !== 'bet' || bet.roundId !== win.roundId) return reject({ type: 'TransactionNotFound' });
  if (bet.rollback !== null) return reject({ type: 'TransactionRolledBack' });

  const payout = payOut(unfolding, win.amount, bet);
  const { transactionId, referenceTransactionId, provider, sessionId, gameId, roundId, currency, amount, roundClosed } =
    win;
  const { postings, balances } = moving(unfolding, payoutPostings(unfolding, win, payout));
  const event = {
    type: 'WinCredited',
    data: {
      transactionId,
      referenceTransactionId,
      provider,
      sessionId,
      gameId,
      roundId,
      currency,
      amount,
      roundClosed,
      payout,
      postings,
      balances,
      answer: visible(unfolding),
    },
  } as const;
  return answerAfter(unfolding, event, () => loseEmptyBonus(unfolding));
}

/** Splits a win as its bet was funded; the bonus part follows its bonus. */
export function payOut(unfolding: Unfolding, amount: Amount, bet: Pick<BetRecord, 'amount' | 'funding'>): Payout {
  const { state } = unfolding;
  const { userBonusId, bonus: bonusStake } = bet.funding;
  const nothing = zero(state.balances.currency);
  // Rounded down: what cannot be split is cash.
  const bonusPart = share(amount, bonusStake, bet.amount);
  const payout = { cash: subtract(amount, bonusPart), bonus: nothing, converted: nothing, cost: nothing, userBonusId };
  const bonus = userBonusId === null ? undefined : bonusOf(unfolding, userBonusId);
  if (bonus === undefined || isZero(bonusPart)) return payout;
  if (bonus.status === 'active') return { ...payout, bonus: bonusPart };
  const convertible = notBelowZero(subtract(bonusPart, owedToHouse(unfolding, bonus)));
  const converted = bonus.status === 'completed' ? withinCap(unfolding, bonus, convertible) : nothing;
  return { ...payout, converted, cost: subtract(bonusPart, converted) };
}

export function payoutPostings(
  { playerId }: Unfolding,
  win: Pick<Win, 'amount' | 'provider' | 'currency'>,
  payout: Payout,
): readonly Posting[] {
  return legs(
    debit(payoutsAccount(win.provider), win.amount, win.currency),
    credit(cashAccount(playerId), add(payout.cash, payout.converted), win.currency),
    credit(bonusAccount(playerId), payout.bonus, win.currency),
    credit(BONUS_COST_ACCOUNT, payout.cost, win.currency),
  );
}

/** What of a sticky bonus's granted amount was still staked when it completed: only what is won above it converts. */
function owedToHouse({ catalogue, state }: Unfolding, bonus: BonusRecord): Amount {
  const { sticky } = catalogue.template(bonus.bonusId, bonus.templateVersion);
  return sticky ? notBelowZero(subtract(bonus.amount, bonus.returned)) : zero(state.balances.currency);
}

/** As much of the amount as the bonus's cap leaves. */
function withinCap({ catalogue }: Unfolding, bonus: BonusRecord, amount: Amount): Amount {
  const cap = conversionCap(catalogue.template(bonus.bonusId, bonus.templateVersion), bonus.amount);
  return cap === null ? amount : smallest(amount, notBelowZero(subtract(cap, bonus.converted)));
}

function isSameWin(seen: WinRecord, win: Win): boolean {
  return (
    seen.playedWith === null &&
    seen.reference === win.referenceTransactionId &&
    seen.amount === win.amount &&
    seen.currency === win.currency &&
    seen.gameId === win.gameId &&
    seen.roundId === win.roundId
  );
}
