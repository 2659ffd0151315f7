import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import {
  AppendOutcomeUnknown,
  type EventStore,
  type EventToAppend,
  RevisionConflict,
  StoreUnavailable,
} from '../../../shared/event-store/event-store.js';
import { heavy } from '../../testing/heavy.js';
import { portOf, type ServerProcess, startServerProcess, temporaryFolder } from './testing/server-process.js';

const ROUNDS = Number(process.env.EVENT_STORE_KILL_ROUNDS ?? heavy(50, 3));
/** A round is a second or two; on a machine with much else to do, a minute. */
const ROUND_TIMEOUT_MS = 120_000;
const WRITERS = 32;
const ACKNOWLEDGED_PER_ROUND = 400;

type Acknowledged = Map<string, { stream: string; revision: number; position: bigint }>;

// Goal: an answer means durable. Method: many writers append while the server is killed and started again, over one
// adapter that is never told; then every answer is compared with what a fresh server reads from the disk.
test('kill -9 during concurrent appends loses and doubles nothing that was answered', async (t) => {
  t.timeout((ROUNDS + 2) * ROUND_TIMEOUT_MS);
  const dataDir = await temporaryFolder(t);
  let server = await startServerProcess(dataDir, 0);
  t.teardown(() => server.end('SIGKILL'));
  const port = portOf(server.url);
  const store = createEsdbEventStore({
    connectionString: server.url,
    appendTimeoutMs: 30_000,
    appendTryTimeoutMs: 5_000,
  });
  t.teardown(() => store.close());

  const acknowledged: Acknowledged = new Map();
  let target = 0;
  let ended = false;
  let reached: () => void = () => undefined;
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    let expected: number | 'no_stream' = 'no_stream';
    while (!ended) {
      const events = [event(writer), event(writer)];
      const { revision, position } = await store.append(`kill-${writer}`, events, expected);
      const last = events.at(-1);
      if (last) acknowledged.set(last.id, { stream: `kill-${writer}`, revision, position });
      expected = revision;
      if (acknowledged.size >= target) reached();
    }
  });
  const acknowledge = (count: number) =>
    Promise.race([
      new Promise<void>((resolve) => {
        target = acknowledged.size + count;
        reached = resolve;
      }),
      Promise.all(writers),
    ]);

  for (let round = 0; round < ROUNDS; round += 1) {
    await acknowledge(ACKNOWLEDGED_PER_ROUND);
    await server.end('SIGKILL');
    server = await startServerProcess(dataDir, port);
  }
  await acknowledge(ACKNOWLEDGED_PER_ROUND);
  ended = true;
  await Promise.all(writers);
  await server.end('SIGKILL');
  server = await startServerProcess(dataDir, port);

  let count = 0;
  const revisions = new Map<string, number>();
  for await (const stored of store.readAll({ streamPrefixes: ['kill-'] })) {
    t.is(stored.revision, (revisions.get(stored.stream) ?? -1) + 1);
    revisions.set(stored.stream, stored.revision);
    const answer = acknowledged.get(stored.id);
    if (answer) {
      const { stream, revision, position } = stored;
      t.deepEqual(answer, { stream, revision, position });
      acknowledged.delete(stored.id);
    }
    count += 1;
  }
  t.is(acknowledged.size, 0, 'every answered event is there');
  t.true(count >= 2 * ACKNOWLEDGED_PER_ROUND * (ROUNDS + 1));
});

test('after an outage the same adapter appends, reads and subscribes again', async (t) => {
  const { store, kill, restart } = await startWithAdapter(t);
  const begin = [event(0)];
  const head = await untilAvailable(() => store.append('player-1', begin, 'no_stream'));
  const dropped = t.throwsAsync(drain(store), { instanceOf: StoreUnavailable });
  await kill();
  await dropped;
  // Long enough that gRPC's own reconnect backoff would be in the way.
  for (let outage = 0; outage < 2; outage += 1) {
    await t.throwsAsync(store.append('player-1', [event(1)], head.revision), { instanceOf: AppendOutcomeUnknown });
    await t.throwsAsync(first(store), { instanceOf: StoreUnavailable });
  }
  await restart();

  const began = performance.now();
  const appended = event(2);
  const [result, read] = await Promise.all([
    untilAvailable(() => store.append('player-1', [appended], 0)),
    untilAvailable(() => first(store)),
  ]);
  t.log(`appended and read ${Math.round(performance.now() - began)} ms after the restart`);
  t.is(result.revision, 1);
  t.is(read?.revision, 0);
  const seen = await untilAvailable(async () => {
    const stop = new AbortController();
    const options = { after: head.position, streamPrefixes: ['player-'], signal: stop.signal };
    for await (const message of store.subscribeToAll(options)) if (message.kind === 'event') return message.event;
    return undefined;
  });
  t.is(seen?.id, appended.id);
});

test('an append that a frozen server answers late harms nobody, and is stored once', async (t) => {
  const { store, child } = await startWithAdapter(t);
  const begin = [event(0)];
  await untilAvailable(() => store.append('player-1', begin, 'no_stream'));
  const events = [event(1), event(2)];
  child().kill('SIGSTOP');
  t.teardown(() => child().kill('SIGCONT'));
  const appends = Array.from({ length: 40 }, () =>
    t.throwsAsync(store.append('player-1', events, 0), { instanceOf: AppendOutcomeUnknown }),
  );
  const read = t.throwsAsync(first(store), { instanceOf: StoreUnavailable });
  await Promise.all([...appends, read]);
  child().kill('SIGCONT');

  const result = await untilAvailable(() => store.append('player-1', events, 0));
  t.is(result.revision, 2);
  const late = [event(3)];
  await t.throwsAsync(
    untilAvailable(() => store.append('player-1', late, 0)),
    { instanceOf: RevisionConflict },
  );
  t.is((await collect(store.readStream('player-1'))).length, 3);
});

test('the death of one server does not fail the appends to another in the same process', async (t) => {
  const one = await startWithAdapter(t);
  // Patient, since the failures of the one do hold up the other: the client shares what it waits for process-wide.
  const other = await startWithAdapter(t, { appendTimeoutMs: 60_000, readTimeoutMs: 20_000 });
  const failing = Array.from({ length: 20 }, async (_, index) => {
    for (let round = 0; ; round += 1) await one.store.append(`one-${index}-${round}`, [event(round)], 'no_stream');
  });
  const outcomes = Promise.allSettled(failing);
  const healthy = Array.from({ length: 20 }, async (_, index) => {
    for (let round = 0; round < 50; round += 1) {
      const { revision } = await other.store.append(
        `other-${index}`,
        [event(round)],
        round === 0 ? 'no_stream' : round - 1,
      );
      if (index === 0 && round === 5) await one.kill();
      t.is(revision, round);
    }
  });
  await Promise.all(healthy);
  t.true((await outcomes).every(({ status }) => status === 'rejected'));
  t.is((await collect(other.store.readAll({ streamPrefixes: ['other-'] }))).length, 1_000);
});

async function startWithAdapter(
  t: ExecutionContext,
  timeouts: { appendTimeoutMs?: number; readTimeoutMs?: number } = {},
) {
  const dataDir = await temporaryFolder(t);
  let server: ServerProcess = await startServerProcess(dataDir, 0);
  const { url } = server;
  t.teardown(() => server.end('SIGKILL'));
  const store = createEsdbEventStore({ connectionString: url, ...timeouts });
  t.teardown(() => store.close());
  return {
    store,
    child: () => server.child,
    kill: () => server.end('SIGKILL'),
    async restart() {
      server = await startServerProcess(dataDir, portOf(url));
    },
  };
}

/** A busy machine may make single tries too slow; what counts is that the same adapter comes back by itself. */
async function untilAvailable<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      const isPassing = error instanceof AppendOutcomeUnknown || error instanceof StoreUnavailable;
      if (!isPassing || left === 0) throw error;
    }
  }
}

function event(index: number): EventToAppend {
  return { id: randomUUID(), type: 'Tested', data: { index }, metadata: {} };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function first(store: EventStore) {
  for await (const stored of store.readStream('player-1', { maxCount: 1 })) return stored;
  return undefined;
}

async function drain(store: EventStore): Promise<void> {
  const stop = new AbortController();
  for await (const _ of store.subscribeToAll({ after: undefined, streamPrefixes: ['player-'], signal: stop.signal }));
}
