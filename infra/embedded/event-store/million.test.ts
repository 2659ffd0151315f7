import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { BACKWARDS, END, EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import test from 'ava';
import { heavy } from '../../testing/heavy.js';
import { startEventStoreServer } from './server.js';
import { startServerProcess, temporaryFolder } from './testing/server-process.js';

const EVENTS = heavy(1_000_000, 20_000);
const EVENTS_PER_APPEND = 500;
const APPENDS_AT_ONCE = 4;
const MEMORY_MAX_MIB = 384;
const START_CPU_MAX_MS = 2_000;
const TIMEOUT_MS = 1_800_000;

// Goal: memory and start do not grow with the store. Method: the server as it runs in production is filled and read
// whole, both ways; then one is started on the same folder. Its CPU time is measured, since a busy machine has its own.
test('a store of very many events takes bounded memory, and starts at once', async (t) => {
  t.timeout(TIMEOUT_MS);
  const dataDir = await temporaryFolder(t);
  const server = await startServerProcess(dataDir, 0);
  t.teardown(() => server.end('SIGKILL'));
  const client = EventStoreDBClient.connectionString(`${server.url}&defaultDeadline=120000`);
  const streams = EVENTS / EVENTS_PER_APPEND;
  for (let begun = 0; begun < streams; begun += APPENDS_AT_ONCE) {
    const some = Array.from({ length: Math.min(APPENDS_AT_ONCE, streams - begun) }, (_, index) =>
      client.appendToStream(`stream-${begun + index}`, events(), { expectedRevision: NO_STREAM }),
    );
    await Promise.all(some);
  }
  let count = 0;
  for await (const _ of client.readAll({ maxCount: Number.MAX_SAFE_INTEGER })) count += 1;
  for await (const _ of client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: EVENTS })) count += 1;
  t.is(count, 2 * EVENTS);
  const memory = ownMemoryMiB(server.child.pid);
  t.log(`${EVENTS} events, ${memory ?? 'unknown'} MiB of its own`);
  if (memory !== undefined) t.true(memory <= MEMORY_MAX_MIB, `${memory} MiB`);
  await client.dispose();
  await server.end('SIGTERM');

  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const next = await startEventStoreServer({ dataDir, host: '127.0.0.1', port: 0 });
  const { user, system } = process.cpuUsage(cpu);
  t.log(`started in ${Math.round(performance.now() - began)} ms, ${Math.round((user + system) / 1_000)} ms of CPU`);
  await next.stop();
  t.true((user + system) / 1_000 <= START_CPU_MAX_MS);
});

/** Without the pages of the file, which are the kernel's to take back; undefined where the kernel does not tell. */
function ownMemoryMiB(pid: number | undefined): number | undefined {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return undefined;
  const kib = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1];
  return kib === undefined ? undefined : Math.round(Number(kib) / 1024);
}

function events() {
  return Array.from({ length: EVENTS_PER_APPEND }, (_, index) =>
    jsonEvent({ id: randomUUID(), type: 'Tested', data: { index, text: 'x'.repeat(200) } }),
  );
}
