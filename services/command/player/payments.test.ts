import test from 'ava';
import type { PlayerEventType } from '../../../shared/events/player-events.js';
import { approveWithdrawal, reportPayment, stopWithdrawal } from './payments.js';
import { given, PLAYER, type Step } from './testing/given.js';
import { bet, blocked, depositRequested, READY_TO_PLAY, reported, withdrawalRequested } from './testing/steps.js';

const approved: Step = (player) => approveWithdrawal(player, `${PLAYER}-w1`);
const rejected: Step = (player) => stopWithdrawal(player, `${PLAYER}-w1`, 'rejected');
const cancelled: Step = (player) => stopWithdrawal(player, `${PLAYER}-w1`, 'cancelled');
const w = (status: 'completed' | 'failed' | 'reversed') => reported(status, 'w1');

test('a deposit moves money only when the PSP says so', (t) => {
  given(t).when(depositRequested()).thenTypes('DepositRequested').thenBalances('0.00');
  given(t, depositRequested()).when(reported('completed')).thenTypes('DepositCompleted').thenBalances('100.00');
});

const ACCEPTED: readonly [string, readonly Step[], Step, PlayerEventType, [string, string?, string?]][] = [
  ['a deposit fails', [depositRequested()], reported('failed'), 'DepositFailed', ['0.00']],
  [
    'late money of a failed deposit',
    [depositRequested(), reported('failed')],
    reported('completed'),
    'DepositCompleted',
    ['100.00'],
  ],
  ['a chargeback', [depositRequested(), reported('completed')], reported('reversed'), 'DepositReversed', ['0.00']],
  ['a chargeback of what was played', [...READY_TO_PLAY, bet()], reported('reversed'), 'DepositReversed', ['-10.00']],
  [
    'a completed deposit of a blocked player',
    [depositRequested(), blocked()],
    reported('completed'),
    'DepositCompleted',
    ['100.00'],
  ],
  [
    'a withdrawal holds the money',
    READY_TO_PLAY,
    withdrawalRequested(),
    'WithdrawalRequested',
    ['80.00', '0.00', '20.00'],
  ],
  [
    'a withdrawal of a blocked player',
    [...READY_TO_PLAY, blocked()],
    withdrawalRequested(),
    'WithdrawalRequested',
    ['80.00', '0.00', '20.00'],
  ],
  [
    'an approval moves nothing',
    [...READY_TO_PLAY, withdrawalRequested()],
    approved,
    'WithdrawalApproved',
    ['80.00', '0.00', '20.00'],
  ],
  ['a rejection', [...READY_TO_PLAY, withdrawalRequested()], rejected, 'WithdrawalRejected', ['100.00']],
  ['a cancellation', [...READY_TO_PLAY, withdrawalRequested()], cancelled, 'WithdrawalCancelled', ['100.00']],
  ['a payout', [...READY_TO_PLAY, withdrawalRequested(), approved], w('completed'), 'WithdrawalCompleted', ['80.00']],
  ['a failed payout', [...READY_TO_PLAY, withdrawalRequested(), approved], w('failed'), 'WithdrawalFailed', ['100.00']],
  [
    'a payout that came back',
    [...READY_TO_PLAY, withdrawalRequested(), approved, w('completed')],
    w('reversed'),
    'WithdrawalReversed',
    ['100.00'],
  ],
];
for (const [what, steps, step, type, [cash, bonus, withdrawal]] of ACCEPTED) {
  test(`${what}: ${type}`, (t) => {
    given(t, ...steps)
      .when(step)
      .thenTypes(type)
      .thenBalances(cash, bonus, withdrawal);
  });
}

test('what a PSP reports twice is answered twice and recorded once', (t) => {
  given(t, depositRequested(), reported('completed')).when(reported('completed')).thenNothing();
  given(t, depositRequested(), reported('completed'), reported('reversed')).when(reported('completed')).thenNothing();
});

const TRANSITIONS: readonly [readonly Step[], Step, string, string][] = [
  [[depositRequested()], reported('reversed'), 'requested', 'reversed'],
  [[depositRequested(), reported('completed')], reported('failed'), 'completed', 'failed'],
  [[...READY_TO_PLAY, withdrawalRequested()], w('completed'), 'requested', 'completed'],
  [[...READY_TO_PLAY, withdrawalRequested(), approved], cancelled, 'approved', 'cancelled'],
  [[...READY_TO_PLAY, withdrawalRequested(), cancelled], approved, 'cancelled', 'approved'],
  [[...READY_TO_PLAY, withdrawalRequested(), approved, w('failed')], w('completed'), 'failed', 'completed'],
];
for (const [steps, step, from, to] of TRANSITIONS) {
  test(`a payment does not go from ${from} to ${to} (${steps.length} steps before)`, (t) => {
    given(t, ...steps)
      .when(step)
      .thenRejects({ type: 'InvalidTransition', from, to });
  });
}

test('a withdrawal takes cash only', (t) => {
  given(t, ...READY_TO_PLAY)
    .when(withdrawalRequested('100.01'))
    .thenRejects({ type: 'InsufficientFunds', balance: { cash: '100.00', bonus: '0.00' }, currency: 'EUR' });
});

test('fraud holds a withdrawal at its approval', (t) => {
  given(t, ...READY_TO_PLAY, withdrawalRequested(), blocked({ reason: 'fraud', until: null }))
    .when(approved)
    .thenRejects({ type: 'PlayerBlocked', reasons: ['fraud'] });
});

test('a withdrawal is not approved while cash is below zero', (t) => {
  given(t, ...READY_TO_PLAY, withdrawalRequested(), reported('reversed'))
    .when(approved)
    .thenRejects({ type: 'InsufficientFunds', balance: { cash: '-20.00', bonus: '0.00' }, currency: 'EUR' });
});

test("a payment that is unknown, or another PSP's, is not found", (t) => {
  const report = { psp: 'other', paymentId: `${PLAYER}-d1`, pspReference: 'ref', status: 'completed' } as const;
  given(t).when(reported('completed')).thenRejects({ type: 'PaymentNotFound' });
  given(t, depositRequested())
    .when((player) => reportPayment(player, report))
    .thenRejects({ type: 'PaymentNotFound' });
});
