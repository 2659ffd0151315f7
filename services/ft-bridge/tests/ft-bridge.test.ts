import test from 'ava';
import { until } from '../../../infra/testing/until.js';
import { toBusMessage } from '../../../shared/bus/messages.js';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { seal } from '../../../shared/events/envelope.js';
import { bridgeBench, metric } from './bridge-workbench.js';
import type { FtCall } from './scripted-fast-track.js';
import { headAfter, logins, messages, OCCURRED_AT, player, story, unreadable } from './stories.js';

const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);
const keys = (calls: readonly FtCall[], userId?: string) =>
  calls.filter((call) => userId === undefined || call.userId === userId).map(({ key }) => key);

test.serial('what JetStream brings reaches Fast Track in order, and the inbox says when', async (t) => {
  const bench = await bridgeBench(t);
  const { url } = await bench.start();
  const ann = story(player(1), logins(5));
  const bob = story(player(2), logins(3));
  await bench.happen([...ann, ...bob]);
  await until('all is delivered', async () => (await metric(url, 'delivered_total')) === 8);
  t.deepEqual(keys(bench.fastTrack.taken, '1'), ids(ann));
  t.deepEqual(keys(bench.fastTrack.taken, '2'), ids(bob));
  const rows = await until('the marks are written', async () => {
    const found = await bench.postgres.query(
      'SELECT last_status, attempts FROM bridge.inbox WHERE delivered_at IS NOT NULL',
    );
    return found.length === 8 && found;
  });
  t.deepEqual(rows[0], { last_status: 200, attempts: 1 });
  const ready = await fetch(`${url}/health/ready`);
  t.deepEqual([ready.status, await ready.json()], [200, { status: 'ready' }]);
  t.is(await metric(url, 'inbox_undelivered'), 0);
  t.is(await metric(url, 'recorded_to_delivered_seconds_count'), 8);
});

test.serial('a new instance on the same database loses nothing and repeats nothing that was marked', async (t) => {
  const bench = await bridgeBench(t);
  const stories = Array.from({ length: 20 }, (_, index) => story(player(index + 1), logins(10)));
  bench.fastTrack.script(() => ({ status: bench.fastTrack.calls.length > 80 ? 503 : 200 }));
  const first = await bench.start();
  await bench.happen(stories.flat());
  await bench.fastTrack.until(({ calls }) => calls.length > 100);
  await first.stop();
  const marked = await bench.postgres.query<{ event_id: string }>(
    'SELECT event_id FROM bridge.inbox WHERE delivered_at IS NOT NULL',
  );
  t.is(marked.length, 80);
  const callsBefore = bench.fastTrack.calls.length;
  bench.fastTrack.script(() => ({ status: 200 }));
  await bench.start();
  await bench.fastTrack.until(({ taken }) => new Set(keys(taken)).size === 200);
  const repeated = new Set(keys(bench.fastTrack.calls.slice(callsBefore)));
  t.deepEqual(
    marked.filter(({ event_id }) => repeated.has(event_id)),
    [],
  );
  for (const [index, events] of stories.entries()) {
    t.deepEqual(keys(bench.fastTrack.taken, String(index + 1)), ids(events));
  }
});

test.serial('a hole in JetStream is filled from the event store, in order', async (t) => {
  const bench = await bridgeBench(t);
  const { url } = await bench.start();
  const ann = story(player(1), logins(6));
  await bench.happen(ann, ({ revision }) => revision === 2 || revision === 3);
  await bench.fastTrack.until(({ taken }) => taken.length === 6);
  t.deepEqual(keys(bench.fastTrack.taken), ids(ann));
  t.true((await metric(url, 'repaired_total')) >= 2);
  t.is(await metric(url, 'integrity_alarms_total'), 0);
});

test.serial('a message already taken is acknowledged and counted', async (t) => {
  const bench = await bridgeBench(t);
  const { url } = await bench.start();
  const ann = story(player(1), logins(2));
  await bench.happen(ann);
  await bench.publish(
    messages(ann).map((message, index) => ({
      ...message,
      headers: { ...message.headers, 'Nats-Msg-Id': `again-${index}` },
    })),
  );
  await until('both are counted', async () => (await metric(url, 'duplicates_total')) === 2);
  await until('all is delivered', async () => (await metric(url, 'inbox_undelivered')) === 0);
  t.deepEqual(keys(bench.fastTrack.calls), ids(ann));
});

test.serial('forged messages raise an alarm and change nothing: the event store says what is true', async (t) => {
  const bench = await bridgeBench(t);
  const { url } = await bench.start();
  const begin = story(player(1), logins(2));
  const next = story(player(1), logins(1), headAfter(begin));
  await bench.happen(begin);
  await bench.fastTrack.until(({ taken }) => taken.length === 2);
  await bench.project(next);
  const [truth] = next;
  if (truth === undefined) throw new Error('a story of one');
  const [otherPast] = story(player(1), logins(1), { revision: 1, hash: 'f'.repeat(64) });
  const [rewritten] = story(player(1), [{ type: 'PlayerLoggedOut', data: { loginId: 'x' } }]);
  if (otherPast === undefined || rewritten === undefined) throw new Error('stories of one');
  const changed = {
    ...toBusMessage(truth, undefined),
    body: toBusMessage(truth, undefined).body.replace('login-0', 'login-9'),
  };
  const headers = (id: string) => ({ ...changed.headers, 'Nats-Msg-Id': id });
  await bench.publish([
    { ...toBusMessage(otherPast, undefined), headers: { ...toBusMessage(otherPast, undefined).headers } },
    { ...toBusMessage(rewritten, undefined) },
    { ...changed, headers: headers('a') },
    { ...changed, body: 'not json', headers: headers('b') },
    { ...changed, body: 'null', headers: headers('c') },
    { ...changed, subject: 'player.1.0', headers: headers('d') },
  ]);
  await bench.fastTrack.until(({ taken }) => taken.length === 3);
  await until('the hashes are alarmed', async () => (await metric(url, 'integrity_alarms_total', 'hash')) === 2);
  await until('so is the rest', async () => (await metric(url, 'integrity_alarms_total', 'unreadable')) === 4);
  t.deepEqual(keys(bench.fastTrack.calls), [...ids(begin), truth.id]);
});

test.serial('a last message that was lost is found by the heads once the bus is quiet', async (t) => {
  const bench = await bridgeBench(t);
  await bench.start({ quietMs: 100 });
  const ann = story(player(1), logins(3));
  const bob = story(player(2), logins(2));
  await bench.happen(ann, ({ revision }) => revision === 2);
  await bench.happen(bob, () => true);
  await bench.fastTrack.until(({ taken }) => taken.length === 5);
  t.deepEqual(keys(bench.fastTrack.taken, '1'), ids(ann));
  t.deepEqual(keys(bench.fastTrack.taken, '2'), ids(bob));
});

test.serial('a lost message with others after it is found at once, however busy the bus is', async (t) => {
  const bench = await bridgeBench(t);
  await bench.start();
  const ann = story(player(1), logins(1));
  const bob = story(player(2), logins(1));
  await bench.happen([...ann, ...bob], ({ stream }) => stream === 'player-1');
  await bench.fastTrack.until(({ taken }) => taken.length === 2);
  t.deepEqual(keys(bench.fastTrack.taken).sort(), [...ids(ann), ...ids(bob)].sort());
});

test.serial('what the event store holds and nobody can read parks that player, and no other', async (t) => {
  const bench = await bridgeBench(t);
  const { url } = await bench.start();
  const begin = story(player(1), logins(2));
  const unknown = unreadable(begin);
  const end = story(player(1), logins(1), headAfter([unknown]));
  await bench.happen([...begin, unknown, ...end]);
  await until('the lane is parked', async () => (await metric(url, 'lanes_parked')) === 1);
  const bob = story(player(2), logins(3));
  await bench.happen(bob);
  await bench.fastTrack.until(({ taken }) => taken.length === 5);
  t.deepEqual(keys(bench.fastTrack.taken, '1'), ids(begin));
  t.deepEqual(keys(bench.fastTrack.taken, '2'), ids(bob));
  t.true((await metric(url, 'integrity_alarms_total', 'store')) >= 1);
  const [lane] = await bench.postgres.query(
    'SELECT parked_revision, parked_reason FROM bridge.lanes WHERE player_id = 1',
  );
  t.deepEqual(lane, { parked_revision: '2', parked_reason: 'player-1@2: unknown type PlayerTeleported' });
});

test.serial('the address of a registration comes from the profile, and is left out once that is gone', async (t) => {
  const bench = await bridgeBench(t);
  await bench.start();
  const registered = { type: 'PlayerRegistered', data: { currency: 'EUR', profileRevision: 0 } } as const;
  bench.stored.push(profileOf('1', '192.0.2.7'));
  await bench.happen([...story(player(1), [registered]), ...story(player(2), [registered])]);
  await bench.fastTrack.until(({ taken }) => taken.length === 2);
  const addresses = new Map(bench.fastTrack.taken.map(({ userId, body }) => [userId, body.ip_address]));
  t.is(addresses.get('1'), '192.0.2.7');
  t.is(addresses.get('2'), undefined);
});

function profileOf(playerId: string, ipAddress: string): StoredEvent {
  const stream = `profile-${playerId}`;
  const person = { email: 'jane@example.com', first_name: 'Jane', last_name: 'Doe', birth_date: '1990-01-31' };
  const data = {
    ...{ ...person, country: 'SE', phone: '', address: '', currency: 'EUR' },
    ...{ ip_address: ipAddress, user_agent: 'test' },
  };
  const context = {
    ...{ schemaVersion: 1, occurredAt: OCCURRED_AT, recordedAt: OCCURRED_AT },
    ...{ correlationId: 'test', causationId: 'test', actor: 'system:test' },
  };
  const [event] = seal(
    stream,
    { revision: -1, hash: '0'.repeat(64) },
    [{ type: 'ProfileCreated', data }],
    context,
  ).events;
  if (event === undefined) throw new Error('one draft is one event');
  return { ...event, stream, revision: 0, position: 1n };
}
