import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import { testEventStore } from '../../../shared/event-store/event-store.contract.js';
import { scavenge } from '../../tools/scavenge/scavenge.js';
import { startEventStoreServer } from './server.js';

const dataDir = await mkdtemp(join(tmpdir(), 'croupier-event-store-'));
const server = await startEventStoreServer({ dataDir, host: '127.0.0.1', port: 0 });
test.after.always(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true });
});

testEventStore(test, 'embedded server', async (t) => {
  const store = createEsdbEventStore({ connectionString: server.url, appendTimeoutMs: 20_000, readTimeoutMs: 20_000 });
  t.teardown(() => store.close());
  return store;
});

// Each test begins on a server that was just scavenged, and goes on through the scavenges of the others, of which one
// runs at a time: two dozen that wait for each other are a test of patience.
let scavenges: Promise<unknown> = Promise.resolve();
testEventStore(test, 'embedded server between scavenges', async (t) => {
  scavenges = scavenges.then(() => scavenge(server.url));
  await scavenges;
  const store = createEsdbEventStore({ connectionString: server.url, appendTimeoutMs: 20_000, readTimeoutMs: 20_000 });
  t.teardown(() => store.close());
  return store;
});

const realServer = process.env.EVENTSTORE_URL;
if (realServer) {
  testEventStore(test, 'server of EVENTSTORE_URL', async (t) => {
    const store = createEsdbEventStore({
      connectionString: realServer,
      appendTimeoutMs: 20_000,
      readTimeoutMs: 20_000,
    });
    t.teardown(() => store.close());
    return store;
  });
}
