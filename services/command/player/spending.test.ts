import test from 'ava';
import type { LimitKind, LimitPeriod } from '../../../shared/events/player-events.js';
import { evolve } from './evolve.js';
import { unarchivedPast } from './past.js';
import { readState, writeState } from './snapshot.js';
import { noSpending, spentIn } from './spending.js';
import { NO_PLAYER, type PlayerState, type RegisteredPlayer } from './state.js';
import { registeredPlayer, type Step, type TestPlayer } from './testing/given.js';
import {
  bet,
  bonus,
  depositRequested,
  limit,
  play,
  READY_TO_PLAY,
  reported,
  rollback,
  session,
  win,
} from './testing/steps.js';
import { addMilliseconds } from './time.js';

// Goal: what counts towards limits, and in which window. Method: the sums themselves, after steps at chosen moments.

/** In the middle of an hour, so that whole hours and 24 hours are told apart. */
const NOON = '2026-01-02T12:30:00.000Z';
const later = (hours: number, ms = 0) => addMilliseconds(NOON, hours * 3_600_000 + ms);

function stateOf(player: TestPlayer): RegisteredPlayer {
  const state: PlayerState = player.state();
  if (state.status === 'none') throw new Error('not registered');
  return state;
}

function spent(player: TestPlayer, kind: LimitKind, period: LimitPeriod = 'day', now = NOON): string {
  return spentIn(stateOf(player).spending, kind, period, now);
}

/** Deposit, wager and loss of the day. */
function today(player: TestPlayer, now = NOON): readonly string[] {
  return [spent(player, 'deposit', 'day', now), spent(player, 'wager', 'day', now), spent(player, 'loss', 'day', now)];
}

function lived(t: { true(ok: boolean): boolean }, ...steps: readonly (Step | readonly [string, Step])[]): TestPlayer {
  const player = registeredPlayer();
  for (const step of steps) {
    const decision = typeof step === 'function' ? player.run(step, NOON) : player.run(step[1], step[0]);
    t.true(decision.ok);
  }
  return player;
}

test('a deposit counts from its request on, completed or reversed; failed it does not; late money counts again', (t) => {
  const requested = [depositRequested('30.00', 'd2')];
  t.deepEqual(today(lived(t, ...requested)), ['30.00', '0.00', '0.00']);
  t.deepEqual(today(lived(t, ...requested, reported('completed', 'd2'))), ['30.00', '0.00', '0.00']);
  const reversed = [...requested, reported('completed', 'd2'), reported('reversed', 'd2')];
  t.deepEqual(today(lived(t, ...reversed)), ['30.00', '0.00', '0.00']);
  const failed = [...requested, reported('failed', 'd2')];
  t.deepEqual(today(lived(t, ...failed)), ['0.00', '0.00', '0.00']);
  t.deepEqual(today(lived(t, ...failed, reported('completed', 'd2'))), ['30.00', '0.00', '0.00']);
});

test('a failure, and late money, count in the hour of the request', (t) => {
  const failed = lived(t, depositRequested('30.00', 'd2'), [later(20), reported('failed', 'd2')]);
  t.is(spent(failed, 'deposit', 'day', later(24)), '0.00');
  t.is(spent(failed, 'deposit', 'day', later(25)), '0.00');
  t.deepEqual(failed.run(reported('completed', 'd2'), later(30)).ok, true);
  t.is(spent(failed, 'deposit', 'day', later(24)), '30.00');
  t.is(spent(failed, 'deposit', 'day', later(30)), '0.00');
  t.is(spent(failed, 'deposit', 'week', later(30)), '30.00');
});

test('bets, wins and rollbacks of either', (t) => {
  const staked = [...READY_TO_PLAY, bet()];
  t.deepEqual(today(lived(t, ...staked)), ['100.00', '10.00', '10.00']);
  t.deepEqual(today(lived(t, ...staked, win())), ['100.00', '10.00', '-10.00']);
  t.deepEqual(today(lived(t, ...staked, rollback())), ['100.00', '0.00', '0.00']);
  const wonAndUndone = [...staked, win(), rollback({ referenceTransactionId: 't-2' })];
  t.deepEqual(today(lived(t, ...wonAndUndone)), ['100.00', '10.00', '10.00']);
  t.deepEqual(today(lived(t, ...wonAndUndone, rollback({ transactionId: 't-6' }))), ['100.00', '0.00', '0.00']);
});

test('a play counts its bet and its win, and each is taken back by its own rollback', (t) => {
  const played = [...READY_TO_PLAY, play()];
  t.deepEqual(today(lived(t, ...played)), ['100.00', '10.00', '-10.00']);
  const winUndone = [...played, rollback({ referenceTransactionId: 't-5' })];
  t.deepEqual(today(lived(t, ...winUndone)), ['100.00', '10.00', '10.00']);
  const undone = [...winUndone, rollback({ transactionId: 't-6', referenceTransactionId: 't-4' })];
  t.deepEqual(today(lived(t, ...undone)), ['100.00', '0.00', '0.00']);
});

test('what moves nothing counts nothing', (t) => {
  const refused = lived(t, ...READY_TO_PLAY);
  t.false(refused.run(bet({ amount: '900.00' }), NOON).ok);
  t.deepEqual(today(refused), ['100.00', '0.00', '0.00']);
  t.deepEqual(today(lived(t, ...READY_TO_PLAY, rollback())), ['100.00', '0.00', '0.00']);
  t.deepEqual(today(lived(t, ...READY_TO_PLAY, bet(), bet())), ['100.00', '10.00', '10.00']);
});

test('only the cash part of a stake and of its win is a loss or makes one good', (t) => {
  const staked = [...READY_TO_PLAY, bonus('10.00', 'ub-1', 'strict_bonus')];
  const five = [...staked, bet({ amount: '5.00' })];
  t.deepEqual(today(lived(t, ...five)), ['100.00', '5.00', '0.00']);
  t.deepEqual(today(lived(t, ...five, win({ amount: '8.00' }))), ['100.00', '5.00', '0.00']);
  t.deepEqual(today(lived(t, ...five, rollback())), ['100.00', '0.00', '0.00']);
  const six = [...five, bet({ transactionId: 't-8', amount: '4.00' }), bet({ transactionId: 't-9', amount: '4.00' })];
  t.deepEqual(today(lived(t, ...six)), ['100.00', '13.00', '3.00']);
  // The last stake was 1.00 of bonus and 3.00 of cash, so 6.00 of its win are cash.
  const mixedWin = win({ referenceTransactionId: 't-9', amount: '8.00' });
  t.deepEqual(today(lived(t, ...six, mixedWin)), ['100.00', '13.00', '-3.00']);
});

/** A bet of 10.00 bonus and 5.00 cash that completes the bonus, which is sticky: nothing of it converts. */
const COMPLETED = [...READY_TO_PLAY, bonus('10.00', 'ub-1', 'sticky_bonus'), bet({ amount: '15.00' })];
/** The same from a bonus that converts: wagered to the end by a second bet. */
const CONVERTED = [
  ...[...READY_TO_PLAY, bonus('1.00', 'ub-1', 'easy_bonus'), bet({ amount: '9.00' })],
  ...[bet({ transactionId: 't-8', amount: '1.00' })],
];

test('what a bonus becomes in cash, at its completion or with a late win, is no win of cash', (t) => {
  t.deepEqual(today(lived(t, ...CONVERTED)), ['100.00', '10.00', '10.00']);
  const late = lived(t, ...COMPLETED, win({ amount: '45.00' }));
  const credited = late.events.at(-1);
  t.like(credited?.type === 'WinCredited' ? credited.data.payout : undefined, { cash: '15.00', converted: '20.00' });
  t.deepEqual(today(late), ['100.00', '15.00', '-10.00']);
});

test('a transaction and its rollback together count nothing, whatever its bonus has become meanwhile', (t) => {
  // The win went to the bonus; that has been completed since, so the rollback takes it from cash.
  const bonusWon = [
    ...[...READY_TO_PLAY, bonus('10.00', 'ub-1', 'sticky_bonus'), bet({ amount: '5.00' }), win({ amount: '8.00' })],
    ...[bet({ transactionId: 't-8', amount: '10.00' })],
  ];
  const before = today(lived(t, ...bonusWon));
  const after = lived(t, ...bonusWon, rollback({ referenceTransactionId: 't-2' }));
  const undone = after.events.at(-1);
  t.is(undone?.type === 'TransactionRolledBack' ? undone.data.undone?.converted : undefined, '8.00');
  t.deepEqual(today(after), before);
  // The bonus part of the stake comes back as cash.
  t.deepEqual(today(lived(t, ...COMPLETED, rollback())), ['100.00', '0.00', '0.00']);
  t.deepEqual(
    today(lived(t, ...COMPLETED, win({ amount: '45.00' }), rollback({ referenceTransactionId: 't-2' }))),
    today(lived(t, ...COMPLETED)),
  );
});

const WINDOWS: readonly [LimitPeriod, number][] = [
  ['day', 24],
  ['week', 168],
  ['month', 720],
];
for (const [period, hours] of WINDOWS) {
  test(`the window of a ${period} is the running hour and the ${hours} whole hours before it`, (t) => {
    const player = lived(t, ...READY_TO_PLAY, bet());
    // The bet was at 12:30, so it leaves when the hour after the last whole one begins, not half an hour earlier or later.
    const lastMoment = addMilliseconds('2026-01-02T12:59:59.999Z', hours * 3_600_000);
    for (const kind of ['deposit', 'wager', 'loss'] as const) {
      t.not(spent(player, kind, period, later(hours)), '0.00', kind);
      t.not(spent(player, kind, period, lastMoment), '0.00', kind);
      t.is(spent(player, kind, period, addMilliseconds(lastMoment, 1)), '0.00', kind);
    }
  });
}

test('hours add up in a window, and each leaves on its own', (t) => {
  const player = lived(
    t,
    ...READY_TO_PLAY,
    bet(),
    [later(1), session('s-2')],
    [later(1), bet({ sessionId: 's-2', transactionId: 't-8', amount: '3.00' })],
    [later(23), session('s-3')],
    [later(23), bet({ sessionId: 's-3', transactionId: 't-9', amount: '0.50' })],
  );
  t.is(spent(player, 'wager', 'day', later(24)), '13.50');
  t.is(spent(player, 'wager', 'day', later(25)), '3.50');
  t.is(spent(player, 'wager', 'day', later(26)), '0.50');
  t.is(spent(player, 'wager', 'week', later(26)), '13.50');
});

test('a rollback takes back in the hour of the original, not in its own', (t) => {
  const player = lived(
    t,
    ...READY_TO_PLAY,
    bet(),
    [later(5), session('s-2')],
    [later(5), bet({ sessionId: 's-2', transactionId: 't-9', amount: '3.00' })],
  );
  t.true(player.run(rollback(), later(20)).ok);
  t.is(spent(player, 'wager', 'day', later(24)), '3.00');
  // Were it taken from the hour of the rollback, 3.00 less 10.00 would be left of this window.
  t.is(spent(player, 'wager', 'day', later(25)), '3.00');
  t.is(spent(player, 'loss', 'day', later(25)), '3.00');
});

test('the rollback of what has left every window changes nothing', (t) => {
  const player = lived(t, ...READY_TO_PLAY, bet(), [later(721), depositRequested('1.00', 'd2')]);
  const before = stateOf(player).spending;
  t.true(player.run(rollback(), later(722)).ok);
  t.deepEqual(stateOf(player).spending, before);
});

test('no more than the hours of a month are kept', (t) => {
  const player = registeredPlayer();
  for (let hour = 0; hour < 800; hour += 1) player.run(depositRequested('1.00', `d${hour}`), later(hour));
  const { spending } = stateOf(player);
  t.is(spending.earlier.size + 1, 721);
  t.is(spentIn(spending, 'deposit', 'month', later(799)), '721.00');
});

test('a rollback that does not say when the original was counts in its own hour, and one of version 1 by the balances', (t) => {
  const player = lived(t, ...READY_TO_PLAY, bet());
  const undo = player.run(rollback(), later(2));
  const event = player.events.at(-1);
  if (!undo.ok || event?.type !== 'TransactionRolledBack') throw new Error('no rollback');
  const earlier = player.events.slice(0, -1);
  const before = earlier.reduce<PlayerState>((state, each) => evolve(state, each, NOON, past), NO_PLAYER);
  const old = { ...event, data: { ...event.data, originalAt: null, sessionId: null, undone: null } };
  const after = evolve(before, old, later(2), past);
  if (after.status === 'none') throw new Error('not registered');
  t.is(spentIn(after.spending, 'wager', 'day', later(24)), '0.00');
  t.is(spentIn(after.spending, 'wager', 'day', later(25)), '-10.00', 'it was counted two hours after the bet');
  t.is(spentIn(after.spending, 'loss', 'day', later(25)), '-10.00');
});
const past = unarchivedPast(new Map());

test('limits and what was spent survive a snapshot', (t) => {
  const player = lived(t, ...READY_TO_PLAY, limit('loss', 'day', '50.00'), limit('loss', 'day', null), bet(), [
    later(1),
    depositRequested('1.00', 'd2'),
  ]);
  const state = stateOf(player);
  t.true(state.limits.size === 1 && state.spending.earlier.size === 1);
  t.deepEqual(readState(writeState(state)), state);
});

test('with no earlier hour, the sum is nothing in the own currency', (t) => {
  const at = '2026-01-01T00:00:00.000Z';
  t.is(spentIn(noSpending('EUR', at), 'loss', 'day', later(48)), '0.00');
  t.is(spentIn(noSpending('JPY', at), 'loss', 'day', later(48)), '0');
});
