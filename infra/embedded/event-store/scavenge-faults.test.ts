import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import { ScavengeFailed } from '../../tools/scavenge/scavenge.js';
import { openOperations } from './testing/operations.js';
import { collect, event, everything, fill, startScavenged, withCopies } from './testing/scavenged-server.js';

const WHOLE_FOLDER = ['data.mdb', 'lock.mdb'];

test.serial('one scavenge at a time; it can be stopped, and leaves nothing behind', async (t) => {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const held = withCopies((copy) => ({
    ...copy,
    async copySnapshot(signal) {
      await gate;
      await copy.copySnapshot(signal);
    },
  }));
  t.teardown(() => open());
  const { client, port, dataDir, scavenge } = await startScavenged(t, { wrapStorage: held });
  await fill(client, 10);
  const before = await everything(client);
  const operations = openOperations(t, port);
  const first = await operations.start();
  t.is(first.result, 'started');
  t.deepEqual(await operations.start(), { id: first.id, result: 'in-progress' });
  const unknown = await t.throwsAsync<Error & { code?: unknown }>(operations.stop(randomUUID()));
  t.is(unknown.code, status.NOT_FOUND);
  t.deepEqual(readdirSync(dataDir).sort(), [...WHOLE_FOLDER, 'scavenge-1']);

  // One that was asked for during another is not content with that one.
  const waiting = scavenge();
  const stopping = operations.stop(first.id);
  open();
  t.deepEqual(await stopping, { id: first.id, result: 'stopped' });
  t.deepEqual(await results(client), ['Stopped']);
  t.is((await waiting).kind, 'done');
  t.deepEqual(await results(client), ['Stopped', 'Success']);
  t.deepEqual(await everything(client), before);
  t.deepEqual(readdirSync(dataDir).sort(), WHOLE_FOLDER);
});

test.serial('a server that stops ends its scavenge, and keeps what it holds', async (t) => {
  let copying: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    copying = resolve;
  });
  const endless = withCopies((copy) => ({
    ...copy,
    async copySnapshot(signal) {
      copying();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  }));
  const { client, port, dataDir, stop } = await startScavenged(t, { wrapStorage: endless });
  await fill(client, 10);
  await openOperations(t, port).start();
  await begun;
  await stop();
  t.deepEqual(readdirSync(dataDir).sort(), WHOLE_FOLDER);
});

test.serial('an impossible request is refused and begins nothing', async (t) => {
  const { client, port } = await startScavenged(t);
  const operations = openOperations(t, port);
  for (const options of [{ threads: -1 }, { fromChunk: -1 }]) {
    const refused = await t.throwsAsync<Error & { code?: unknown }>(operations.start(options));
    t.is(refused.code, status.INVALID_ARGUMENT);
  }
  t.deepEqual(await collect(client.readAll()), []);
});

test.serial('a copy that is not whole does not take the place of the store', async (t) => {
  let isBroken = true;
  const broken = withCopies((copy) => ({
    ...copy,
    async copySnapshot(signal) {
      await copy.copySnapshot(signal);
      if (isBroken) await copy.environment.index.remove(['fill-3', 0]);
    },
  }));
  const { client, dataDir, restart, scavenge } = await startScavenged(t, { wrapStorage: broken });
  await fill(client, 10);
  const before = await everything(client);
  await t.throwsAsync(scavenge(), { instanceOf: ScavengeFailed, message: /ended as Errored: .*the copy has/ });
  t.deepEqual(await everything(client), before);
  t.deepEqual(readdirSync(dataDir).sort(), WHOLE_FOLDER);
  t.is((await client.appendToStream('fill-3', event(), { expectedRevision: 0n })).nextExpectedRevision, 1n);
  isBroken = false;
  await scavenge();
  t.is((await everything(await restart())).length, before.length + 1);
});

test.serial('when the files cannot be exchanged, no append is accepted until a fresh start', async (t) => {
  let failed: (error: unknown) => void = () => undefined;
  const failure = new Promise<unknown>((resolve) => {
    failed = resolve;
  });
  const { client, scavenge, stop } = await startScavenged(t, {
    onFailure: failed,
    wrapStorage: (storage) => ({
      ...storage,
      replaceBy() {
        throw new Error('the disk is gone');
      },
    }),
  });
  await fill(client, 1);
  const scavenging = t.throwsAsync(scavenge(), { instanceOf: ScavengeFailed });
  t.regex(String(await failure), /disk is gone/);
  await t.throwsAsync(client.appendToStream('a', event(), { expectedRevision: NO_STREAM }), {
    message: /disk is gone/,
  });
  await stop();
  await scavenging;
});

test.serial('a start after a killed scavenge removes what it left, on either side of the exchange', async (t) => {
  const { client, dataDir, restart, stop } = await startScavenged(t);
  await fill(client, 10);
  const before = await everything(client);
  await stop();
  // Killed during the copy: half a file. Killed between the two renames: the new store, and its lock file elsewhere.
  for (const [name, file] of [
    ['scavenge-1', 'data.mdb'],
    ['scavenge-2', 'lock.mdb'],
  ] as const) {
    mkdirSync(join(dataDir, name));
    copyFileSync(join(dataDir, file), join(dataDir, name, file));
  }
  const again = await restart();
  t.deepEqual(readdirSync(dataDir).sort(), WHOLE_FOLDER);
  t.deepEqual(await everything(again), before);
});

/** How the scavenges ended, in order. */
async function results(client: EventStoreDBClient): Promise<unknown[]> {
  const ends = (await collect(client.readAll())).filter(({ event: stored }) => stored?.type === '$scavengeCompleted');
  return ends.map(({ event: stored }) => (stored?.data as { result?: unknown } | undefined)?.result);
}
