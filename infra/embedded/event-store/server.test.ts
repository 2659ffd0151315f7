import { randomUUID } from 'node:crypto';
import {
  ANY,
  BACKWARDS,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  type Filter,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  type Position,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  UnsupportedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { startEventStoreServer } from './server.js';
import { temporaryFolder } from './testing/server-process.js';

// One after the other: the bare clients of one process share what they wait for, so that one server's stop fails the
// appends of the others. (Our adapter guards against it, but here it is the server that is tested.)

const CREDENTIALS = { username: 'admin', password: 'changeit' };

for (const [name, credentials] of [
  ['BatchAppend', undefined],
  ['Append', CREDENTIALS],
] as const) {
  const options = credentials ? { credentials } : {};

  test.serial(`${name}: the expected revisions any, stream_exists, no_stream and a number`, async (t) => {
    const { client } = await start(t);
    const append = (stream: string, expectedRevision: 'any' | 'stream_exists' | 'no_stream' | bigint) =>
      client.appendToStream(stream, event(), { expectedRevision, ...options });
    await t.throwsAsync(append('a', STREAM_EXISTS), { instanceOf: WrongExpectedVersionError });
    t.is((await append('a', ANY)).nextExpectedRevision, 0n);
    t.is((await append('a', STREAM_EXISTS)).nextExpectedRevision, 1n);
    t.is((await append('a', 1n)).nextExpectedRevision, 2n);
    const late = await t.throwsAsync(append('a', 1n), { instanceOf: WrongExpectedVersionError });
    t.is(late.actualVersion, 2n);
    t.is(late.expectedVersion, 1n);
    const missing = await t.throwsAsync(append('b', 7n), { instanceOf: WrongExpectedVersionError });
    t.is(missing.actualVersion, 'no_stream');
    const there = await t.throwsAsync(append('a', NO_STREAM), { instanceOf: WrongExpectedVersionError });
    t.is(there.expectedVersion, 'no_stream');
  });

  test.serial(`${name}: an append with any is recognised by its ids, after a restart too`, async (t) => {
    const { client, restart } = await start(t);
    const events = [event(), event()];
    const first = await client.appendToStream('a', events, { expectedRevision: ANY, ...options });
    t.deepEqual(await client.appendToStream('a', events, { expectedRevision: ANY, ...options }), first);
    const again = await restart();
    t.deepEqual(await again.appendToStream('a', events, { expectedRevision: ANY, ...options }), first);
    const mixed = [...events, event()];
    await t.throwsAsync(again.appendToStream('a', mixed, { expectedRevision: ANY, ...options }), {
      instanceOf: WrongExpectedVersionError,
    });
  });

  test.serial(`${name}: more than a mebibyte is refused, and only that append`, async (t) => {
    const { client } = await start(t);
    const large = jsonEvent({ type: 'Large', data: { text: 'x'.repeat(1024 * 1024) } });
    const [refused, taken] = await Promise.allSettled([
      client.appendToStream('large', large, { expectedRevision: NO_STREAM, ...options }),
      client.appendToStream('small', event(), { expectedRevision: NO_STREAM, ...options }),
    ]);
    t.true(refused.status === 'rejected' && refused.reason instanceof MaxAppendSizeExceededError);
    t.is(taken.status, 'fulfilled');
  });

  test.serial(`${name}: many events in one append lie together, each at its own position`, async (t) => {
    const { client } = await start(t);
    const events = Array.from({ length: 500 }, event);
    await Promise.all([
      client.appendToStream('a', events, { expectedRevision: NO_STREAM, ...options }),
      client.appendToStream('b', events.map(event), { expectedRevision: NO_STREAM, ...options }),
    ]);
    const streams: string[] = [];
    const positions = new Set<bigint>();
    for await (const { event: stored } of client.readAll()) {
      if (stored === undefined) continue;
      positions.add(stored.position.commit);
      if (streams.at(-1) !== stored.streamId) streams.push(stored.streamId);
    }
    t.is(streams.length, 2);
    t.is(positions.size, 1_000);
  });
}

test.serial('a soft-deleted stream reads as missing and may begin anew, after its last revision', async (t) => {
  const { client } = await start(t);
  await client.appendToStream('a', [event(), event()], { expectedRevision: NO_STREAM });
  await client.deleteStream('a', { expectedRevision: 1n });
  await t.throwsAsync(collect(client.readStream('a')), { instanceOf: StreamNotFoundError });
  await t.throwsAsync(client.appendToStream('a', event(), { expectedRevision: STREAM_EXISTS }), {
    instanceOf: StreamDeletedError,
  });
  const reborn = await client.appendToStream('a', event(), { expectedRevision: NO_STREAM });
  t.is(reborn.nextExpectedRevision, 2n);
  t.deepEqual(
    (await collect(client.readStream('a'))).map(({ event: e }) => e?.revision),
    [2n],
  );
  t.deepEqual((await collect(client.readStream('a', { direction: BACKWARDS, fromRevision: END }))).length, 1);
});

test.serial('a tombstoned stream is deleted for ever, and its events are gone', async (t) => {
  const { client, restart } = await start(t);
  await client.appendToStream('a', [event(), event()], { expectedRevision: NO_STREAM });
  await t.throwsAsync(client.tombstoneStream('a', { expectedRevision: 0n }), { instanceOf: WrongExpectedVersionError });
  await client.tombstoneStream('a', { expectedRevision: 1n });
  const again = await restart();
  await t.throwsAsync(collect(again.readStream('a')), { instanceOf: StreamDeletedError });
  await t.throwsAsync(again.appendToStream('a', event(), { expectedRevision: ANY }), {
    instanceOf: StreamDeletedError,
  });
  await t.throwsAsync(again.tombstoneStream('a', { expectedRevision: ANY }), { instanceOf: StreamDeletedError });
  const left = await collect(again.readAll());
  t.deepEqual(
    left.map(({ event: e }) => [e?.type, e?.streamId, e?.revision]),
    [['$streamDeleted', 'a', 2n ** 63n - 1n]],
  );
});

test.serial('filters: prefixes and regular expressions, of streams and of types', async (t) => {
  const { client } = await start(t);
  for (const stream of ['x-1', 'y-2', 'x-3']) {
    const [, digit] = stream.split('-');
    await client.appendToStream(stream, event(`Type${digit}`), { expectedRevision: NO_STREAM });
  }
  const streams = async (filter?: Filter) => {
    const subscription = client.subscribeToAll({ fromPosition: START, ...(filter ? { filter } : {}) });
    const found: string[] = [];
    const caughtUp = new Promise<void>((resolve) => subscription.on('caughtUp', resolve));
    subscription.on('data', ({ event: stored }) => stored && found.push(stored.streamId));
    await caughtUp;
    await subscription.unsubscribe();
    return found;
  };
  t.deepEqual(await streams(), ['x-1', 'y-2', 'x-3']);
  t.deepEqual(await streams(streamNameFilter({ prefixes: ['x-'] })), ['x-1', 'x-3']);
  t.deepEqual(await streams(streamNameFilter({ regex: '-[23]$' })), ['y-2', 'x-3']);
  t.deepEqual(await streams(eventTypeFilter({ prefixes: ['Type1', 'Type2'] })), ['x-1', 'y-2']);
  t.deepEqual(await streams(eventTypeFilter({ regex: '^Type3' })), ['x-3']);
});

test.serial('a checkpoint comes every window times interval events that were looked at', async (t) => {
  const { client } = await start(t);
  const events = Array.from({ length: 100 }, () => event());
  await client.appendToStream('other', events, { expectedRevision: NO_STREAM });
  const all = await collect(client.readAll());
  const checkpoints: Position[] = [];
  const subscription = client.subscribeToAll({
    fromPosition: START,
    filter: streamNameFilter({
      prefixes: ['none'],
      maxSearchWindow: 10,
      checkpointInterval: 3,
      checkpointReached: async (_subscription, position) => {
        checkpoints.push(position);
      },
    }),
  });
  subscription.on('error', () => undefined).on('data', () => undefined);
  await new Promise<void>((resolve) => subscription.on('caughtUp', resolve));
  t.deepEqual(
    checkpoints,
    [29, 59, 89, 99].map((index) => all[index]?.event?.position),
  );
  await subscription.unsubscribe();
});

test.serial('a subscription to a stream catches up, goes live, and ends when the stream is deleted', async (t) => {
  const { client } = await start(t);
  await client.appendToStream('a', [event(), event(), event()], { expectedRevision: NO_STREAM });
  const seen: bigint[] = [];
  const subscription = client.subscribeToStream('a', { fromRevision: 0n });
  const dropped = new Promise<unknown>((resolve) => subscription.on('error', resolve));
  const third = new Promise<void>((resolve) => {
    subscription.on('data', ({ event: stored }) => {
      if (stored) seen.push(stored.revision);
      if (seen.length === 3) resolve();
    });
  });
  await client.appendToStream('b', event(), { expectedRevision: NO_STREAM });
  await client.appendToStream('a', event(), { expectedRevision: 2n });
  await third;
  t.deepEqual(seen, [1n, 2n, 3n]);
  await client.tombstoneStream('a', { expectedRevision: ANY });
  t.true((await dropped) instanceof StreamDeletedError);
});

test.serial('a client finds the node by gossip', async (t) => {
  const { url } = await start(t);
  const client = EventStoreDBClient.connectionString(url.replace('esdb://', 'esdb+discover://'));
  t.teardown(() => client.dispose());
  const result = await client.appendToStream('a', event(), { expectedRevision: NO_STREAM });
  t.true(result.success);
});

test.serial('what is not offered is refused, not ignored', async (t) => {
  const { client } = await start(t);
  const error = await t.throwsAsync(
    client.createPersistentSubscriptionToAll('group', persistentSubscriptionToAllSettingsFromDefaults()),
  );
  t.true(error instanceof UnsupportedError, String(error));
});

test.serial('a stopped server ends its subscriptions and keeps what it holds', async (t) => {
  const { client, restart } = await start(t);
  await client.appendToStream('a', event(), { expectedRevision: NO_STREAM });
  const subscription = client.subscribeToAll({ fromPosition: START });
  const dropped = new Promise((resolve) => subscription.on('error', resolve));
  subscription.on('data', () => undefined);
  await new Promise<void>((resolve) => subscription.on('caughtUp', resolve));
  const again = await restart();
  await dropped;
  t.is((await collect(again.readAll())).length, 1);
});

async function start(t: ExecutionContext) {
  const dataDir = await temporaryFolder(t);
  const options = { dataDir, host: '127.0.0.1', port: 0 };
  let server = await startEventStoreServer(options);
  const clients: EventStoreDBClient[] = [];
  const connect = () => {
    const client = EventStoreDBClient.connectionString(server.url);
    clients.push(client);
    return client;
  };
  t.teardown(async () => {
    await server.stop();
    for (const client of clients) await client.dispose();
  });
  return {
    url: server.url,
    client: connect(),
    async restart() {
      await server.stop();
      server = await startEventStoreServer(options);
      return connect();
    },
  };
}

function event(type: unknown = 'Tested') {
  return jsonEvent({ id: randomUUID(), type: typeof type === 'string' ? type : 'Tested', data: { text: 'é' } });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
