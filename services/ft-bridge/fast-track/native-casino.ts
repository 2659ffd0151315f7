import type { PlayerEventOf } from '../../../shared/events/player-events.js';
import { bonusAccount, cashAccount } from '../../../shared/ids/accounts.js';
import { type Amount, add, subtract, toJsonNumber } from '../../../shared/money/money.js';
import type { Posting } from '../../../shared/money/postings.js';
import { movedOn, netOn, nothingLike } from './account-moves.js';
import type { FtMessage } from './ft-message.js';
import type { Moved } from './native-balances.js';
import { type NativeFrame, priced } from './native-frame.js';
import { known } from './user-messages.js';

type Round = {
  readonly provider: string;
  readonly gameId: string;
  readonly roundId: string;
  readonly currency: string;
};

type Activity = {
  readonly type: 'Bet' | 'Win';
  readonly transactionId: string;
  readonly amount: Amount;
  /** The side on which the player's accounts moved. */
  readonly side: Posting['side'];
  readonly isRoundEnd: boolean;
  /** The transaction that this one reverses. */
  readonly reverses?: string;
};

/** Cash and bonus together, as Fast Track counts a player's balance. */
type Between = { readonly before: Amount; readonly after: Amount };

export function bet(frame: NativeFrame, data: PlayerEventOf<'BetPlaced'>['data']): FtMessage {
  const { transactionId, amount } = data;
  const activity: Activity = { type: 'Bet', transactionId, amount, side: 'debit', isRoundEnd: false };
  return casino(frame, data, activity, data.postings, betweenOf(frame, data, amount));
}

/** A win of nothing closes a losing round: Fast Track knows no message for a loss. */
export function win(frame: NativeFrame, data: PlayerEventOf<'WinCredited'>['data']): FtMessage {
  const { transactionId, amount, roundClosed: isRoundEnd } = data;
  const activity: Activity = { type: 'Win', transactionId, amount, side: 'credit', isRoundEnd };
  return casino(frame, data, activity, data.postings, betweenOf(frame, data, amount));
}

/** Bet, then win: Fast Track knows no message for both. What the bet left is what the win found. */
export function play(frame: NativeFrame, data: PlayerEventOf<'RoundPlayed'>['data']): readonly FtMessage[] {
  const { before, after } = betweenOf(frame, data, data.bet.amount);
  const middle = subtract(before, data.bet.amount);
  const stake: Activity = { type: 'Bet', ...data.bet, side: 'debit', isRoundEnd: false };
  const payout: Activity = { type: 'Win', ...data.win, side: 'credit', isRoundEnd: data.roundClosed };
  return [
    casino(frame, data, stake, data.postings, { before, after: middle }),
    casino(frame, data, payout, data.postings, { before: middle, after }),
  ];
}

/** The reversed activity again, with an id of its own. It ends no round: whether it is over, the provider has yet to say. */
export function rollback(frame: NativeFrame, data: PlayerEventOf<'TransactionRolledBack'>['data']): FtMessage {
  const { transactionId, amount, original, referenceTransactionId: reverses } = data;
  const activity: Activity =
    original === 'bet'
      ? { type: 'Bet', transactionId, amount, side: 'credit', isRoundEnd: false, reverses }
      : { type: 'Win', transactionId, amount, side: 'debit', isRoundEnd: false, reverses };
  return casino(frame, data, activity, data.postings, betweenOf(frame, data, amount));
}

function casino(
  frame: NativeFrame,
  { provider, gameId, roundId, currency }: Round,
  { type, transactionId, amount, side, isRoundEnd, reverses }: Activity,
  postings: readonly Posting[],
  { before, after }: Between,
): FtMessage {
  const { catalogue } = frame.brand;
  const game = catalogue.game(gameId);
  // What moved on cash is real money. All else is the bonus's, also what the house kept of a bonus that had ended.
  const real = movedOn(cashAccount(frame.playerId), side, postings, nothingLike(amount));
  return {
    method: 'POST',
    path: '/v1/integration/casino',
    body: {
      user_id: frame.user.user_id,
      activity_id: activityId(frame, provider, transactionId),
      type,
      status: reverses === undefined ? 'Approved' : 'Rollback',
      round_id: roundId,
      is_round_end: isRoundEnd,
      amount: toJsonNumber(amount),
      wager_amount: toJsonNumber(real),
      bonus_wager_amount: toJsonNumber(subtract(amount, real)),
      ...priced(frame, currency),
      balance_before: toJsonNumber(before),
      balance_after: toJsonNumber(after),
      game_id: gameId,
      // A game that the brand has no longer goes by its id: an old event must not stop its player's lane.
      game_name: game?.name ?? gameId,
      ...known({ game_type: game?.category }),
      vendor_id: provider,
      ...known({ vendor_name: catalogue.providerName(provider) }),
      ...known({ meta: reverses === undefined ? undefined : reversal(frame, provider, reverses) }),
      origin: frame.user.origin,
      timestamp: frame.user.timestamp,
    },
  };
}

function reversal(frame: NativeFrame, provider: string, transactionId: string) {
  return { original_activity_id: activityId(frame, provider, transactionId), original_transaction_id: transactionId };
}

/** A provider's ids are its own, and may come again at another player or another provider. */
function activityId({ playerId }: NativeFrame, provider: string, transactionId: string): string {
  return `${playerId}:${provider}:${transactionId}`;
}

function betweenOf({ playerId }: NativeFrame, { balances, postings }: Moved, like: Amount): Between {
  const after = add(balances.cash, balances.bonus);
  const net = add(
    netOn(cashAccount(playerId), postings, nothingLike(like)),
    netOn(bonusAccount(playerId), postings, nothingLike(like)),
  );
  return { before: subtract(after, net), after };
}
