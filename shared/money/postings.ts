import { type Amount, add, isNegative, isPositive, isZero, subtract } from './money.js';

export type Posting = {
  readonly account: string;
  readonly side: 'debit' | 'credit';
  /** Above zero; the side says which way it moves. */
  readonly amount: Amount;
  readonly currency: string;
};

export function debit(account: string, amount: Amount, currency: string): Posting {
  return { account, side: 'debit', amount, currency };
}

export function credit(account: string, amount: Amount, currency: string): Posting {
  return { account, side: 'credit', amount, currency };
}

/** The legs that move something: a leg of nothing says nothing. @throws for one below zero: that is the other side. */
export function legs(...postings: readonly Posting[]): readonly Posting[] {
  const negative = postings.find((posting) => isNegative(posting.amount));
  if (negative !== undefined) throw new Error(`a ${negative.side} of ${negative.amount} at ${negative.account}`);
  return postings.filter((posting) => isPositive(posting.amount));
}

/** True when debits equal credits in every currency. */
export function isBalanced(postings: readonly Posting[]): boolean {
  const sums = new Map<string, Amount>();
  for (const { side, amount, currency } of postings) {
    const sum = sums.get(currency) ?? subtract(amount, amount);
    sums.set(currency, side === 'debit' ? add(sum, amount) : subtract(sum, amount));
  }
  return [...sums.values()].every(isZero);
}
