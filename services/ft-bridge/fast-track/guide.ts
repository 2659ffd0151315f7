import { match } from 'ts-pattern';
import type { Decoded } from '../../../shared/events/codec.js';
import type { Balances, PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerIdOf } from '../../../shared/ids/streams.js';
import { type Amount, negate, notBelowZero, toJsonNumber } from '../../../shared/money/money.js';
import type { Posting } from '../../../shared/money/postings.js';
import { changesBalances } from './changed-balances.js';
import type { FtContext, FtMessage } from './ft-message.js';
import { blocksChanged, consentsChanged, detailsChanged, loggedIn, registered } from './user-messages.js';

type PaymentStatus = 'requested' | 'completed' | 'failed' | 'cancelled' | 'reversed';
type BonusStep = 'granted' | 'wagering_progress' | 'completed' | 'cancelled';
type Payment = { readonly paymentId: string; readonly amount: Amount; readonly currency: string };
type Moved = { readonly postings: readonly Posting[]; readonly balances: Balances };

const NOTHING: readonly FtMessage[] = [];

/**
 * The developer guide's messages, field for field. One exhaustive match: a new event type does not compile until
 * someone says what Fast Track hears of it.
 */
export function guideMessages(event: Decoded<PlayerEvent>, { origin, ipAddress }: FtContext): readonly FtMessage[] {
  const playerId = playerIdOf(event.stream);
  const user = { user_id: playerId as string };
  const timestamp = new Date(event.metadata.occurredAt).toISOString();
  const thin = { ...user, timestamp, origin };

  const payment = (type: 'deposit' | 'withdrawal', status: PaymentStatus, data: Payment): FtMessage => ({
    method: 'POST',
    path: '/v2/integration/payments',
    body: {
      ...user,
      payment_id: data.paymentId,
      payment_type: type,
      status,
      amount: toJsonNumber(data.amount),
      currency: data.currency,
      timestamp,
    },
  });
  const casino = (gameId: string, bet: Amount, win: Amount): FtMessage => ({
    method: 'POST',
    path: '/v2/integration/casino',
    body: { ...user, game_id: gameId, bet: toJsonNumber(bet), win: toJsonNumber(win), timestamp },
  });
  const bonus = (bonusId: string, step: BonusStep): FtMessage => ({
    method: 'POST',
    path: '/v2/integration/bonus',
    body: { ...user, bonus_id: bonusId, event_type: step, timestamp },
  });
  const moving = (message: FtMessage, moved: Moved) => [message, ...balances(playerId, moved, timestamp)];

  return (
    match<PlayerEvent, readonly FtMessage[]>(event)
      .with({ type: 'PlayerRegistered' }, () => [registered(thin, { ip_address: ipAddress })])
      .with({ type: 'PlayerLoggedIn' }, ({ data }) => [loggedIn(thin, data.impersonated)])
      .with({ type: 'ConsentsChanged' }, () => [consentsChanged(thin)])
      .with({ type: 'BlockPlaced' }, { type: 'BlockLifted' }, () => [blocksChanged(thin)])
      .with({ type: 'PlayerDetailsChanged' }, () => [detailsChanged(thin)])

      .with({ type: 'DepositRequested' }, ({ data }) => [payment('deposit', 'requested', data)])
      .with({ type: 'DepositCompleted' }, ({ data }) => moving(payment('deposit', 'completed', data), data))
      .with({ type: 'DepositFailed' }, ({ data }) => [payment('deposit', 'failed', data)])
      .with({ type: 'DepositReversed' }, ({ data }) => moving(payment('deposit', 'reversed', data), data))
      .with({ type: 'WithdrawalRequested' }, ({ data }) => moving(payment('withdrawal', 'requested', data), data))
      .with({ type: 'WithdrawalApproved' }, () => NOTHING)
      .with({ type: 'WithdrawalRejected' }, ({ data }) => moving(payment('withdrawal', 'failed', data), data))
      .with({ type: 'WithdrawalCancelled' }, ({ data }) => moving(payment('withdrawal', 'cancelled', data), data))
      .with({ type: 'WithdrawalCompleted' }, ({ data }) => moving(payment('withdrawal', 'completed', data), data))
      .with({ type: 'WithdrawalFailed' }, ({ data }) => moving(payment('withdrawal', 'failed', data), data))
      .with({ type: 'WithdrawalReversed' }, ({ data }) => moving(payment('withdrawal', 'reversed', data), data))

      .with({ type: 'BetPlaced' }, ({ data }) => moving(casino(data.gameId, data.amount, '0'), data))
      // A win of nothing closes a losing round, so it is told too.
      .with({ type: 'WinCredited' }, ({ data }) => moving(casino(data.gameId, '0', data.amount), data))
      .with({ type: 'RoundPlayed' }, ({ data }) => moving(casino(data.gameId, data.bet.amount, data.win.amount), data))
      .with({ type: 'TransactionRolledBack', data: { original: 'bet' } }, ({ data }) =>
        moving(casino(data.gameId, negate(data.amount), '0'), data),
      )
      .with({ type: 'TransactionRolledBack', data: { original: 'win' } }, ({ data }) =>
        moving(casino(data.gameId, '0', negate(data.amount)), data),
      )

      .with({ type: 'BonusGranted' }, ({ data }) => moving(bonus(data.bonusId, 'granted'), data))
      .with({ type: 'BonusWageringProgressed' }, ({ data }) => [bonus(data.bonusId, 'wagering_progress')])
      .with({ type: 'BonusCompleted' }, ({ data }) => moving(bonus(data.bonusId, 'completed'), data))
      .with({ type: 'BonusCancelled' }, ({ data }) => moving(bonus(data.bonusId, 'cancelled'), data))

      .with(
        { type: 'PlayerLoggedOut' },
        { type: 'PlayerPasswordChanged' },
        { type: 'GameSessionStarted' },
        { type: 'GameSessionEnded' },
        { type: 'LimitChanged' },
        { type: 'LimitIncreaseRequested' },
        { type: 'PlayerForgotten' },
        { type: 'RollbackTombstoned' },
        { type: 'BonusQueued' },
        () => NOTHING,
      )
      .exhaustive()
  );
}

/** Money held for a withdrawal is in neither number; what fell below zero is sent as nothing. */
function balances(playerId: PlayerId, { postings, balances: after }: Moved, timestamp: string): readonly FtMessage[] {
  if (!changesBalances(playerId, postings)) return NOTHING;
  const balance = {
    cash: toJsonNumber(notBelowZero(after.cash)),
    bonus: toJsonNumber(notBelowZero(after.bonus)),
    currency: after.currency,
  };
  return [
    { method: 'POST', path: '/v2/integration/balances', body: { user_id: playerId as string, balance, timestamp } },
  ];
}
