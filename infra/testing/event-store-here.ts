import type { ExecutionContext } from 'ava';
import { startEventStoreServer } from '../embedded/event-store/server.js';
import { temporaryFolder } from './temporary-folder.js';

/**
 * An empty event store of the test's own, in the test's process: for tests whose events are all there may be, and that
 * do not kill it. Answers its connection string.
 */
export async function eventStoreHere(t: ExecutionContext): Promise<string> {
  const server = await startEventStoreServer({ dataDir: await temporaryFolder(t), host: '127.0.0.1', port: 0 });
  t.teardown(server.stop);
  return server.url;
}
