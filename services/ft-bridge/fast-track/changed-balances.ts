import { bonusAccount, cashAccount } from '../../../shared/ids/accounts.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { isZero } from '../../../shared/money/money.js';
import type { Posting } from '../../../shared/money/postings.js';
import { netOn, nothingLike } from './account-moves.js';

/**
 * True when the event left cash or bonus other than it found it. The net effect decides: a play that wins back exactly
 * its stake has legs on cash, yet cash did not change.
 */
export function changesBalances(playerId: PlayerId, postings: readonly Posting[]): boolean {
  const nothing = nothingLike(postings[0]?.amount ?? '0');
  return [cashAccount(playerId), bonusAccount(playerId)].some((account) => !isZero(netOn(account, postings, nothing)));
}
