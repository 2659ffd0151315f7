import { type Amount, add, subtract } from '../../../shared/money/money.js';
import type { Posting } from '../../../shared/money/postings.js';

/** What was put on an account, or taken from it; `nothing` where no leg of that side is on it. */
export function movedOn(account: string, side: Posting['side'], postings: readonly Posting[], nothing: Amount): Amount {
  const own = postings.filter((posting) => posting.account === account && posting.side === side);
  return own.reduce((sum, { amount }) => add(sum, amount), nothing);
}

/** What an account gained; below zero where it lost. */
export function netOn(account: string, postings: readonly Posting[], nothing: Amount): Amount {
  return subtract(movedOn(account, 'credit', postings, nothing), movedOn(account, 'debit', postings, nothing));
}

/** Zero at the decimals of this amount. */
export function nothingLike(amount: Amount): Amount {
  return subtract(amount, amount);
}
