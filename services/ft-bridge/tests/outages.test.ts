import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { startStack } from '../../../infra/embedded/stack.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { until } from '../../../infra/testing/until.js';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import type { FtBridgeConfig } from '../config.js';
import { spawnBridge } from './bridge-process.js';
import { bridgeBench } from './bridge-workbench.js';
import type { FtCall } from './scripted-fast-track.js';
import { logins, messages, player, story } from './stories.js';

// Goal: a server or the bridge itself dies at the worst moment, and every player still hears everything in order.
// Method: real processes, killed with SIGKILL while events flow; then each key's first arrival is compared with the story.

const PLAYERS = 30;

const stories = (events: number) =>
  Array.from({ length: PLAYERS }, (_, index) => story(player(index + 1), logins(events)));
const inTurns = (all: readonly StoredEvent[][], from: number, to: number) =>
  all.flatMap((events) => events.slice(from, to));
const uniqueKeys = (calls: readonly FtCall[]) => new Set(calls.map(({ key }) => key));

function heardInOrder(t: ExecutionContext, taken: readonly FtCall[], all: readonly (readonly StoredEvent[])[]): void {
  for (const [index, events] of all.entries()) {
    const heard = uniqueKeys(taken.filter(({ userId }) => userId === String(index + 1)));
    t.deepEqual(
      [...heard],
      events.map(({ id }) => id),
    );
  }
}

test.serial(
  'a bridge killed while it delivers loses nothing, and its successor repeats nothing that was marked',
  async (t) => {
    const { eventStoreUrl } = await testStack(t, ['eventStore']);
    const bench = await bridgeBench(t);
    const all = stories(20);
    await bench.happen(all.flat());
    const config = { ...bench.config, eventStoreUrl };
    const first = await run(t, config);
    await bench.fastTrack.until(({ taken }) => taken.length >= 200);
    first.kill('SIGKILL');
    await once(first, 'exit');
    const marked = await bench.postgres.query<{ event_id: string }>(
      'SELECT event_id FROM bridge.inbox WHERE delivered_at IS NOT NULL',
    );
    const callsBefore = bench.fastTrack.calls.length;
    t.true(uniqueKeys(bench.fastTrack.taken).size < 600, 'it was killed in the middle');
    const second = await run(t, config);
    await bench.fastTrack.until(({ taken }) => uniqueKeys(taken).size === 600);
    const repeated = uniqueKeys(bench.fastTrack.calls.slice(callsBefore));
    t.deepEqual(
      marked.filter(({ event_id }) => repeated.has(event_id)),
      [],
    );
    heardInOrder(t, bench.fastTrack.taken, all);
    second.kill('SIGTERM');
    t.deepEqual(await once(second, 'exit'), [0, null]);
  },
);

test.serial('Postgres killed while events flow: the bridge says so, resumes, and nothing is lost', async (t) => {
  const stack = await startStack({ only: ['postgres'] });
  t.teardown(stack.stop);
  const bench = await bridgeBench(t, stack.postgresUrl);
  const all = stories(8);
  const { url } = await bench.start();
  await bench.happen(inTurns(all, 0, 4));
  await bench.fastTrack.until(({ taken }) => taken.length >= 40);
  await bench.project(inTurns(all, 4, 8));
  killed(stack.pids().postgres);
  await bench.publish(messages(inTurns(all, 4, 8)));
  await bench.fastTrack.until(({ taken }) => uniqueKeys(taken).size === PLAYERS * 8);
  heardInOrder(t, bench.fastTrack.taken, all);
  await until('it is ready again', async () => (await fetch(`${url}/health/ready`)).status === 200);
});

test.serial('NATS killed while events flow: the bridge resumes, and nothing is lost', async (t) => {
  const bench = await bridgeBench(t);
  const all = stories(8);
  await bench.start();
  await bench.happen(inTurns(all, 0, 4));
  await bench.fastTrack.until(({ taken }) => taken.length >= 40);
  killed(bench.nats.pids().nats);
  await bench.happen(inTurns(all, 4, 8));
  await bench.fastTrack.until(({ taken }) => uniqueKeys(taken).size === PLAYERS * 8);
  heardInOrder(t, bench.fastTrack.taken, all);
});

test.serial('a bridge that is started before its servers waits for them', async (t) => {
  const bench = await bridgeBench(t);
  const { url } = await bench.start();
  const missing = await until('it says that JetStream has no stream', async () => {
    const answer = await fetch(`${url}/health/ready`);
    const body = (await answer.json()) as { missing?: string[] };
    return answer.status === 503 && body.missing?.some((one) => one.includes('stream not found'));
  });
  t.true(missing);
  const ann = story(player(1), logins(1));
  await bench.happen(ann);
  await bench.fastTrack.until(({ taken }) => taken.length === 1);
  t.is((await fetch(`${url}/health/ready`)).status, 200);
});

function killed(pid: number | undefined): void {
  if (pid === undefined) throw new Error('there is no such process');
  process.kill(pid, 'SIGKILL');
}

/** The service as it is run, always under one name: it need not wait for the lease of the one before. */
async function run(t: ExecutionContext, config: FtBridgeConfig) {
  return (await spawnBridge(t, { ...config, instance: 'bridge' })).child;
}
