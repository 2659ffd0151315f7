import test from 'ava';
import { ATTEMPTS_KEPT, type FailedAttempt } from '../inbox/inbox.js';
import { operationsGround } from '../tests/operations-ground.js';
import { arrivals, headAfter, logins, player, story } from '../tests/stories.js';

const ANN = player(1);
const BOB = player(2);

function failed(playerId: typeof ANN, revision: number, at: number): FailedAttempt {
  return { playerId, revision, part: 1, at, status: 503, error: 'Fast Track answered 503', durationMs: 12.4 };
}

test.serial('the newest failed requests of each event are kept, and shown newest first', async (t) => {
  const { begin, inbox, postgres, operations } = await operationsGround(t);
  await begin([...story(ANN, logins(2)), ...story(BOB, logins(1))], 0);
  const many = Array.from({ length: ATTEMPTS_KEPT + 7 }, (_, index) => failed(ANN, 0, 1_000 + index));
  for (const batch of [many.slice(0, 3), many.slice(3, 40), many.slice(40)]) {
    await inbox.settle([], [], [], [...batch, failed(BOB, 0, 5)]);
  }
  await inbox.settle(
    [],
    [],
    [],
    [failed(ANN, 1, 9_000), { ...failed(ANN, 1, 9_001), status: undefined, error: 'cut' }],
  );
  const kept = await postgres.query<{ at: Date }>(
    'SELECT at FROM bridge.attempts WHERE player_id = $1 AND revision = 0 ORDER BY n',
    [ANN],
  );
  t.deepEqual(
    kept.map(({ at }) => at.getTime()),
    many.slice(7).map(({ at }) => at),
  );
  const shown = (await operations.lane(ANN))?.attempts ?? [];
  t.is(shown.length, 50);
  t.like(shown[0], { revision: 1, part: 1, status: null, error: 'cut', duration_ms: 12 });
  t.like(shown[2], { revision: 0, at: new Date(1_000 + ATTEMPTS_KEPT + 6) });
  t.is((await operations.lane(BOB))?.attempts.length, 3);
});

test.serial('failed requests of events that never were go with them, and of no event none is kept', async (t) => {
  const { begin, inbox, postgres } = await operationsGround(t);
  const start = story(ANN, logins(1));
  await begin([...start, ...story(ANN, logins(2), headAfter(start))], 1);
  await inbox.settle([], [], [], [failed(ANN, 0, 1), failed(ANN, 1, 2), failed(ANN, 2, 3), failed(ANN, 3, 4)]);
  const truth = story(ANN, [{ type: 'PlayerLoggedOut', data: { loginId: 'true' } }], headAfter(start));
  await inbox.takeTruth(ANN, arrivals(truth));
  const left = await postgres.query('SELECT revision::int AS revision FROM bridge.attempts');
  t.deepEqual(left, [{ revision: 0 }]);
});
