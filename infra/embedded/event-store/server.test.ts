import { randomUUID } from 'node:crypto';
import {
  ANY,
  END,
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  type Position,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  StreamDeletedError,
  streamNameFilter,
  UnsupportedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import { heavy } from '../../testing/heavy.js';
import { type EventStoreServerOptions, startEventStoreServer } from './server.js';
import { temporaryFolder } from './testing/server-process.js';

// One after the other: the bare clients of one process share what they wait for, so that one server's stop fails the
// appends of the others. (Our adapter guards against it, but here it is the server that is tested.)

test.serial('an append with any is recognised by its ids after a restart too', async (t) => {
  const { client, restart } = await start(t);
  const events = [event(), event()];
  const first = await client.appendToStream('a', events, { expectedRevision: ANY });
  const again = await restart();
  t.deepEqual(await again.appendToStream('a', events, { expectedRevision: ANY }), first);
});

test.serial('metadata counts after a restart, and an age by the clock', async (t) => {
  let nowMs = 1_000_000;
  const { client, restart } = await start(t, { clock: () => nowMs });
  await client.appendToStream('a', [event(), event()], { expectedRevision: NO_STREAM });
  nowMs += 5_000;
  await client.appendToStream('a', [event(), event()], { expectedRevision: 1n });
  await client.setStreamMetadata('a', { maxAge: 10, maxCount: 3 });
  const again = await restart();
  const readable = async () => (await collect(again.readStream('a'))).map(({ event: e }) => Number(e?.revision));
  t.deepEqual(await readable(), [1, 2, 3]);
  nowMs += 5_000;
  t.deepEqual(await readable(), [1, 2, 3], 'as old as it may be');
  nowMs += 1;
  t.deepEqual(await readable(), [2, 3]);
  nowMs += 5_000;
  t.deepEqual(await readable(), []);
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

test.serial('what is not offered is refused, not ignored', async (t) => {
  const { client } = await start(t);
  await client.appendToStream('a', event(), { expectedRevision: NO_STREAM });
  const settings = persistentSubscriptionToAllSettingsFromDefaults();
  const error = await t.throwsAsync(client.createPersistentSubscriptionToAll('group', settings));
  t.true(error instanceof UnsupportedError, String(error));
  const requests: Record<string, () => Promise<unknown>> = {
    'links of a stream': () => collect(client.readStream('a', { resolveLinkTos: true })),
    'links of $all': () => collect(client.readAll({ resolveLinkTos: true })),
    'links of a subscription': () => collect(client.subscribeToAll({ resolveLinkTos: true })),
    projections: () => client.enableProjection('$by_category'),
  };
  for (const [what, request] of Object.entries(requests)) {
    const refused = await t.throwsAsync<Error & { code?: unknown }>(request(), undefined, what);
    t.is(refused?.code, status.UNIMPLEMENTED, what);
  }
});

test.serial('thousands of subscriptions at once each hear of everything', async (t) => {
  const { client } = await start(t);
  const counts = Array.from({ length: heavy(2_000) }, () => 0);
  const subscriptions = counts.map(() => client.subscribeToAll({ fromPosition: END }));
  const heard = subscriptions.map(
    (subscription, index) =>
      new Promise<void>((resolve, reject) => {
        subscription.on('error', reject);
        subscription.on('data', () => {
          counts[index] = (counts[index] ?? 0) + 1;
          if (counts[index] === 10) resolve();
        });
      }),
  );
  await Promise.all(subscriptions.map((one) => new Promise<void>((resolve) => one.on('caughtUp', resolve))));
  for (let index = 0; index < 10; index += 1) await client.appendToStream(`a-${index}`, event());
  await Promise.all(heard);
  t.true(counts.every((count) => count === 10));
  await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()));
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

async function start(t: ExecutionContext, more: Partial<EventStoreServerOptions> = {}) {
  const dataDir = await temporaryFolder(t);
  const options = { dataDir, host: '127.0.0.1', port: 0, ...more };
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
