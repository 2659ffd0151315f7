import { readdirSync } from 'node:fs';
import {
  ANY,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  NO_STREAM,
  START,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import test from 'ava';
import { openStorage } from './storage/storage.js';
import { encodeRecord } from './storage/stored-record.js';
import { textsInFiles } from './testing/files.js';
import { collect, event, everything, fill, startScavenged } from './testing/scavenged-server.js';
import { temporaryFolder } from './testing/server-process.js';

// One after the other, as in server.test.ts: bare clients of one process get in each other's way.

const PERSON = ['jane.q7x@unique.example', '+46700174635', '203.0.113.77'] as const;
const [EMAIL, PHONE, IP] = PERSON;

test.serial('what was said of a forgotten person leaves the disk, and nothing else changes', async (t) => {
  const { client, store, dataDir, restart, scavenge } = await startScavenged(t);
  const said = [event({ email: EMAIL }), event({ phone: PHONE }), event({ ip: IP })];
  const bet = [event({ bet: 1 }), event({ bet: 2 })];
  await client.appendToStream('player-1', bet, { expectedRevision: NO_STREAM });
  await client.appendToStream('profile-1', said, { expectedRevision: NO_STREAM });
  await fill(client, 40);
  const erased = (await collect(client.readStream('profile-1'))).map(({ event: e }) => e?.position?.commit ?? 0n);
  await store.deleteStream('profile-1');
  t.deepEqual(textsInFiles(dataDir, PERSON), [...PERSON], 'deleted, but still on the disk');
  const before = await everything(client);

  const report = await scavenge();
  t.deepEqual(textsInFiles(dataDir, PERSON), []);
  t.deepEqual(await everything(client), before);
  t.is(report.kind === 'done' && report.eventsKept, before.length + 1, 'and its own beginning');
  t.deepEqual(readdirSync(dataDir).sort(), ['data.mdb', 'lock.mdb']);

  for (const connect of [() => client, restart]) {
    const now = await connect();
    t.deepEqual(await everything(now), before);
    await t.throwsAsync(now.appendToStream('profile-1', event({}), { expectedRevision: ANY }), {
      instanceOf: StreamDeletedError,
    });
    const retried = await now.appendToStream('player-1', bet, { expectedRevision: NO_STREAM });
    t.is(retried.nextExpectedRevision, 1n);
    await t.throwsAsync(now.appendToStream('player-1', event({}), { expectedRevision: 0n }), {
      instanceOf: WrongExpectedVersionError,
    });
    for (const position of erased) {
      const place = { commit: position, prepare: position };
      const later = before.filter((stored) => stored.position > position);
      t.deepEqual(await everything(now, { fromPosition: place }), later);
      const earlier = await everything(now, { fromPosition: place, direction: BACKWARDS });
      t.deepEqual(earlier.reverse(), before.slice(0, before.length - later.length));
    }
  }
  t.deepEqual(textsInFiles(dataDir, PERSON), []);
});

test.serial('a filtered subscription goes on from a checkpoint inside erased events', async (t) => {
  const { client, store, scavenge } = await startScavenged(t);
  await client.appendToStream('player-1', event({}), { expectedRevision: NO_STREAM });
  await client.appendToStream('profile-1', [event({}), event({}), event({})], { expectedRevision: NO_STREAM });
  const [, middle] = await collect(client.readStream('profile-1'));
  await client.appendToStream('player-2', event({}), { expectedRevision: NO_STREAM });
  await store.deleteStream('profile-1');
  await scavenge();
  const stop = new AbortController();
  const seen: string[] = [];
  const options = { after: middle?.event?.position?.commit, streamPrefixes: ['player-'], signal: stop.signal };
  for await (const message of store.subscribeToAll(options)) {
    if (message.kind !== 'event') continue;
    seen.push(message.event.stream);
    if (seen.length === 1) await store.append('player-3', [eventToAppend()], 'no_stream');
    if (seen.length === 2) break;
  }
  t.deepEqual(seen, ['player-2', 'player-3']);
});

test.serial('truncated events leave the disk; revisions, retries and what came after stay', async (t) => {
  const { client, dataDir, restart, scavenge } = await startScavenged(t);
  const soft = [event({ email: EMAIL }), event({ phone: PHONE })];
  const cut = [event({ ip: IP }), event({ kept: true })];
  await client.appendToStream('soft', soft, { expectedRevision: NO_STREAM });
  await client.appendToStream('cut', cut, { expectedRevision: NO_STREAM });
  await client.deleteStream('soft', { expectedRevision: 1n });
  await client.setStreamMetadata('cut', { truncateBefore: 1 });
  t.deepEqual(textsInFiles(dataDir, PERSON), [...PERSON]);
  await scavenge();
  t.deepEqual(textsInFiles(dataDir, PERSON), []);
  await scavenge();

  for (const connect of [() => client, restart]) {
    const now = await connect();
    t.deepEqual(await revisions(now, 'cut'), [1n]);
    const retried = await now.appendToStream('cut', cut, { expectedRevision: NO_STREAM });
    t.is(retried.nextExpectedRevision, 1n, 'by the ids of events that are gone');
    const late = await t.throwsAsync(now.appendToStream('soft', event({}), { expectedRevision: 0n }), {
      instanceOf: WrongExpectedVersionError,
    });
    t.is(late.actualVersion, 1n);
  }
  const again = await restart();
  const reborn = await again.appendToStream('soft', event({}), { expectedRevision: NO_STREAM });
  t.is(reborn.nextExpectedRevision, 2n);
  t.deepEqual(await revisions(again, 'soft'), [2n]);
  // Taken back: what a scavenge removed does not return, and what it left is found.
  await again.setStreamMetadata('soft', { truncateBefore: 0 });
  t.deepEqual(await revisions(again, 'soft'), [2n]);
  const one = await collect(again.readStream('soft', { direction: BACKWARDS, fromRevision: END, maxCount: 1 }));
  t.is(one[0]?.event?.revision, 2n);
  t.is((await collect(again.readStream('soft', { fromRevision: START, maxCount: 1 })))[0]?.event?.revision, 2n);
  await scavenge();
  t.deepEqual(await revisions(again, 'soft'), [2n]);
});

test.serial(
  'what $maxCount and $maxAge hide leaves the disk, and so does metadata that is no longer true',
  async (t) => {
    let nowMs = 1_000_000;
    const { client, dataDir, restart, scavenge } = await startScavenged(t, { clock: () => nowMs });
    await client.appendToStream('count', [event({ email: EMAIL }), event({ kept: 1 })], {
      expectedRevision: NO_STREAM,
    });
    const [old, young] = [event({ phone: PHONE }), event({ kept: 2 })];
    await client.appendToStream('age', old, { expectedRevision: NO_STREAM });
    nowMs += 5_000;
    await client.appendToStream('age', young, { expectedRevision: 0n });
    await client.setStreamMetadata('count', { note: IP });
    await client.setStreamMetadata('count', { maxCount: 1 });
    await client.setStreamMetadata('age', { maxAge: 10 });
    nowMs += 6_000;
    t.deepEqual(textsInFiles(dataDir, PERSON), [...PERSON]);
    await scavenge();
    t.deepEqual(textsInFiles(dataDir, PERSON), []);
    for (const connect of [() => client, restart]) {
      const now = await connect();
      t.deepEqual(await revisions(now, 'count'), [1n]);
      t.deepEqual(await revisions(now, 'age'), [1n]);
      t.deepEqual((await now.getStreamMetadata('count')).metadata, { maxCount: 1 });
      t.is((await now.appendToStream('age', old, { expectedRevision: NO_STREAM })).nextExpectedRevision, 0n);
    }
  },
);

test.serial('positions never go back, though the last event can no longer be read', async (t) => {
  const storage = openStorage(await temporaryFolder(t));
  t.teardown(() => storage.close());
  for (const [revision, position] of [100, 200, 300].entries()) {
    const said = { ...event(), id: Buffer.alloc(16, position), contentType: 'application/json' };
    const place = { stream: 'a', revision, position, createdMs: 0 };
    const record = encodeRecord({ ...said, data: Buffer.from('{}'), customMetadata: Buffer.alloc(0) }, place);
    await storage.commit(() => storage.putEvent('a', revision, position, said.id, record));
  }
  await storage.commit(() => storage.setLimits('a', { tombstoned: false, truncateBefore: 50 }));
  const copy = storage.startCopy();
  await copy.copySnapshot(new AbortController().signal);
  t.is(await copy.catchUp(), 0);
  copy.verify();
  await storage.replaceBy(copy)();
  t.is(storage.lastPosition(), 300);
  t.is(storage.size().events, 1);
});

test.serial('appends, deletions and subscriptions go on during scavenges, without loss or double', async (t) => {
  const { client, store, dataDir, scavenge } = await startScavenged(t);
  await fill(client, 200);
  let ended = false;
  const appended = new Map<string, { stream: string; revision: number; position: bigint }>();
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    const stream = `writer-${writer}`;
    for (let expected: number | 'no_stream' = 'no_stream'; !ended; ) {
      const one = eventToAppend();
      const { revision, position } = await store.append(stream, [one], expected);
      appended.set(one.id, { stream, revision, position });
      expected = revision;
    }
  });
  const forgetting = (async () => {
    for (let person = 0; !ended; person += 1) {
      await store.append(`profile-${person}`, [eventToAppend(`${EMAIL}#${person}#`)], 'no_stream');
      await store.deleteStream(`profile-${person}`);
    }
  })();
  const last = eventToAppend();
  const seen: string[] = [];
  const stop = new AbortController();
  const subscription = (async () => {
    const options = { after: undefined, streamPrefixes: ['writer-'], signal: stop.signal };
    for await (const message of store.subscribeToAll(options)) {
      if (message.kind === 'event') seen.push(message.event.id);
      if (seen.at(-1) === last.id) break;
    }
  })();
  for (let round = 0; round < 5; round += 1) {
    const countBefore = appended.size;
    await scavenge();
    t.true(appended.size > countBefore, 'they were not held for long');
  }
  ended = true;
  await Promise.all([...writers, forgetting]);
  appended.set(last.id, { stream: 'writer-last', ...(await store.append('writer-last', [last], 'no_stream')) });
  await subscription;
  t.is(new Set(seen).size, seen.length);
  t.deepEqual([...seen].sort(), [...appended.keys()].sort());
  for await (const { id, stream, revision, position } of store.readAll({ streamPrefixes: ['writer-'] })) {
    t.deepEqual(appended.get(id), { stream, revision, position });
    appended.delete(id);
  }
  t.is(appended.size, 0);
  await scavenge();
  t.deepEqual(textsInFiles(dataDir, [EMAIL]), []);
});

async function revisions(client: EventStoreDBClient, stream: string): Promise<(bigint | undefined)[]> {
  return (await collect(client.readStream(stream))).map(({ event: stored }) => stored?.revision);
}

function eventToAppend(text = '') {
  return { ...event(), data: { text }, metadata: {} };
}
