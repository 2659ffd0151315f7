import { match } from 'ts-pattern';
import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { playerIdOf } from '../../../shared/ids/streams.js';
import type { Brand } from './brand.js';
import type { FtContext, FtMapping, FtMessage } from './ft-message.js';
import { balances, type Moved } from './native-balances.js';
import { bonus, CANCELLED } from './native-bonus.js';
import { bet, play, rollback, win } from './native-casino.js';
import type { NativeFrame } from './native-frame.js';
import { type PaymentStep, payment } from './native-payment.js';
import { blocksChanged, consentsChanged, detailsChanged, loggedIn, registered } from './user-messages.js';

const NOTHING: readonly FtMessage[] = [];

/** Fast Track's published contract. What is not known is left out: there, null is a fault. */
export function createNativeMessages(brand: Brand): FtMapping {
  return (event, context) => nativeMessages(event, context, brand);
}

/** As the guide's: one exhaustive match. @throws NoExchangeRate */
function nativeMessages(event: Decoded<PlayerEvent>, context: FtContext, brand: Brand): readonly FtMessage[] {
  const playerId = playerIdOf(event.stream);
  const timestamp = new Date(event.metadata.occurredAt).toISOString();
  const user = { user_id: playerId as string, timestamp, origin: context.origin };
  const frame: NativeFrame = { playerId, user, brand };

  const moving = (message: FtMessage, moved: Moved) => [message, ...balances(frame, moved)];
  const paid = (
    type: PaymentStep['type'],
    status: PaymentStep['status'],
    data: Parameters<typeof payment>[2] & Partial<Moved>,
  ) => {
    const message = payment(frame, { type, status }, data);
    const { postings, balances: after } = data;
    return postings === undefined || after === undefined ? [message] : moving(message, { postings, balances: after });
  };

  return (
    match<PlayerEvent, readonly FtMessage[]>(event)
      .with({ type: 'PlayerRegistered' }, () => [
        registered(user, { ip_address: context.ipAddress, user_agent: context.userAgent }),
      ])
      .with({ type: 'PlayerLoggedIn' }, ({ data }) => [loggedIn(user, data.impersonated)])
      .with({ type: 'ConsentsChanged' }, () => [consentsChanged(user)])
      .with({ type: 'BlockPlaced' }, { type: 'BlockLifted' }, () => [blocksChanged(user)])
      .with({ type: 'PlayerDetailsChanged' }, () => [detailsChanged(user)])

      .with({ type: 'DepositRequested' }, ({ data }) => paid('Credit', 'Requested', data))
      .with({ type: 'DepositCompleted' }, ({ data }) => paid('Credit', 'Approved', data))
      .with({ type: 'DepositFailed' }, ({ data }) => paid('Credit', 'Rejected', data))
      .with({ type: 'DepositReversed' }, ({ data }) => paid('Credit', 'Rollback', data))
      .with({ type: 'WithdrawalRequested' }, ({ data }) => paid('Debit', 'Requested', data))
      // Approved to pay is not yet paid, and Fast Track's `Approved` is.
      .with({ type: 'WithdrawalApproved' }, () => NOTHING)
      .with({ type: 'WithdrawalRejected' }, ({ data }) => paid('Debit', 'Rejected', data))
      .with({ type: 'WithdrawalCancelled' }, ({ data }) => paid('Debit', 'Cancelled', data))
      .with({ type: 'WithdrawalCompleted' }, ({ data }) => paid('Debit', 'Approved', data))
      .with({ type: 'WithdrawalFailed' }, ({ data }) => paid('Debit', 'Rejected', data))
      .with({ type: 'WithdrawalReversed' }, ({ data }) => paid('Debit', 'Rollback', data))

      .with({ type: 'BetPlaced' }, ({ data }) => moving(bet(frame, data), data))
      .with({ type: 'WinCredited' }, ({ data }) => moving(win(frame, data), data))
      .with({ type: 'RoundPlayed' }, ({ data }) => [...play(frame, data), ...balances(frame, data)])
      .with({ type: 'TransactionRolledBack' }, ({ data }) => moving(rollback(frame, data), data))

      .with({ type: 'BonusQueued' }, ({ data }) => [bonus(frame, 'Pending', data, context.bonus)])
      .with({ type: 'BonusGranted' }, ({ data }) => moving(bonus(frame, 'Created', data, context.bonus), data))
      .with({ type: 'BonusWageringProgressed' }, ({ data }) => [
        bonus(frame, 'Ongoing', data, context.bonus, { wagered: data.wagered }),
      ])
      .with({ type: 'BonusCompleted' }, ({ data }) =>
        moving(bonus(frame, 'Completed', data, context.bonus, { turnedReal: data.converted }), data),
      )
      .with({ type: 'BonusCancelled' }, ({ data }) =>
        moving(bonus(frame, CANCELLED[data.reason], data, context.bonus), data),
      )

      .with(
        { type: 'PlayerLoggedOut' },
        { type: 'PlayerPasswordChanged' },
        { type: 'GameSessionStarted' },
        { type: 'GameSessionEnded' },
        { type: 'LimitChanged' },
        { type: 'LimitIncreaseRequested' },
        { type: 'PlayerForgotten' },
        { type: 'RollbackTombstoned' },
        () => NOTHING,
      )
      .exhaustive()
  );
}
