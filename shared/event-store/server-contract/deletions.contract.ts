import {
  ANY,
  BACKWARDS,
  END,
  NO_STREAM,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { collect, event, events, revisionsOf, type ServerTest } from './context.js';

export function testDeletions(serverTest: ServerTest): void {
  serverTest('a soft-deleted stream is not found, and begins anew after what it held', async (t, server) => {
    const { client, prefix } = server;
    await client.appendToStream(prefix, events(3), { expectedRevision: NO_STREAM });
    await client.deleteStream(prefix, { expectedRevision: 2n });
    await t.throwsAsync(collect(client.readStream(prefix)), { instanceOf: StreamNotFoundError });
    const backwards = client.readStream(prefix, { direction: BACKWARDS, fromRevision: END });
    await t.throwsAsync(collect(backwards), { instanceOf: StreamNotFoundError });
    const reborn = await client.appendToStream(prefix, events(2), { expectedRevision: NO_STREAM });
    t.is(reborn.nextExpectedRevision, 4n);
    t.deepEqual(await revisionsOf(client.readStream(prefix)), [3, 4]);
    t.deepEqual(await revisionsOf(client.readStream(prefix, { direction: BACKWARDS, fromRevision: END })), [4, 3]);
    t.is((await client.getStreamMetadata(prefix)).metadata?.truncateBefore, 3);
    await client.deleteStream(prefix);
    await t.throwsAsync(collect(client.readStream(prefix)), { instanceOf: StreamNotFoundError });
    t.is((await client.appendToStream(prefix, event(), { expectedRevision: 4n })).nextExpectedRevision, 5n);
  });

  serverTest('a retry of what came before a soft delete is still that append', async (t, { client, prefix }) => {
    const [first, second] = [events(2), events(1)];
    await client.appendToStream(prefix, first, { expectedRevision: NO_STREAM });
    await client.deleteStream(prefix);
    t.is((await client.appendToStream(prefix, first, { expectedRevision: NO_STREAM })).nextExpectedRevision, 1n);
    await client.appendToStream(prefix, second, { expectedRevision: 1n });
    t.is((await client.appendToStream(prefix, second, { expectedRevision: 1n })).nextExpectedRevision, 2n);
    t.deepEqual(await revisionsOf(client.readStream(prefix)), [2]);
  });

  serverTest('metadata set on a soft-deleted stream does not bring its events back', async (t, { client, prefix }) => {
    await client.appendToStream(prefix, events(3), { expectedRevision: NO_STREAM });
    await client.deleteStream(prefix);
    await client.setStreamMetadata(prefix, { maxCount: 10 });
    t.deepEqual(await revisionsOf(client.readStream(prefix)), []);
    t.deepEqual((await client.getStreamMetadata(prefix)).metadata, { maxCount: 10, truncateBefore: 3 });
    await client.appendToStream(prefix, event(), { expectedRevision: 2n });
    t.deepEqual(await revisionsOf(client.readStream(prefix)), [3]);
  });

  serverTest('a delete names the revision it expects', async (t, { client, prefix }) => {
    await client.appendToStream(prefix, events(3), { expectedRevision: NO_STREAM });
    for (const expectedRevision of [0n, 3n, NO_STREAM] as const) {
      for (const remove of [client.deleteStream, client.tombstoneStream]) {
        const error = await t.throwsAsync(remove.call(client, prefix, { expectedRevision }), {
          instanceOf: WrongExpectedVersionError,
        });
        t.is(error?.streamName, prefix);
        t.is(error?.actualVersion, 2n);
      }
    }
    t.is((await collect(client.readStream(prefix))).length, 3);
  });

  serverTest('what never was cannot be deleted, but closed for ever', async (t, { client, prefix }) => {
    for (const expectedRevision of [ANY, NO_STREAM] as const) {
      await t.throwsAsync(client.deleteStream(`${prefix}-a`, { expectedRevision }), {
        instanceOf: WrongExpectedVersionError,
      });
    }
    await client.setStreamMetadata(`${prefix}-b`, { cacheControl: 10 });
    await t.notThrowsAsync(client.deleteStream(`${prefix}-b`, { expectedRevision: NO_STREAM }));
    await client.tombstoneStream(`${prefix}-c`, { expectedRevision: NO_STREAM });
    await t.throwsAsync(client.appendToStream(`${prefix}-c`, event()), { instanceOf: StreamDeletedError });
  });

  serverTest('a tombstone closes the stream for everybody, for ever', async (t, { client, prefix }) => {
    const proposed = events(2);
    await client.appendToStream(prefix, proposed, { expectedRevision: NO_STREAM });
    const subscription = client.subscribeToStream(prefix, { fromRevision: START });
    const dropped = new Promise<unknown>((resolve) => subscription.on('error', resolve));
    subscription.on('data', () => undefined);
    await new Promise<void>((resolve) => subscription.on('caughtUp', resolve));
    await client.tombstoneStream(prefix, { expectedRevision: 1n });
    t.true((await dropped) instanceof StreamDeletedError);
    const error = await t.throwsAsync(collect(client.readStream(prefix)), { instanceOf: StreamDeletedError });
    t.is(error?.streamName, prefix);
    await t.throwsAsync(client.appendToStream(prefix, proposed, { expectedRevision: NO_STREAM }), {
      instanceOf: StreamDeletedError,
    });
    for (const remove of [client.deleteStream, client.tombstoneStream]) {
      await t.throwsAsync(remove.call(client, prefix), { instanceOf: StreamDeletedError });
    }
  });
}
