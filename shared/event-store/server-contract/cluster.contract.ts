import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { event, revisionsOf, type ServerTest } from './context.js';

export function testCluster(serverTest: ServerTest): void {
  serverTest('a client finds the node by gossip', async (t, { client, url, prefix }) => {
    await client.appendToStream(prefix, event(), { expectedRevision: NO_STREAM });
    // Reads only: the end of an append call would be the end of the others'.
    const discovering = EventStoreDBClient.connectionString(url.replace(/^esdb:/, 'esdb+discover:'));
    t.teardown(() => discovering.dispose());
    t.deepEqual(await revisionsOf(discovering.readStream(prefix)), [0]);
  });

  serverTest('it tells its version and what it can', async (t, { client }) => {
    const { capabilities } = client as unknown as { capabilities: Promise<{ serverVersion: string }> };
    t.regex((await capabilities).serverVersion, /^\d+\.\d+\.\d+/);
  });
}
