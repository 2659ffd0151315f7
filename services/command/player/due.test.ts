import test from 'ava';
import { settleWhatIsDue } from './decision.js';
import { unarchivedPast } from './past.js';
import { NO_PLAYER } from './state.js';
import { given, NOW, PLAYER, registeredPlayer } from './testing/given.js';
import { bet, blocked, bonus, play, READY_TO_PLAY, session, sessionEnded, win } from './testing/steps.js';
import { CATALOGUE } from './testing/test-catalogue.js';

// Goal: what a timer records is exactly what is due, once, at its time; and a late timer changes no outcome.

const IN_30_DAYS = '2026-02-01T12:00:00.000Z';
const IN_30_MINUTES = '2026-01-02T12:30:00.000Z';
const ENDS = '2026-01-02T12:10:00.000Z';

test('nothing is due before its time, and nothing twice', (t) => {
  const player = registeredPlayer();
  for (const step of [...READY_TO_PLAY, bonus()]) t.true(player.run(step).ok);
  const before = player.events.length;
  for (const early of [NOW, '2026-01-02T12:29:59.999Z']) player.settle(early);
  t.is(player.events.length, before);
  player.settle(IN_30_MINUTES);
  player.settle('2026-02-01T11:59:59.999Z');
  player.settle(IN_30_DAYS);
  const settled = player.events.slice(before).map(({ type }) => type);
  t.deepEqual(settled, ['GameSessionEnded', 'BonusCancelled']);
  player.settle('2027-01-01T00:00:00.000Z');
  t.is(player.events.length, before + 2);
});

test('a timeout ends at its end; blocks without one stand', (t) => {
  given(t, blocked({ reason: 'timeout', until: ENDS }), blocked())
    .whenTimersFire(ENDS)
    .thenEvents({ type: 'BlockLifted', data: { reason: 'timeout', cause: 'ended' } });
});

test('a session idles out half an hour after its last bet or play, whatever was won since', (t) => {
  const idle = { sessionId: 's-1', gameId: 'slot_abc', provider: 'mock', reason: 'idle' } as const;
  const player = registeredPlayer();
  for (const step of READY_TO_PLAY) player.run(step);
  player.run(bet(), '2026-01-02T12:10:00.000Z');
  player.run(play(), '2026-01-02T12:20:00.000Z');
  player.run(win(), '2026-01-02T12:40:00.000Z');
  t.deepEqual(player.settle('2026-01-02T12:49:59.999Z'), { ok: true, events: [], answer: 'settled' });
  const fired = player.settle('2026-01-02T12:50:00.000Z');
  t.deepEqual(fired.ok && fired.events, [{ type: 'GameSessionEnded', data: idle }]);
});

test('a bonus that waits when the one before it expires is granted then, and has its own time', (t) => {
  const player = registeredPlayer();
  for (const step of [...READY_TO_PLAY, sessionEnded(), bonus('50.00', 'ub-1'), bonus('20.00', 'ub-2')])
    player.run(step);
  const late = '2026-02-05T08:00:00.000Z';
  const fired = player.settle(late);
  t.like(fired.ok && fired.events, [
    { type: 'BonusCancelled', data: { userBonusId: 'ub-1', reason: 'expired', forfeited: '50.00' } },
    { type: 'BonusGranted', data: { userBonusId: 'ub-2', expiresAt: '2026-03-07T08:00:00.000Z' } },
  ]);
  t.deepEqual(player.settle('2026-03-07T07:59:59.999Z'), { ok: true, events: [], answer: 'settled' });
  const again = player.settle('2026-03-07T08:00:00.000Z');
  t.like(again.ok && again.events, [{ type: 'BonusCancelled', data: { userBonusId: 'ub-2', reason: 'expired' } }]);
});

test('all that is due comes in one append', (t) => {
  given(t, ...READY_TO_PLAY, session('s-2', 'table_blackjack'), bonus())
    .whenTimersFire(IN_30_DAYS)
    .thenTypes('GameSessionEnded', 'GameSessionEnded', 'BonusCancelled');
});

test('who is not registered has nothing due', (t) => {
  const nobody = { playerId: PLAYER, state: NO_PLAYER, past: unarchivedPast(new Map()) };
  t.deepEqual(settleWhatIsDue(nobody, IN_30_DAYS, CATALOGUE), {
    ok: false,
    rejection: { type: 'PlayerNotFound' },
  });
});
