import {
  BACKWARDS,
  END,
  jsonEvent,
  NO_STREAM,
  START,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { collect, event, events, revisionsOf, type ServerTest } from './context.js';

const WAIT_FOR_AGE_MS = 30_000;

export function testMetadata(serverTest: ServerTest): void {
  serverTest('metadata is what was set last, custom keys included', async (t, { client, prefix }) => {
    t.is((await client.getStreamMetadata(prefix)).metadata, undefined);
    const acl = { readRoles: ['$all'], writeRoles: ['$admins'] };
    await client.setStreamMetadata(prefix, { maxCount: 3, acl, turkey: '🦃' }, { expectedRevision: NO_STREAM });
    t.deepEqual((await client.getStreamMetadata(prefix)).metadata, { maxCount: 3, acl, turkey: '🦃' });
    await t.throwsAsync(client.setStreamMetadata(prefix, {}, { expectedRevision: NO_STREAM }), {
      instanceOf: WrongExpectedVersionError,
    });
    await client.setStreamMetadata(prefix, { turkey: '🍗' }, { expectedRevision: 0n });
    t.deepEqual((await client.getStreamMetadata(prefix)).metadata, { turkey: '🍗' });
    t.deepEqual(await revisionsOf(client.readStream(`$$${prefix}`)), [1], 'of a metastream only the last is kept');
  });

  serverTest('$tb hides what is below it, and can be taken back', async (t, { client, prefix }) => {
    await client.appendToStream(prefix, events(5), { expectedRevision: NO_STREAM });
    const read = (options = {}) => revisionsOf(client.readStream(prefix, options));
    await client.setStreamMetadata(prefix, { truncateBefore: 3 });
    t.deepEqual(await read(), [3, 4]);
    t.deepEqual(await read({ fromRevision: 1n }), [3, 4]);
    t.deepEqual(await read({ direction: BACKWARDS, fromRevision: END }), [4, 3]);
    t.deepEqual(await read({ direction: BACKWARDS, fromRevision: 2n }), []);
    await client.setStreamMetadata(prefix, { truncateBefore: 5 });
    t.deepEqual(await read(), [], 'empty, but there');
    t.is((await client.appendToStream(prefix, event(), { expectedRevision: 4n })).nextExpectedRevision, 5n);
    t.deepEqual(await read(), [5]);
    await client.setStreamMetadata(prefix, { truncateBefore: 1 });
    t.deepEqual(await read(), [1, 2, 3, 4, 5]);
  });

  serverTest('$maxCount leaves the last ones, as more come', async (t, { client, prefix }) => {
    await client.setStreamMetadata(prefix, { maxCount: 2 });
    await t.throwsAsync(collect(client.readStream(prefix)), { instanceOf: StreamNotFoundError });
    await client.appendToStream(prefix, events(5), { expectedRevision: NO_STREAM });
    const read = (options = {}) => revisionsOf(client.readStream(prefix, options));
    t.deepEqual(await read(), [3, 4]);
    await client.appendToStream(prefix, event(), { expectedRevision: 4n });
    t.deepEqual(await read(), [4, 5]);
    t.deepEqual(await read({ direction: BACKWARDS, fromRevision: END }), [5, 4]);
    t.deepEqual(await read({ fromRevision: 0n, maxCount: 1 }), [4]);
    await client.setStreamMetadata(prefix, { maxCount: 4, truncateBefore: 3 });
    t.deepEqual(await read(), [3, 4, 5], 'the stricter of the two counts');
  });

  serverTest('$maxAge hides what has become older', async (t, { client, prefix }) => {
    for (const stream of [`${prefix}-short`, `${prefix}-long`]) {
      await client.appendToStream(stream, events(3), { expectedRevision: NO_STREAM });
    }
    await client.setStreamMetadata(`${prefix}-short`, { maxAge: 1 });
    await client.setStreamMetadata(`${prefix}-long`, { maxAge: 3_600 });
    const giveUpAt = performance.now() + WAIT_FOR_AGE_MS;
    while ((await revisionsOf(client.readStream(`${prefix}-short`))).length > 0) {
      if (performance.now() > giveUpAt) return t.fail('they are still there');
    }
    t.deepEqual(await revisionsOf(client.readStream(`${prefix}-long`)), [0, 1, 2]);
    await client.setStreamMetadata(`${prefix}-short`, { maxAge: 3_600 });
    t.deepEqual(await revisionsOf(client.readStream(`${prefix}-short`)), [0, 1, 2]);
  });

  serverTest('metadata that cannot be understood hides nothing', async (t, { client, prefix }) => {
    await client.appendToStream(prefix, events(3), { expectedRevision: NO_STREAM });
    await client.setStreamMetadata(prefix, { maxCount: 1 });
    for (const data of [{ $maxCount: 'two' }, { $maxCount: 1.5 }, { $maxCount: 0 }, { $tb: -1 }, ['$maxCount'], 1]) {
      await client.appendToStream(`$$${prefix}`, jsonEvent({ type: '$metadata', data: data as never }));
      t.deepEqual(await revisionsOf(client.readStream(prefix)), [0, 1, 2], JSON.stringify(data));
    }
  });

  serverTest('what is hidden from readers of the stream is still in $all', async (t, { client, prefix }) => {
    const begun = await client.appendToStream(`${prefix}-begin`, event());
    const { position } = await client.appendToStream(prefix, events(3), { expectedRevision: NO_STREAM });
    await client.setStreamMetadata(prefix, { maxCount: 1 });
    const found = await collect(client.readAll({ fromPosition: begun.position ?? START }));
    const mine = found.flatMap(({ event: stored }) => (stored?.streamId === prefix ? [stored] : []));
    t.deepEqual(
      mine.map(({ revision }) => Number(revision)),
      [0, 1, 2],
    );
    t.is(mine.at(-1)?.position.commit, position?.commit);
  });

  serverTest('a subscription begins with the first that is not hidden', async (t, { client, prefix }) => {
    await client.setStreamMetadata(prefix, { maxCount: 2 });
    await client.appendToStream(prefix, events(5), { expectedRevision: NO_STREAM });
    const seen: bigint[] = [];
    for await (const { event: stored } of client.subscribeToStream(prefix, { fromRevision: START })) {
      if (stored) seen.push(stored.revision);
      if (seen.length === 2) break;
    }
    t.deepEqual(seen, [3n, 4n]);
  });
}
