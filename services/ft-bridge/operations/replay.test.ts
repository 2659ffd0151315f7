import test from 'ava';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { FENCE, operationsGround } from '../tests/operations-ground.js';
import { headAfter, logins, player, story, unreadable } from '../tests/stories.js';
import type { Bound } from './replay.js';

const ANN = player(1);
const BOB = player(2);

const replay = (from: Bound, to?: Bound) => ({ playerId: ANN, from, to, by: 'night-shift' });
const at = (time: string) => ({ time: new Date(time) });
const rev = (revision: number) => ({ revision });

/** One event an hour, from midnight. */
function hourly(count: number): StoredEvent[] {
  const events: StoredEvent[] = [];
  for (let hour = 0; hour < count; hour += 1) {
    const recordedAt = `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
    events.push(...story(ANN, logins(1), headAfter(events), recordedAt));
  }
  return events;
}

for (const [title, from, to, expected] of [
  ['revisions', rev(1), rev(3), [1, 3]],
  ['one revision', rev(2), rev(2), [2, 2]],
  ['everything', rev(0), undefined, [0, 5]],
  ['beyond the last that was delivered', rev(4), rev(99), [4, 5]],
  ['recorded times, both ends in', at('2026-01-01T02:00:00Z'), at('2026-01-01T04:00:00Z'), [2, 4]],
  ['times between events', at('2026-01-01T01:30:00Z'), at('2026-01-01T03:30:00Z'), [2, 3]],
  ['a time to the end', at('2026-01-01T04:30:00Z'), undefined, [5, 5]],
  ['a revision to a time', rev(1), at('2026-01-01T02:59:59Z'), [1, 2]],
] as const) {
  test.serial(`what was delivered is replayed by ${title}`, async (t) => {
    const { begin, operations, row, changed } = await operationsGround(t);
    await begin(hourly(8), 6);
    const [first, last] = expected;
    const outcome = await operations.replay(replay(from, to));
    t.like(outcome.ok && outcome.value, {
      events: last - first + 1,
      decision: { action: 'replay', revision: first, last_revision: last, decided_by: 'night-shift', player_id: ANN },
    });
    t.like(await row(ANN), { replay_next: String(first), replay_last: String(last), delivered_revision: '5' });
    t.deepEqual(changed, [ANN]);
  });
}

for (const [title, from, to] of [
  ['is not delivered yet', rev(6), rev(7)],
  ['ends before it begins', rev(3), rev(2)],
  ['is after the last', at('2026-01-01T06:00:00Z'), undefined],
  ['is before the first', rev(0), at('2025-12-31T23:59:59Z')],
] as const) {
  test.serial(`a range that ${title} is refused`, async (t) => {
    const { begin, operations, row } = await operationsGround(t);
    await begin(hourly(8), 6);
    t.like(await operations.replay(replay(from, to)), { ok: false, type: 'WrongPlace' });
    t.like(await row(ANN), { replay_next: null });
    t.like(await operations.replay({ ...replay(rev(0)), playerId: BOB }), { ok: false, type: 'PlayerUnknown' });
  });
}

test.serial('the replay that is under way is answered again; another has to wait', async (t) => {
  const { begin, operations, postgres, row } = await operationsGround(t);
  await begin(hourly(8), 6);
  await operations.replay(replay(rev(1), rev(4)));
  await postgres.query('UPDATE bridge.lanes SET replay_next = 3');
  t.like(await operations.replay(replay(rev(1), rev(4))), { ok: true, replayed: true, value: { events: 4 } });
  t.like(await operations.replay(replay(rev(0), rev(4))), { ok: false, type: 'WrongPlace' });
  t.like(await row(ANN), { replay_next: '3', replay_last: '4' });
  t.is((await operations.decisions({ playerId: ANN, after: '0', limit: 9 })).length, 1);
});

test.serial('what was skipped stays so in a replay', async (t) => {
  const { begin, fail, inbox, operations, postgres, row } = await operationsGround(t);
  await begin(hourly(6), 1);
  for (const revision of [1, 2]) {
    await fail(ANN, revision - 1);
    await operations.skip({ playerId: ANN, revision, reason: 'why', by: 'x' });
  }
  t.like(await operations.replay(replay(rev(1))), { ok: false, type: 'WrongPlace' });
  t.like(await operations.replay(replay(rev(0))), { ok: true, value: { events: 1 } });
  t.like(await row(ANN), { replay_next: '0', replay_last: '0' }, 'it ends with the last that is sent');
  await postgres.query('UPDATE bridge.lanes SET replay_next = NULL, replay_last = NULL, delivered_revision = 3');
  t.like(await operations.replay(replay(rev(0))), { ok: true, value: { events: 2 } });
  const [page] = await inbox.pages([{ playerId: ANN, after: -1 }], 3);
  t.deepEqual(
    page?.events.map(({ revision }) => revision),
    [0, 3, 4],
    'it is not among what is sent',
  );
});

test.serial(
  'what is no longer in the inbox is read from the event store again, and what was skipped stays so',
  async (t) => {
    const { begin, fail, operations, postgres, inbox } = await operationsGround(t);
    const events = hourly(7);
    await begin(events, 2);
    await fail(ANN, 1);
    await operations.skip({ playerId: ANN, revision: 2, reason: 'why', by: 'x' });
    const third = events[3];
    if (third === undefined) throw new Error('a story of seven');
    await inbox.settle(
      [{ playerId: ANN, fence: FENCE, revision: 3, eventId: third.id, at: 1, attempts: 1, status: 200 }],
      [],
    );
    await postgres.query('DELETE FROM bridge.inbox WHERE revision < 3');
    t.like(await operations.replay(replay(rev(1), rev(3))), { ok: true, value: { events: 2 } });
    const rows = await postgres.query(
      `SELECT revision::int AS revision, event_id, skipped_at IS NOT NULL AS skipped FROM bridge.inbox
      WHERE revision <= 3 ORDER BY inbox.revision`,
    );
    t.deepEqual(rows, [
      { revision: 1, event_id: events[1]?.id, skipped: false },
      { revision: 2, event_id: events[2]?.id, skipped: true },
      { revision: 3, event_id: third.id, skipped: false },
    ]);
    const [page] = await inbox.pages([{ playerId: ANN, after: 0 }], 9);
    t.is(page?.events[0]?.id, events[1]?.id);
  },
);

test.serial('what cannot be read again is refused, and nothing changes', async (t) => {
  const { begin, stored, operations, postgres, row } = await operationsGround(t);
  const events = hourly(4);
  await begin(events, 4);
  await postgres.query('DELETE FROM bridge.inbox WHERE revision < 2');
  stored.splice(1, 1, unreadable(events.slice(0, 1)));
  t.like(await operations.replay(replay(rev(0))), { ok: false, type: 'WrongPlace' });
  stored.splice(0, 2);
  await t.throwsAsync(
    operations.replay(replay(rev(0))),
    { name: 'ReplayRaced' },
    'the store has less than was delivered',
  );
  t.like(await row(ANN), { replay_next: null });
  t.deepEqual(await postgres.query('SELECT count(*)::int AS rows FROM bridge.inbox'), [{ rows: 2 }]);
});
