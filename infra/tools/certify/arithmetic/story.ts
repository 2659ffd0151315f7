import type { Fact } from '../fast-track/fact.js';
import { createBook, type Holdings } from './book.js';
import type { Accounts, Leg } from './posting-table.js';

/** One event that must have been recorded: the certificate's own word, not the platform's. */
export type Happening = {
  readonly type: string;
  readonly legs: readonly Leg[];
  /** What the player has after it. */
  readonly after: Holdings;
  /** What Fast Track must hear of it, in this order. */
  readonly told: readonly Fact[];
};

/** What must have happened to a player so far, event by event; the place of an event is its revision. */
export type Story = {
  readonly happenings: readonly Happening[];
  readonly holdings: Holdings;
  tell(type: string, what?: { readonly legs?: readonly Leg[]; readonly told?: readonly Fact[] }): void;
};

export function createStory(accounts: Accounts): Story {
  const book = createBook(accounts);
  const happenings: Happening[] = [];
  return {
    happenings,
    get holdings() {
      return book.holdings;
    },
    tell(type, { legs = [], told = [] } = {}) {
      const before = book.holdings;
      const after = book.post(legs);
      // One message of the balances for every event that left cash or bonus other than it found it.
      const isChanged = before.cash !== after.cash || before.bonus !== after.bonus;
      const balances: Fact = { kind: 'balances', cash: after.cash, bonus: after.bonus };
      happenings.push({ type, legs, after, told: isChanged ? [...told, balances] : told });
    },
  };
}
