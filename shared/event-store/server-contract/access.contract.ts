import { AccessDeniedError, ANY, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import type { ExecutionContext } from 'ava';
import { collect, event, events, revisionsOf, type ServerTest } from './context.js';

/** For servers that ask who calls. */
export function testAccess(serverTest: ServerTest): void {
  serverTest('who names somebody and cannot prove it gets nothing', async (t, { client, prefix }) => {
    const credentials = { username: 'AzureDiamond', password: 'hunter2' };
    const denied = { instanceOf: AccessDeniedError };
    await client.appendToStream(prefix, event(), { expectedRevision: NO_STREAM });
    await t.throwsAsync(client.appendToStream(prefix, event(), { expectedRevision: ANY, credentials }), denied);
    await t.throwsAsync(client.deleteStream(prefix, { credentials }), denied);
    await t.throwsAsync(client.tombstoneStream(prefix, { credentials }), denied);
    await t.throwsAsync(collect(client.readStream(prefix, { credentials })), denied);
    await t.throwsAsync(collect(client.readAll({ maxCount: 1, credentials })), denied);
    t.deepEqual(await revisionsOf(client.readStream(prefix)), [0]);
  });

  serverTest('who does not say who they are may what $acl gives to all', async (t, server) => {
    const { client, prefix } = server;
    const stranger = anonymous(t, server.url);
    const denied = { instanceOf: AccessDeniedError };
    await stranger.appendToStream(prefix, events(2), { expectedRevision: NO_STREAM });
    t.deepEqual(await revisionsOf(stranger.readStream(prefix)), [0, 1]);
    await t.throwsAsync(collect(stranger.readAll({ maxCount: 1 })), denied);

    await client.setStreamMetadata(prefix, { acl: { writeRoles: ['$admins'], deleteRoles: ['$admins'] } });
    await t.throwsAsync(stranger.appendToStream(prefix, event(), { expectedRevision: 1n }), denied);
    await t.throwsAsync(stranger.deleteStream(prefix), denied);
    t.deepEqual(await revisionsOf(stranger.readStream(prefix)), [0, 1]);

    const acl = { readRoles: ['$admins'], metaReadRoles: ['$admins'], metaWriteRoles: ['$admins'] };
    await client.setStreamMetadata(prefix, { acl });
    await t.throwsAsync(collect(stranger.readStream(prefix)), denied);
    await t.throwsAsync(stranger.getStreamMetadata(prefix), denied);
    await t.throwsAsync(stranger.setStreamMetadata(prefix, {}), denied);
    const taken = await stranger.appendToStream(prefix, event(), { expectedRevision: 1n });
    t.is(taken.nextExpectedRevision, 2n);
    t.deepEqual(await revisionsOf(client.readStream(prefix)), [0, 1, 2]);
  });

  serverTest('one append that is denied does not end the others', async (t, server) => {
    const { client, prefix } = server;
    const stranger = anonymous(t, server.url);
    await client.setStreamMetadata(`${prefix}-closed`, { acl: { writeRoles: ['$admins'] } });
    const [refused, taken] = await Promise.allSettled([
      stranger.appendToStream(`${prefix}-closed`, events(300), { batchAppendSize: 1024 }),
      stranger.appendToStream(`${prefix}-open`, event()),
    ]);
    t.true(refused.status === 'rejected' && refused.reason instanceof AccessDeniedError);
    t.is(taken.status, 'fulfilled');
  });

  serverTest('nobody writes to $all', async (t, { client }) => {
    await t.throwsAsync(client.appendToStream('$all', event()), { instanceOf: AccessDeniedError });
  });
}

function anonymous(t: ExecutionContext, url: string): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(url.replace(/\/\/[^@/]*@/, '//'));
  t.teardown(() =>
    (client as unknown as { getChannel(): Promise<{ close(): void }> }).getChannel().then((c) => c.close()),
  );
  return client;
}
