import test from 'ava';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { given, NOW, registeredPlayer, type Step, type StepAt } from './testing/given.js';
import {
  bet,
  bonus,
  depositRequested,
  limit,
  READY_TO_PLAY,
  reported,
  rollback,
  session,
  win,
  withdrawalRequested,
} from './testing/steps.js';
import { addMilliseconds } from './time.js';

// How a player sets limits: what binds when. What counts towards them is in spending.test.ts.

const later = (hours: number, ms = 0) => addMilliseconds(NOW, hours * 3_600_000 + ms);
const at = (moment: string, step: Step): StepAt => ({ at: moment, step });

const lossADay = { kind: 'loss', period: 'day', currency: 'EUR' } as const;
const changed = (amount: string | null, cause: 'player' | 'due' = 'player'): PlayerEvent => ({
  type: 'LimitChanged',
  data: { ...lossADay, amount, cause },
});
const raised = (amount: string | null, effectiveAt: string): PlayerEvent => ({
  type: 'LimitIncreaseRequested',
  data: { ...lossADay, amount, effectiveAt },
});

test('a first limit binds at once', (t) => {
  given(t)
    .when(limit('loss', 'day', '50'))
    .thenEvents(changed('50.00'))
    .thenAnswers({ ...lossADay, amount: '50.00', pending: null });
});

test('a lower limit binds at once', (t) => {
  given(t, limit('loss', 'day', '50.00'))
    .when(limit('loss', 'day', '49.99'))
    .thenEvents(changed('49.99'))
    .thenAnswers({ ...lossADay, amount: '49.99', pending: null });
});

for (const amount of ['50.01', null]) {
  test(`a limit of 50.00 set to ${amount} stands for another day, and shows what is pending`, (t) => {
    given(t, limit('loss', 'day', '50.00'))
      .when(limit('loss', 'day', amount))
      .thenEvents(raised(amount, later(24)))
      .thenAnswers({ ...lossADay, amount: '50.00', pending: { amount, effectiveAt: later(24) } });
  });

  test(`the same raise to ${amount} asked again keeps its day`, (t) => {
    given(t, limit('loss', 'day', '50.00'), limit('loss', 'day', amount))
      .when(limit('loss', 'day', amount), later(23))
      .thenNothing()
      .thenAnswers({ ...lossADay, amount: '50.00', pending: { amount, effectiveAt: later(24) } });
  });
}

test('another raise, also a smaller one, takes the place of the first and starts its own day', (t) => {
  for (const amount of ['70.00', '55.00', null]) {
    given(t, limit('loss', 'day', '50.00'), limit('loss', 'day', '60.00'))
      .when(limit('loss', 'day', amount), later(1))
      .thenEvents(raised(amount, later(25)))
      .thenAnswers({ ...lossADay, amount: '50.00', pending: { amount, effectiveAt: later(25) } });
  }
});

test('a lower limit, or the standing one again, takes a pending raise away', (t) => {
  for (const amount of ['49.99', '50.00', '0.00']) {
    given(t, limit('loss', 'day', '50.00'), limit('loss', 'day', '60.00'))
      .when(limit('loss', 'day', amount))
      .thenEvents(changed(amount))
      .thenAnswers({ ...lossADay, amount, pending: null });
  }
});

test('what stands already is no event', (t) => {
  given(t, limit('loss', 'day', '50.00'))
    .when(limit('loss', 'day', '50'))
    .thenNothing();
  given(t)
    .when(limit('loss', 'day', null))
    .thenNothing()
    .thenAnswers({ ...lossADay, amount: null, pending: null });
});

test('limits of other kinds and periods stand beside each other', (t) => {
  given(t, limit('loss', 'week', '20.00'), limit('wager', 'day', '20.00'), limit('loss', 'day', '50.00'))
    .when(limit('loss', 'day', '60.00'))
    .thenEvents(raised('60.00', later(24)));
});

test("more decimals than the player's currency has are refused", (t) => {
  given(t)
    .when(limit('loss', 'day', '50.001'))
    .thenRejects({ type: 'InvalidAmount', detail: 'not an amount of EUR' });
});

test('a raise is recorded first by the decision that comes when its time has come, not a moment earlier', (t) => {
  for (const amount of ['60.00', null]) {
    const player = () => given(t, limit('loss', 'day', '50.00'), limit('loss', 'day', amount));
    player().when(depositRequested(), later(24, -1)).thenTypes('DepositRequested');
    player()
      .when(limit('loss', 'day', amount === null ? '10.00' : '65.00'), later(24))
      .thenEvents(changed(amount, 'due'), amount === null ? changed('10.00') : raised('65.00', later(48)));
    // What is due alone is no reason to append.
    player()
      .when(limit('loss', 'day', amount), later(24))
      .thenNothing()
      .thenAnswers({ ...lossADay, amount, pending: null });
  }
});

test('a raise binds bets only from its time on', (t) => {
  const player = (ms: number) =>
    given(
      t,
      ...READY_TO_PLAY,
      limit('loss', 'day', '5.00'),
      limit('loss', 'day', '10.00'),
      at(later(24, ms), session('s-2')),
    ).when(bet({ sessionId: 's-2' }), later(24, ms));
  player(-1).thenRejects({ type: 'LimitExceeded', ...lossADay, limit: '5.00', remaining: '5.00' });
  player(0).thenTypes('BetPlaced');
});

test('a raise that fell away never binds', (t) => {
  given(
    t,
    ...READY_TO_PLAY,
    ...[limit('loss', 'day', '6.00'), limit('loss', 'day', '10.00'), limit('loss', 'day', '5.00')],
    at(later(48), session('s-2')),
  )
    .when(bet({ sessionId: 's-2' }), later(48))
    .thenRejects({ type: 'LimitExceeded', ...lossADay, limit: '5.00', remaining: '5.00' });
});

test('a deposit up to its limit is taken, above it refused with what remains', (t) => {
  const player = given(t, limit('deposit', 'day', '100.00'), depositRequested('60.00'));
  player.when(depositRequested('40.01', 'd2')).thenRejects({
    type: 'LimitExceeded',
    ...{ kind: 'deposit', period: 'day', limit: '100.00', remaining: '40.00', currency: 'EUR' },
  });
  player.when(depositRequested('40.00', 'd2')).thenTypes('DepositRequested');
  player.when(depositRequested('0.01', 'd3')).thenRejects({
    type: 'LimitExceeded',
    ...{ kind: 'deposit', period: 'day', limit: '100.00', remaining: '0.00', currency: 'EUR' },
  });
});

test('a limit of zero keeps the player from all of it', (t) => {
  const steps: readonly (readonly ['deposit' | 'loss' | 'wager', Step])[] = [
    ['deposit', depositRequested('0.01', 'd2')],
    ['loss', bet({ amount: '0.01' })],
    ['wager', bet({ amount: '0.01' })],
  ];
  for (const [kind, step] of steps) {
    given(t, ...READY_TO_PLAY, limit(kind, 'month', '0'))
      .when(step)
      .thenRejects({
        type: 'LimitExceeded',
        ...{ kind, period: 'month', limit: '0.00', remaining: '0.00', currency: 'EUR' },
      });
  }
});

test('a limit set after the fact sees it, and shows no less than nothing as what remains', (t) => {
  given(t, ...READY_TO_PLAY, bet(), limit('wager', 'day', '4.00'))
    .when(bet({ transactionId: 't-9', amount: '0.01' }))
    .thenRejects({
      type: 'LimitExceeded',
      ...{ kind: 'wager', period: 'day', limit: '4.00', remaining: '0.00', currency: 'EUR' },
    });
});

// Of the limits that would be passed, the one with the least remaining answers; of equal ones the first by kind and period.
const SIMULTANEOUS: readonly (readonly [
  string,
  readonly Step[],
  'loss' | 'wager',
  'day' | 'week' | 'month',
  string,
])[] = [
  ['loss by week', [limit('loss', 'day', '9.00'), limit('loss', 'week', '8.00')], 'loss', 'week', '8.00'],
  ['wager by month', [limit('loss', 'day', '9.00'), limit('wager', 'month', '8.00')], 'wager', 'month', '8.00'],
  ['the only one passed', [limit('loss', 'day', '10.00'), limit('wager', 'day', '9.99')], 'wager', 'day', '9.99'],
  ['equal: loss first', [limit('wager', 'day', '5.00'), limit('loss', 'month', '5.00')], 'loss', 'month', '5.00'],
  ['equal: day first', [limit('wager', 'month', '5.00'), limit('wager', 'day', '5.00')], 'wager', 'day', '5.00'],
];
for (const [what, limits, kind, period, amount] of SIMULTANEOUS) {
  test(`the lowest of simultaneous limits binds (${what})`, (t) => {
    given(t, ...READY_TO_PLAY, ...limits)
      .when(bet())
      .thenRejects({ type: 'LimitExceeded', kind, period, limit: amount, remaining: amount, currency: 'EUR' });
  });
}

test('the least remaining answers, not the least limit', (t) => {
  given(t, ...READY_TO_PLAY, bet(), limit('loss', 'day', '8.00'), limit('wager', 'week', '12.00'))
    .when(bet({ transactionId: 't-9' }))
    .thenRejects({ type: 'LimitExceeded', ...lossADay, limit: '8.00', remaining: '0.00' });
  given(t, ...READY_TO_PLAY, bet(), limit('loss', 'day', '18.00'), limit('wager', 'week', '12.00'))
    .when(bet({ transactionId: 't-9' }))
    .thenRejects({
      type: 'LimitExceeded',
      ...{ kind: 'wager', period: 'week', limit: '12.00', remaining: '2.00', currency: 'EUR' },
    });
});

test("a loss limit looks at a bet's cash stake only, a wager limit at all of it", (t) => {
  // Bonus first: 10.00 of the stake is bonus.
  const ready = [...READY_TO_PLAY, bonus('10.00', 'ub-1', 'sticky_bonus')];
  given(t, ...ready, limit('loss', 'day', '5.00'))
    .when(bet({ amount: '15.00' }))
    .thenTypes('BetPlaced', 'BonusWageringProgressed', 'BonusCompleted');
  given(t, ...ready, limit('loss', 'day', '4.99'))
    .when(bet({ amount: '15.00' }))
    .thenRejects({ type: 'LimitExceeded', ...lossADay, limit: '4.99', remaining: '4.99' });
  given(t, ...ready, limit('wager', 'day', '14.99'))
    .when(bet({ amount: '15.00' }))
    .thenRejects({
      type: 'LimitExceeded',
      ...{ kind: 'wager', period: 'day', limit: '14.99', remaining: '14.99', currency: 'EUR' },
    });
});

test('a bet without a cash stake loses none, however low the loss limit was set since', (t) => {
  given(t, ...READY_TO_PLAY, bet(), bonus('10.00', 'ub-1', 'sticky_bonus'), limit('loss', 'day', '0.00'))
    .when(bet({ transactionId: 't-9', amount: '5.00' }))
    .thenTypes('BetPlaced', 'BonusWageringProgressed');
});

test('a deposit that completes is credited, whatever limit was set since it was requested', (t) => {
  given(t, depositRequested(), limit('deposit', 'day', '0.00'))
    .when(reported('completed'))
    .thenTypes('DepositCompleted')
    .thenBalances('100.00');
});

/** Nothing may be deposited, lost or wagered from here on. */
const NOTHING_MORE: readonly Step[] = (['deposit', 'loss', 'wager'] as const).flatMap((kind) =>
  (['day', 'week', 'month'] as const).map((period) => limit(kind, period, '0.00')),
);

test('wins, rollbacks, what a PSP reports and withdrawals are taken, whatever the limits', (t) => {
  const before = [...READY_TO_PLAY, bet(), depositRequested('5.00', 'd2')];
  const taken: readonly (readonly [Step, PlayerEvent['type']])[] = [
    [win(), 'WinCredited'],
    [rollback(), 'TransactionRolledBack'],
    [reported('reversed'), 'DepositReversed'],
    [reported('completed', 'd2'), 'DepositCompleted'],
    [reported('failed', 'd2'), 'DepositFailed'],
    [withdrawalRequested(), 'WithdrawalRequested'],
  ];
  for (const [step, type] of taken) {
    given(t, ...before, ...NOTHING_MORE)
      .when(step)
      .thenTypes(type);
  }
});

test('a retry gets its first answer, though the limit would refuse it by now', (t) => {
  given(t, ...READY_TO_PLAY, bet(), limit('wager', 'day', '0.00'))
    .when(bet())
    .thenNothing();
  given(t, depositRequested(), limit('deposit', 'day', '0.00'))
    .when(depositRequested())
    .thenNothing();
});

test('a player of a currency without decimals sets limits in it', (t) => {
  const player = registeredPlayer('JPY');
  const set = player.run(limit('loss', 'day', '500'));
  t.is(set.ok && set.answer.amount, '500');
  t.like(player.run(limit('loss', 'day', '400.5')), { ok: false, rejection: { type: 'InvalidAmount' } });
});
