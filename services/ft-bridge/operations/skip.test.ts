import test from 'ava';
import pg from 'pg';
import { until } from '../../../infra/testing/until.js';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { LANE_NEWS } from '../inbox/lane-news.js';
import { FENCE, type OperationsGround, operationsGround } from '../tests/operations-ground.js';
import { headAfter, logins, player, story, unreadable } from '../tests/stories.js';

const ANN = player(1);
const BOB = player(2);

const skip = (revision: number, reason = 'the brand agreed') => ({
  playerId: ANN,
  revision,
  reason,
  by: 'night-shift',
});
const REFUSED = { kind: 'refused', reason: 'Fast Track answered 400' } as const;

async function decisionsOf({ operations }: OperationsGround) {
  return (await operations.decisions({ playerId: ANN, after: '0', limit: 99 })).map(({ action, revision }) => [
    action,
    revision,
  ]);
}

test.serial('the event at which a lane is parked is skipped for a reason, and delivery goes on after it', async (t) => {
  const ground = await operationsGround(t);
  const { begin, fail, inbox, operations, row, postgres, changed } = ground;
  const events = story(ANN, logins(4));
  await begin(events, 1);
  await fail(ANN, 0, {}, 1);
  await inbox.park(ANN, { revision: 1, ...REFUSED });
  const outcome = await operations.skip(skip(1));
  t.like(outcome.ok && outcome.value, {
    ...{ action: 'skip', revision: 1, event_id: events[1]?.id, type: 'PlayerLoggedIn' },
    ...{ reason: 'the brand agreed', decided_by: 'night-shift', player_id: ANN },
  });
  t.like(await row(ANN), { delivered_revision: '1', parts_done: 0, attempts: 0, parked_revision: null });
  const rows = await postgres.query<{ skipped: boolean }>(
    `SELECT revision::int AS revision, skipped_at IS NOT NULL AS skipped, delivered_at IS NOT NULL AS delivered, attempts,
            last_status FROM bridge.inbox WHERE player_id = $1 AND revision < 3 ORDER BY inbox.revision`,
    [ANN],
  );
  t.deepEqual(rows, [
    { revision: 0, skipped: false, delivered: true, attempts: 1, last_status: 200 },
    { revision: 1, skipped: true, delivered: false, attempts: 8, last_status: 400 },
    { revision: 2, skipped: false, delivered: false, attempts: 0, last_status: null },
  ]);
  const [page] = await inbox.pages([{ playerId: ANN, after: 1 }], 9);
  t.deepEqual(
    page?.events.map(({ revision }) => revision),
    [2, 3],
  );
  t.deepEqual(changed, [ANN]);
});

test.serial('skipping it again answers what was decided; with another reason it is refused', async (t) => {
  const ground = await operationsGround(t);
  const { begin, fail, operations } = ground;
  await begin(story(ANN, logins(4)), 1);
  await fail(ANN, 0);
  const first = await operations.skip(skip(1));
  const again = await operations.skip(skip(1));
  t.like(again, { ok: true, replayed: true });
  t.deepEqual(again.ok && again.value, first.ok && first.value);
  t.like(await operations.skip(skip(1, 'another')), { ok: false, type: 'WrongPlace' });
  t.deepEqual(await decisionsOf(ground), [['skip', 1]]);
});

test.serial('only the event at which a lane stands can be skipped, and only while it stands', async (t) => {
  const ground = await operationsGround(t);
  const { begin, fail, inbox, operations, row, changed } = ground;
  const events = story(ANN, logins(4));
  await begin(events, 1);
  t.like(await operations.skip(skip(1)), { ok: false, type: 'WrongPlace' }, 'it is being delivered');
  await fail(ANN, 0);
  for (const revision of [0, 2, 3, 4]) t.like(await operations.skip(skip(revision)), { ok: false, type: 'WrongPlace' });
  t.like(await operations.skip({ ...skip(1), playerId: BOB }), { ok: false, type: 'PlayerUnknown' });
  // Delivered while the operator was deciding.
  const [, second] = events;
  if (second === undefined) throw new Error('a story of four');
  await inbox.settle(
    [{ playerId: ANN, fence: FENCE, revision: 1, eventId: second.id, at: 1, attempts: 2, status: 200 }],
    [],
  );
  t.like(await operations.skip(skip(1)), { ok: false, type: 'WrongPlace' });
  t.like(await row(ANN), { delivered_revision: '1' });
  t.deepEqual(await decisionsOf(ground), []);
  t.deepEqual(changed, []);
});

test.serial('an event that is being confirmed while an operator skips it is not skipped', async (t) => {
  const ground = await operationsGround(t);
  const { begin, fail, operations, postgres, row } = ground;
  await begin(story(ANN, logins(4)), 1);
  await fail(ANN, 0);
  const skipping = await postgres.inTransaction(async (sql) => {
    // As delivery does when it writes its marks.
    await sql.query('SELECT FROM bridge.lanes WHERE player_id = $1 FOR UPDATE', [ANN]);
    const outcome = operations.skip(skip(1));
    await until('the operator waits', async () => {
      // Not in this transaction, which would see the same again and again.
      const waiting = await postgres.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length === 1;
    });
    await sql.query('UPDATE bridge.inbox SET delivered_at = now() WHERE player_id = $1 AND revision = 1', [ANN]);
    await sql.query('UPDATE bridge.lanes SET delivered_revision = 1, attempts = 0 WHERE player_id = $1', [ANN]);
    return { outcome };
  });
  t.like(await skipping.outcome, { ok: false, type: 'WrongPlace' });
  t.like(await row(ANN), { delivered_revision: '1' });
  t.deepEqual(await postgres.query('SELECT FROM bridge.inbox WHERE skipped_at IS NOT NULL'), []);
});

test.serial('two operators who skip at once skip one event', async (t) => {
  const ground = await operationsGround(t);
  const { begin, fail, operations, row } = ground;
  await begin(story(ANN, logins(4)), 0);
  await fail(ANN, -1);
  const outcomes = await Promise.all([
    operations.skip(skip(0)),
    operations.skip(skip(0)),
    operations.skip(skip(0, 'b')),
  ]);
  t.is(outcomes.filter((outcome) => outcome.ok && !outcome.replayed).length, 1);
  t.like(await row(ANN), { delivered_revision: '0' });
  t.is((await decisionsOf(ground)).length, 1);
});

test.serial('an event before the one at which a lane is parked is skipped; the lane stays parked', async (t) => {
  const { begin, fail, inbox, operations, row } = await operationsGround(t);
  await begin(story(ANN, logins(4)), 0);
  await inbox.park(ANN, { revision: 2, kind: 'unreadable', reason: 'newer' });
  await fail(ANN, -1);
  t.like(await operations.skip(skip(2)), { ok: false }, 'what is before it is not delivered yet');
  t.like(await operations.skip(skip(0)), { ok: true });
  t.like(await row(ANN), { delivered_revision: '0', parked_revision: '2', parked_kind: 'unreadable' });
});

async function parkedAtUnknown(ground: OperationsGround, change: (unknown: StoredEvent) => StoredEvent = (e) => e) {
  const begun = story(ANN, logins(2));
  await ground.begin(begun, 2);
  const unknown = unreadable(begun);
  const after = story(ANN, logins(2), headAfter([unknown]));
  ground.stored.push(change(unknown), ...after);
  await ground.inbox.park(ANN, { revision: 2, kind: 'unreadable', reason: 'unknown type PlayerTeleported' });
  return { unknown, after };
}

test.serial(
  'an event that nobody can read is skipped as the event store has it, and what follows is taken',
  async (t) => {
    const ground = await operationsGround(t);
    const { unknown, after } = await parkedAtUnknown(ground);
    const outcome = await ground.operations.skip(skip(2));
    t.like(outcome.ok && outcome.value, {
      action: 'skip',
      revision: 2,
      event_id: unknown.id,
      type: 'PlayerTeleported',
    });
    // The next question about the player waits for the repair that the skip began.
    await ground.operations.retry({ playerId: ANN, by: 'x' });
    t.deepEqual(await ground.inbox.markOf(ANN), headAfter(after));
    t.like(await ground.row(ANN), { delivered_revision: '2', taken_revision: '4', parked_revision: null });
    const kept = await ground.inbox.hashes(ANN, 2, 2);
    t.is(kept.get(2), String(unknown.metadata.hash));
  },
);

for (const [title, change, why] of [
  [
    'is not what its hash says',
    (e: StoredEvent) => ({ ...e, data: { moved: 'by someone' } }),
    /is not what its hash says/,
  ],
  [
    'follows another',
    (e: StoredEvent) => ({ ...unreadable(story(ANN, logins(2))), position: e.position }),
    /does not follow/,
  ],
] as const) {
  test.serial(`an event of the store that ${title} is not skipped: the ledger itself is in doubt`, async (t) => {
    const ground = await operationsGround(t);
    await parkedAtUnknown(ground, change);
    const before = await ground.row(ANN);
    const outcome = await ground.operations.skip(skip(2));
    t.like(outcome, { ok: false, type: 'WrongPlace' });
    t.regex('why' in outcome ? outcome.why : '', why);
    t.deepEqual(await ground.row(ANN), before);
    t.deepEqual(await decisionsOf(ground), []);
  });
}

test.serial('a row that this version cannot read is skipped as it is', async (t) => {
  const ground = await operationsGround(t);
  const { begin, inbox, operations, row, postgres } = ground;
  await begin(story(ANN, logins(3)), 1);
  await postgres.query(
    `UPDATE bridge.inbox SET event = '{}', type = 'PlayerTeleported' WHERE player_id = 1 AND revision = 1`,
  );
  await inbox.park(ANN, { revision: 1, kind: 'unreadable', reason: 'newer' });
  t.like(await operations.skip(skip(1)), { ok: true });
  t.like(await row(ANN), { delivered_revision: '1', taken_revision: '2', parked_revision: null });
});

test.serial(
  'in a replay, skipping goes on with the next that is to be repeated; the row stays delivered',
  async (t) => {
    const ground = await operationsGround(t);
    const { begin, fail, operations, row, postgres } = ground;
    await begin(story(ANN, logins(5)), 4);
    await operations.replay({ playerId: ANN, from: { revision: 1 }, to: { revision: 2 }, by: 'x' });
    t.like(await operations.skip(skip(1)), { ok: false }, 'it is not failing');
    await fail(ANN, 3);
    t.like(await operations.skip(skip(4)), { ok: false }, 'the replay goes first');
    t.like(await operations.skip(skip(1)), { ok: true });
    t.like(await row(ANN), { replay_next: '2', replay_last: '2', delivered_revision: '3', attempts: 0 });
    await fail(ANN, 3);
    t.like(await operations.skip(skip(2)), { ok: true });
    t.like(await row(ANN), { replay_next: null, replay_last: null });
    t.deepEqual(await postgres.query('SELECT FROM bridge.inbox WHERE skipped_at IS NOT NULL'), []);
    t.deepEqual(await decisionsOf(ground), [
      ['replay', 1],
      ['skip_replayed', 1],
      ['skip_replayed', 2],
    ]);
  },
);

test.serial('every instance hears of a decision when it is committed, and of none that was refused', async (t) => {
  const { begin, fail, operations, postgresUrl } = await operationsGround(t);
  await begin([...story(ANN, logins(3)), ...story(BOB, logins(3))], 0);
  await fail(ANN, -1);
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  t.teardown(() => client.end());
  const heard: string[] = [];
  client.on('notification', ({ payload = '' }) => heard.push(payload));
  await client.query(`LISTEN ${LANE_NEWS}`);
  await operations.skip(skip(7));
  await operations.retry({ playerId: BOB, by: 'x' });
  await operations.retry({ playerId: ANN, by: 'x' });
  await operations.skip(skip(0));
  await operations.replay({ playerId: BOB, from: { revision: 0 }, to: undefined, by: 'x' });
  await client.query('SELECT 1');
  t.deepEqual(heard, [ANN, ANN]);
});
