import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, watch } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import type { EventToAppend } from '../../../shared/event-store/event-store.js';
import { seededRandom } from '../../sandbox/random.js';
import { scavenge } from '../../tools/scavenge/scavenge.js';
import { textsInFiles } from './testing/files.js';
import { openOperations } from './testing/operations.js';
import { portOf, startServerProcess, temporaryFolder } from './testing/server-process.js';

const ROUNDS = Number(process.env.EVENT_STORE_KILL_ROUNDS ?? 4);
const SEED = Number(process.env.EVENT_STORE_KILL_SEED ?? 1);
const WRITERS = 16;
const OLD_APPENDS = 60;
const EVENTS_PER_OLD_APPEND = 100;
/** About so many are answered while one scavenge runs. */
const ANSWERS_DURING_SCAVENGE = 300;

type Place = { readonly stream: string; readonly revision: number; readonly position: bigint };

// Goal: a scavenge that is killed loses nothing that was answered, brings nothing back, and changes no place. Method:
// many writers append while the server is killed, by turns after a drawn number of answers and in the very moment in
// which the new file takes the place of the old; then every answer is compared with what a fresh server reads.
test('kill -9 during scavenges loses and doubles nothing, and leaves one whole file', async (t) => {
  const random = seededRandom(SEED);
  const dataDir = await temporaryFolder(t);
  let server = await startServerProcess(dataDir, 0);
  t.teardown(() => server.end('SIGKILL'));
  const { url } = server;
  const store = createEsdbEventStore({
    connectionString: url,
    appendTimeoutMs: 60_000,
    appendTryTimeoutMs: 5_000,
    readTimeoutMs: 20_000,
  });
  t.teardown(() => store.close());

  const places = new Map<string, Place>();
  for (let index = 0; index < OLD_APPENDS; index += 1) {
    const events = Array.from({ length: EVENTS_PER_OLD_APPEND }, () => event());
    const result = await store.append(`old-${index}`, events, 'no_stream');
    const last = events.at(-1);
    if (last) places.set(last.id, { stream: `old-${index}`, ...result });
  }
  const people: string[] = [];
  async function forgetSomeone(): Promise<void> {
    const email = `${randomUUID()}@unique.example`;
    people.push(email);
    await store.append(`profile-${people.length}`, [event(email)], 'no_stream');
    await store.deleteStream(`profile-${people.length}`);
  }

  let ended = false;
  let target = Number.POSITIVE_INFINITY;
  let reached: () => void = () => undefined;
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    for (let expected: number | 'no_stream' = 'no_stream'; !ended; ) {
      const one = event();
      const result = await store.append(`new-${writer}`, [one], expected);
      places.set(one.id, { stream: `new-${writer}`, ...result });
      expected = result.revision;
      if (places.size >= target) reached();
    }
  });
  const answers = (count: number) =>
    new Promise<void>((resolve) => {
      target = places.size + count;
      reached = resolve;
    });

  for (let round = 0; round < ROUNDS; round += 1) {
    await forgetSomeone();
    const exchanged = exchangeIn(t, dataDir);
    t.is((await openOperations(t, portOf(url)).start()).result, 'started');
    await (round % 2 === 0 ? Promise.race([...writers, answers(random() * ANSWERS_DURING_SCAVENGE)]) : exchanged);
    await server.end('SIGKILL');
    t.log(`seed ${SEED}, round ${round}: killed when the folder had ${readdirSync(dataDir).join(', ')}`);
    server = await startServerProcess(dataDir, portOf(url));
    t.deepEqual(readdirSync(dataDir).sort(), ['data.mdb', 'lock.mdb']);
    await Promise.race([...writers, answers(WRITERS)]);
  }
  ended = true;
  await Promise.all(writers);
  await scavenge(url);
  t.deepEqual(textsInFiles(dataDir, people), []);
  await server.end('SIGKILL');
  server = await startServerProcess(dataDir, portOf(url));

  const revisions = new Map<string, number>();
  for await (const { id, stream, revision, position } of store.readAll({ streamPrefixes: ['old-', 'new-'] })) {
    t.is(revision, (revisions.get(stream) ?? -1) + 1);
    revisions.set(stream, revision);
    const answered = places.get(id);
    if (answered) t.deepEqual(answered, { stream, revision, position });
    places.delete(id);
  }
  t.is(places.size, 0, 'every answered event is there');
  for (const index of people.keys()) {
    await t.throwsAsync(store.append(`profile-${index + 1}`, [event()], 'no_stream'), { name: 'StreamDeleted' });
  }
});

/** Resolves when another file takes the name of the store's. */
async function exchangeIn(t: ExecutionContext, dataDir: string): Promise<void> {
  const watcher = watch(dataDir);
  t.teardown(() => watcher.close());
  for (;;) {
    const [kind, file]: unknown[] = await once(watcher, 'change');
    if (kind === 'rename' && file === 'data.mdb') return watcher.close();
  }
}

function event(text = 'x'.repeat(200)): EventToAppend {
  return { id: randomUUID(), type: 'Tested', data: { text }, metadata: {} };
}
