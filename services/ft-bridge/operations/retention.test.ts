import test from 'ava';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { type OperationsGround, operationsGround } from '../tests/operations-ground.js';
import { arrivals, logins, player, story } from '../tests/stories.js';
import { createRetention } from './retention.js';

const ANN = player(1);
const BOB = player(2);
const CAT = player(3);
const running = new AbortController().signal;

function retentionOf({ postgres }: OperationsGround, onRemoved: (rows: number) => void = () => undefined) {
  return createRetention({ postgres, retentionHours: 72, retentionEveryMs: 60_000, onRemoved, logger: silentLogger });
}

/** As if all that was taken and delivered so far had been that long ago. */
async function age({ postgres }: OperationsGround, hours: number): Promise<void> {
  await postgres.query(
    `UPDATE bridge.inbox SET taken_at = taken_at - make_interval(hours => $1),
            delivered_at = delivered_at - make_interval(hours => $1), skipped_at = skipped_at - make_interval(hours => $1)`,
    [hours],
  );
}

async function keptOf({ postgres }: OperationsGround, playerId: string): Promise<readonly number[]> {
  const rows = await postgres.query<{ revision: number }>(
    'SELECT revision::int AS revision FROM bridge.inbox WHERE player_id = $1 ORDER BY inbox.revision',
    [playerId],
  );
  return rows.map(({ revision }) => revision);
}

test.serial('only what was delivered long enough ago goes, and never the last that was, nor a mark', async (t) => {
  const ground = await operationsGround(t);
  await ground.begin(story(ANN, logins(5)), 3);
  await ground.begin(story(BOB, logins(3)), 0);
  await ground.begin(story(CAT, logins(250)), 250);
  await age(ground, 71);
  t.is(await retentionOf(ground).walk(running), 0);
  await age(ground, 2);
  let counted = 0;
  const removed = await retentionOf(ground, (rows) => {
    counted += rows;
  }).walk(running);
  t.is(removed, 2 + 249);
  t.is(counted, removed);
  t.deepEqual(await keptOf(ground, ANN), [2, 3, 4]);
  t.deepEqual(await keptOf(ground, BOB), [0, 1, 2]);
  t.deepEqual(await keptOf(ground, CAT), [249]);
  t.like(await ground.row(CAT), { taken_revision: '249', delivered_revision: '249' });
  t.is(await retentionOf(ground).walk(running), 0);
});

test.serial('a message of a row that is gone counts as one that was taken', async (t) => {
  const ground = await operationsGround(t);
  const events = story(ANN, logins(5));
  await ground.begin(events, 5);
  await age(ground, 73);
  await retentionOf(ground).walk(running);
  const [again] = await ground.inbox.take(arrivals(events));
  t.like(again, { duplicates: 5, mismatched: 0, hole: false });
});

test.serial('what a replay will send stays until it is sent', async (t) => {
  const ground = await operationsGround(t);
  await ground.begin(story(ANN, logins(6)), 6);
  await age(ground, 73);
  await ground.operations.replay({ playerId: ANN, from: { revision: 2 }, to: { revision: 3 }, by: 'x' });
  t.is(await retentionOf(ground).walk(running), 2);
  t.deepEqual(await keptOf(ground, ANN), [2, 3, 4, 5]);
  await ground.postgres.query('UPDATE bridge.lanes SET replay_next = NULL, replay_last = NULL');
  await retentionOf(ground).walk(running);
  t.deepEqual(await keptOf(ground, ANN), [5]);
});

test.serial('what a replay brought back goes again in its time', async (t) => {
  const ground = await operationsGround(t);
  await ground.begin(story(ANN, logins(4)), 4);
  await age(ground, 73);
  await retentionOf(ground).walk(running);
  await ground.operations.replay({ playerId: ANN, from: { revision: 0 }, to: { revision: 1 }, by: 'x' });
  await ground.postgres.query('UPDATE bridge.lanes SET replay_next = NULL, replay_last = NULL');
  await retentionOf(ground).walk(running);
  t.deepEqual(await keptOf(ground, ANN), [0, 1, 3], 'they were brought back just now');
  await age(ground, 73);
  await retentionOf(ground).walk(running);
  t.deepEqual(await keptOf(ground, ANN), [3]);
});

test.serial('a skipped row and failed requests go in their time; decisions stay', async (t) => {
  const ground = await operationsGround(t);
  const { begin, fail, inbox, operations, postgres } = ground;
  await begin(story(ANN, logins(3)), 0);
  const failed = { playerId: ANN, revision: 0, part: 0, at: 1, status: 400, error: 'no', durationMs: 1 };
  await inbox.settle([], [], [], [failed, { ...failed, revision: 1 }]);
  for (const revision of [0, 1]) {
    await fail(ANN, revision - 1);
    await operations.skip({ playerId: ANN, revision, reason: 'why', by: 'x' });
  }
  await age(ground, 73);
  await retentionOf(ground).walk(running);
  t.deepEqual(await keptOf(ground, ANN), [1, 2]);
  t.deepEqual(await postgres.query('SELECT revision::int AS revision FROM bridge.attempts'), [{ revision: 1 }]);
  t.is((await operations.decisions({ playerId: ANN, after: '0', limit: 9 })).length, 2);
});

test.serial('a lane that someone holds is left to the next walk, and holds up no other', async (t) => {
  const ground = await operationsGround(t);
  await ground.begin([...story(ANN, logins(3))], 3);
  await ground.begin([...story(BOB, logins(3))], 3);
  await age(ground, 73);
  await ground.postgres.inTransaction(async (sql) => {
    await sql.query('SELECT FROM bridge.lanes WHERE player_id = $1 FOR UPDATE', [ANN]);
    t.is(await retentionOf(ground).walk(running), 2);
  });
  t.deepEqual(await keptOf(ground, ANN), [0, 1, 2]);
  t.is(await retentionOf(ground).walk(running), 2);
});

test.serial('all lanes are walked, however many there are', async (t) => {
  const ground = await operationsGround(t);
  const players = Array.from({ length: 1_001 }, (_, index) => player(index + 1));
  const events = players.flatMap((playerId) => story(playerId, logins(2)));
  await ground.inbox.take(arrivals(events));
  await ground.postgres.query(`UPDATE bridge.inbox SET delivered_at = now() - interval '73 hours'`);
  await ground.postgres.query('UPDATE bridge.lanes SET delivered_revision = 1');
  t.is(await retentionOf(ground).walk(running), 1_001);
});
