import type { Balances } from '../../../shared/events/player-events.js';
import { notBelowZero, toJsonNumber } from '../../../shared/money/money.js';
import type { Posting } from '../../../shared/money/postings.js';
import { changesBalances } from './changed-balances.js';
import type { FtMessage } from './ft-message.js';
import { type NativeFrame, priced } from './native-frame.js';

export type Moved = { readonly postings: readonly Posting[]; readonly balances: Balances };

/** Always both wallets. Money held for a withdrawal is in neither; what fell below zero is sent as nothing. */
export function balances(frame: NativeFrame, { postings, balances: after }: Moved): readonly FtMessage[] {
  if (!changesBalances(frame.playerId, postings)) return [];
  const price = priced(frame, after.currency);
  const wallets = [
    { key: 'real_money', amount: toJsonNumber(notBelowZero(after.cash)), ...price },
    { key: 'bonus_money', amount: toJsonNumber(notBelowZero(after.bonus)), ...price },
  ];
  const { user_id, origin, timestamp } = frame.user;
  return [
    { method: 'POST', path: '/v1/integration/user/balances', body: { user_id, balances: wallets, origin, timestamp } },
  ];
}
