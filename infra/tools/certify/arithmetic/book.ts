import type { Units } from '../../audit/ledger/minor-units.js';
import type { Accounts, Leg } from './posting-table.js';

/** What a player has, in minor units. */
export type Holdings = { readonly cash: Units; readonly bonus: Units; readonly withdrawal: Units };

/** A player's accounts by the certificate's own count. */
export type Book = {
  readonly holdings: Holdings;
  /** Puts legs into the book and says what it holds then. @throws when debits are not credits: the case is wrong. */
  post(legs: readonly Leg[]): Holdings;
};

export function createBook({ cash, bonus, withdrawal }: Accounts): Book {
  const sums = new Map<string, Units>();
  const holdings = () => ({
    cash: sums.get(cash) ?? 0n,
    bonus: sums.get(bonus) ?? 0n,
    withdrawal: sums.get(withdrawal) ?? 0n,
  });
  return {
    get holdings() {
      return holdings();
    },
    post(legs) {
      if (differenceOf(legs) !== 0n) throw new Error('the certificate expects legs that do not balance');
      // A player's account is what the house owes: a credit raises it.
      for (const { account, side, units } of legs) {
        sums.set(account, (sums.get(account) ?? 0n) + (side === 'credit' ? units : -units));
      }
      return holdings();
    },
  };
}

/** Credits less debits. */
export function differenceOf(legs: readonly Leg[]): Units {
  return legs.reduce((sum, { side, units }) => sum + (side === 'credit' ? units : -units), 0n);
}
