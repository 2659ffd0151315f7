import { bonusAccount, cashAccount } from '../../../shared/ids/accounts.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { type Amount, add, isZero, subtract } from '../../../shared/money/money.js';
import type { Posting } from '../../../shared/money/postings.js';

/**
 * True when the event left cash or bonus other than it found it. The net effect decides: a play that wins back exactly
 * its stake has legs on cash, yet cash did not change.
 */
export function changesBalances(playerId: PlayerId, postings: readonly Posting[]): boolean {
  return [cashAccount(playerId), bonusAccount(playerId)].some((account) => {
    const own = postings.filter((posting) => posting.account === account);
    const net = own.reduce<Amount>(
      (sum, { side, amount }) => (side === 'credit' ? add(sum, amount) : subtract(sum, amount)),
      nothing(own),
    );
    return !isZero(net);
  });
}

/** Zero at the decimals of these postings. */
function nothing(postings: readonly Posting[]): Amount {
  const first = postings[0];
  return first === undefined ? '0' : subtract(first.amount, first.amount);
}
