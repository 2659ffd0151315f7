import { randomUUID } from 'node:crypto';
import { ANY, EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { startEventStoreServer } from './server.js';
import type { Storage } from './storage/storage.js';
import { temporaryFolder } from './testing/server-process.js';

// Goal: an answer means that the flush is over; kill -9 cannot show that, since the page cache outlives the process.
// Method: the storage's flush is held back, and while the server demonstrably goes on answering reads, no write may be
// answered, and none may be seen. One after the other, since bare clients of one process get in each other's way.
const writes: Record<string, (client: EventStoreDBClient) => Promise<unknown>> = {
  'an append': (client) => client.appendToStream('new', event(), { expectedRevision: NO_STREAM }),
  'an append with credentials of its own': (client) =>
    client.appendToStream('new', event(), {
      expectedRevision: NO_STREAM,
      credentials: { username: 'a', password: 'b' },
    }),
  'a delete': (client) => client.deleteStream('old', { expectedRevision: ANY }),
  'a tombstone': (client) => client.tombstoneStream('old', { expectedRevision: ANY }),
};

for (const [name, write] of Object.entries(writes)) {
  for (const moment of ['before', 'after'] as const) {
    test.serial(`${name} is not answered while its flush is held back, ${moment} the disk has it`, async (t) => {
      const gate = createGate();
      const { client } = await start(t, (storage) => ({
        ...storage,
        async commit(put) {
          if (moment === 'before') await gate.pass();
          await storage.commit(put);
          if (moment === 'after') await gate.pass();
        },
      }));
      // A failed test must not keep the server from stopping.
      t.teardown(gate.open);
      await client.appendToStream('old', event(), { expectedRevision: NO_STREAM });

      gate.close();
      let answered = false;
      const writing = write(client).then(() => {
        answered = true;
      });
      await gate.reached();
      for (let read = 0; read < 20; read += 1) await countEvents(client);
      t.false(answered);
      if (moment === 'before') t.is(await countEvents(client), 1, 'and nobody sees it');
      gate.open();
      await writing;
      t.true(answered);
    });
  }
}

test.serial('an append whose flush fails is not acknowledged, and the server says that it must end', async (t) => {
  let isBroken = false;
  const failures: unknown[] = [];
  const broken = (storage: Storage): Storage => ({
    ...storage,
    commit: async (put) => (isBroken ? Promise.reject(new Error('the disk is gone')) : storage.commit(put)),
  });
  const { client } = await start(t, broken, (error) => failures.push(error));
  await client.appendToStream('old', event(), { expectedRevision: NO_STREAM });
  isBroken = true;
  await t.throwsAsync(client.appendToStream('new', event(), { expectedRevision: NO_STREAM }), {
    message: /disk is gone/,
  });
  isBroken = false;
  // What the failed flush left behind is unknown, so nothing may be written on top of it.
  await t.throwsAsync(client.appendToStream('new', event(), { expectedRevision: NO_STREAM }), {
    message: /disk is gone/,
  });
  t.is(await countEvents(client), 1);
  t.is(failures.length, 1);
});

async function start(
  t: ExecutionContext,
  wrapStorage: (storage: Storage) => Storage,
  onFailure?: (error: unknown) => void,
) {
  const dataDir = await temporaryFolder(t);
  const server = await startEventStoreServer({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    wrapStorage,
    ...(onFailure ? { onFailure } : {}),
  });
  const client = EventStoreDBClient.connectionString(server.url);
  t.teardown(async () => {
    await server.stop();
    await client.dispose();
  });
  return { client };
}

function createGate() {
  let opened: Promise<void> | undefined;
  let open: () => void = () => undefined;
  let arrived: () => void = () => undefined;
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  return {
    close() {
      opened = new Promise((resolve) => {
        open = resolve;
      });
    },
    async pass() {
      if (opened) arrived();
      await opened;
    },
    reached: () => arrival,
    open: () => open(),
  };
}

async function countEvents(client: EventStoreDBClient): Promise<number> {
  let count = 0;
  for await (const _ of client.readAll()) count += 1;
  return count;
}

function event() {
  return jsonEvent({ id: randomUUID(), type: 'Tested', data: {} });
}
