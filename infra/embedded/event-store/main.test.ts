import { once } from 'node:events';
import test from 'ava';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import { portOf, startServerProcess, temporaryFolder } from './testing/server-process.js';

test('SIGTERM ends the process cleanly, and what it answered is there at the next start', async (t) => {
  const dataDir = await temporaryFolder(t);
  const server = await startServerProcess(dataDir, 0);
  t.teardown(() => server.end('SIGKILL'));
  const store = createEsdbEventStore({ connectionString: server.url, appendTimeoutMs: 20_000, readTimeoutMs: 20_000 });
  t.teardown(() => store.close());
  const appended = { id: '3f0c2a54-7f5d-4d0e-9a9e-0d9a2f3b6c11', type: 'Tested', data: {}, metadata: {} };
  await store.append('a', [appended], 'no_stream');
  await server.end('SIGTERM');
  t.is(server.child.exitCode, 0);

  const next = await startServerProcess(dataDir, portOf(server.url));
  t.teardown(() => next.end('SIGKILL'));
  for await (const { id } of store.readStream('a')) t.is(id, appended.id);
});

test('a supervised server leaves Ctrl-C to its supervisor and ends when its stdin closes', async (t) => {
  const server = await startServerProcess(await temporaryFolder(t), 0, { CROUPIER_SUPERVISED: '1' });
  t.teardown(() => server.end('SIGKILL'));
  const exit = once(server.child, 'exit');
  server.child.kill('SIGINT');
  // Still there: it answers.
  const store = createEsdbEventStore({ connectionString: server.url, readTimeoutMs: 20_000 });
  t.teardown(() => store.close());
  for await (const _ of store.readAll()) t.fail();
  t.is(server.child.exitCode, null);
  server.child.stdin?.end();
  t.deepEqual(await exit, [0, null]);
});
