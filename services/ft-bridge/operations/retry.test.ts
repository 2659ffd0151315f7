import test from 'ava';
import { FAILING, operationsGround } from '../tests/operations-ground.js';
import { logins, player, story, unreadable } from '../tests/stories.js';

const ANN = player(1);
const BOB = player(2);

test.serial('a refused event is tried at once, with fresh counters, from the part that is left', async (t) => {
  const { begin, fail, inbox, operations, row, changed } = await operationsGround(t);
  const events = story(ANN, logins(3));
  await begin(events, 1);
  await fail(ANN, 0, {}, 1);
  await inbox.park(ANN, { revision: 1, kind: 'refused', reason: 'Fast Track answered 400' });
  const outcome = await operations.retry({ playerId: ANN, by: 'night-shift' });
  t.like(outcome, { ok: true, replayed: false });
  t.like(outcome.ok && outcome.value, {
    ...{ decided_by: 'night-shift', player_id: ANN, action: 'retry', revision: 1, reason: null },
    ...{ event_id: events[1]?.id, type: 'PlayerLoggedIn', last_revision: null },
  });
  t.like(await row(ANN), {
    ...{ parked_revision: null, parked_kind: null, parked_reason: null, parked_at: null },
    ...{ attempts: 0, failing_since: null, next_attempt_at: null, last_error: null, parts_done: 1 },
  });
  t.deepEqual(changed, [ANN]);
  t.deepEqual((await inbox.backlog(undefined, 9)).length, 1, 'it has work again');
});

test.serial('a lane that waits for its next try is tried now, and goes on counting', async (t) => {
  const { begin, fail, operations, row } = await operationsGround(t);
  await begin(story(ANN, logins(2)), 0);
  await fail(ANN, -1);
  await operations.retry({ playerId: ANN, by: 'night-shift' });
  const { attempts, next_attempt_at } = (await row(ANN)) ?? {};
  t.is(attempts, FAILING.attempts);
  t.true(next_attempt_at instanceof Date && next_attempt_at.getTime() <= Date.now() + 1_000);
});

test.serial('a lane that is neither parked nor failing has nothing to retry', async (t) => {
  const { begin, operations, changed } = await operationsGround(t);
  await begin(story(ANN, logins(1)), 1);
  t.like(await operations.retry({ playerId: ANN, by: 'x' }), { ok: false, type: 'WrongPlace' });
  t.like(await operations.retry({ playerId: BOB, by: 'x' }), { ok: false, type: 'PlayerUnknown' });
  t.deepEqual(await operations.decisions({ playerId: undefined, after: '0', limit: 9 }), []);
  t.deepEqual(changed, []);
});

test.serial('an event that could not be read is read again; if it still cannot, the lane stays parked', async (t) => {
  const { begin, stored, inbox, operations, row } = await operationsGround(t);
  const begun = story(ANN, logins(2));
  await begin(begun, 2);
  const unknown = unreadable(begun);
  stored.push(unknown);
  await inbox.park(ANN, { revision: 2, kind: 'unreadable', reason: 'unknown type' });
  t.like(await operations.retry({ playerId: ANN, by: 'x' }), { ok: true });
  t.like(await row(ANN), { parked_revision: '2', parked_kind: 'unreadable', taken_revision: '1' });
  // As a version that knows the type would see it.
  const [readable] = story(ANN, logins(1), { revision: 1, hash: String(begun[1]?.metadata.hash) });
  if (readable === undefined) throw new Error('a story of one');
  stored.splice(stored.indexOf(unknown), 1, readable);
  t.like(await operations.retry({ playerId: ANN, by: 'x' }), { ok: true });
  t.like(await row(ANN), { parked_revision: null, taken_revision: '2', delivered_revision: '1' });
});

test.serial('a row that could not be read is let go: whoever delivers looks again', async (t) => {
  const { begin, inbox, operations, row } = await operationsGround(t);
  await begin(story(ANN, logins(2)), 1);
  await inbox.park(ANN, { revision: 1, kind: 'unreadable', reason: 'newer' });
  t.like(await operations.retry({ playerId: ANN, by: 'x' }), { ok: true });
  t.like(await row(ANN), { parked_revision: null });
});
