import { match, P } from 'ts-pattern';
import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { type Change, change, type Rows } from './rows.js';

type PaymentEvent = Extract<Decoded<PlayerEvent>, { type: `${'Deposit' | 'Withdrawal'}${string}` }>;

type Status = Rows['movePayment']['status'];

/** A payment's row follows its status; each step is a line among the player's transactions. */
export function paymentChanges(playerId: PlayerId, event: PaymentEvent): readonly Change[] {
  const line = transactionLine(playerId, event);
  return match(event)
    .with({ type: P.union('DepositRequested', 'WithdrawalRequested') }, ({ data, metadata }) => [
      change('addPayment', {
        payment_id: data.paymentId,
        player_id: playerId,
        kind: kindOf(event),
        psp: data.psp,
        amount: data.amount,
        currency: data.currency,
        requested_at: metadata.occurredAt,
      }),
      line,
    ])
    .with({ type: P.union('DepositCompleted', 'WithdrawalCompleted') }, (e) => [moved(e, 'completed'), line])
    .with({ type: P.union('DepositFailed', 'WithdrawalFailed') }, (e) => [moved(e, 'failed'), line])
    .with({ type: P.union('DepositReversed', 'WithdrawalReversed') }, (e) => [moved(e, 'reversed'), line])
    .with({ type: 'WithdrawalApproved' }, (e) => [moved(e, 'approved'), line])
    .with({ type: 'WithdrawalRejected' }, (e) => [moved(e, 'rejected'), line])
    .with({ type: 'WithdrawalCancelled' }, (e) => [moved(e, 'cancelled'), line])
    .exhaustive();
}

function kindOf(event: PaymentEvent): 'deposit' | 'withdrawal' {
  return event.type.startsWith('Deposit') ? 'deposit' : 'withdrawal';
}

function moved({ data, metadata }: PaymentEvent, status: Status): Change {
  return change('movePayment', {
    payment_id: data.paymentId,
    status,
    psp_reference: 'pspReference' in data ? data.pspReference : null,
    updated_at: metadata.occurredAt,
  });
}

function transactionLine(playerId: PlayerId, event: PaymentEvent): Change {
  const { revision, type, data, metadata } = event;
  return change('addTransaction', {
    player_id: playerId,
    revision,
    part: 0,
    kind: kindOf(event),
    type,
    caller: data.psp,
    reference: data.paymentId,
    related_reference: null,
    game_id: null,
    round_id: null,
    amount: data.amount,
    currency: data.currency,
    cash_after: 'balances' in data ? data.balances.cash : null,
    bonus_after: 'balances' in data ? data.balances.bonus : null,
    recorded_at: metadata.recordedAt,
  });
}
