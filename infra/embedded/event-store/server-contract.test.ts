import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import {
  testEventStoreAccess,
  testEventStoreServer,
} from '../../../shared/event-store/server-contract/server.contract.js';
import { type EventStoreServer, type EventStoreServerOptions, startEventStoreServer } from './server.js';

const PASSWORD = 'changeit';
const folder = await mkdtemp(join(tmpdir(), 'croupier-event-store-'));
const servers: EventStoreServer[] = [];
test.after.always(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(folder, { recursive: true });
});

testEventStoreServer(test, 'embedded server', async () => {
  const server = await start({ dataDir: join(folder, 'open') });
  return server.url;
});

testEventStoreAccess(test, 'embedded server that asks who calls', async () => {
  const server = await start({ dataDir: join(folder, 'closed'), adminPassword: PASSWORD });
  return server.url.replace('//', `//admin:${PASSWORD}@`);
});

const realServer = process.env.EVENTSTORE_URL;
if (realServer) {
  testEventStoreServer(test, 'server of EVENTSTORE_URL', async () => realServer);
  if (realServer.includes('@')) testEventStoreAccess(test, 'server of EVENTSTORE_URL', async () => realServer);
}

async function start(options: Pick<EventStoreServerOptions, 'dataDir' | 'adminPassword'>): Promise<EventStoreServer> {
  const server = await startEventStoreServer({ host: '127.0.0.1', port: 0, ...options });
  servers.push(server);
  return server;
}
