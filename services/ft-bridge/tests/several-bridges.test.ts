import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { testStack } from '../../../infra/testing/test-stack.js';
import { until } from '../../../infra/testing/until.js';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import type { Tuning } from '../service.js';
import { spawnBridge } from './bridge-process.js';
import { type BridgeBench, bridgeBench, metric } from './bridge-workbench.js';
import type { FtCall } from './scripted-fast-track.js';
import { headAfter, logins, player, story } from './stories.js';

// Goal: several bridges deliver what one would: every player hears everything, for the first time in order, whoever joins,
// leaves, dies or sleeps. Method: real processes, each with an API key of its own, so that Fast Track knows who sent.

const PLAYERS = 60;
/** Too few to open a breaker. */
const FEW = 4;
const PATIENCE_MS = 60_000;
/** Dead after three seconds; a request takes one at most. */
const SHORT: Partial<Tuning> = { leaseMs: 3_000, requestTimeoutMs: 1_000, heartbeatMs: 200, sweepMs: 600_000 };
/** Nobody dies, and no request times out, however busy the machine is. */
const LONG: Partial<Tuning> = { leaseMs: 120_000, requestTimeoutMs: 60_000, heartbeatMs: 200, sweepMs: 600_000 };

type Story = readonly StoredEvent[];

const begin = (events: number) => Array.from({ length: PLAYERS }, (_, at) => story(player(at + 1), logins(events)));
const goOn = (all: readonly Story[], events: number) =>
  all.map((before, at) => story(player(at + 1), logins(events), headAfter(before)));
const joined = (...parts: readonly (readonly Story[])[]) =>
  Array.from({ length: PLAYERS }, (_, at) => parts.flatMap((part) => part[at] ?? []));

const uniqueKeys = (calls: readonly FtCall[]) => new Set(calls.map(({ key }) => key));
const sentBy = (bench: BridgeBench, apiKey: string) =>
  bench.fastTrack.calls.filter(({ headers }) => headers['x-api-key'] === apiKey);

function heardInOrder(t: ExecutionContext, taken: readonly FtCall[], all: readonly Story[]): void {
  for (const [at, events] of all.entries()) {
    const heard = uniqueKeys(taken.filter(({ userId }) => userId === String(at + 1)));
    t.deepEqual(
      [...heard],
      events.map(({ id }) => id),
    );
  }
}

async function ground(t: ExecutionContext) {
  const { eventStoreUrl } = await testStack(t, ['eventStore']);
  const bench = await bridgeBench(t);
  const start = (apiKey: string, tuning: Partial<Tuning>) => {
    const fastTrack = { ...bench.config.fastTrack, apiKey };
    return spawnBridge(t, { ...bench.config, eventStoreUrl, fastTrack }, tuning);
  };
  return { bench, start };
}

const owned = (url: string) => metric(url, 'partitions_owned');
const owns = (url: string, count: number) =>
  until(`it owns ${count} partitions`, async () => (await owned(url)) === count, PATIENCE_MS);
const allTaken = (bench: BridgeBench, events: number) =>
  until(`Fast Track has all ${events}`, () => uniqueKeys(bench.fastTrack.taken).size === events, PATIENCE_MS);

test.serial('two share the work, a third gets a third, and who leaves is replaced: nothing is repeated', async (t) => {
  const { bench, start } = await ground(t);
  const first = await start('first', LONG);
  await owns(first.url, 256);
  const one = begin(8);
  await bench.happen(one.flat());
  const second = await start('second', LONG);
  await owns(second.url, 128);
  const two = goOn(one, 8);
  await bench.happen(two.flat());
  const third = await start('third', LONG);
  await owns(third.url, 84);
  t.deepEqual([await owned(first.url), await owned(second.url)], [86, 86]);
  t.is(await metric(first.url, 'instances'), 3);
  const leaders = await Promise.all([first, second, third].map(({ url }) => metric(url, 'intake_leader')));
  t.deepEqual(leaders, [1, 0, 0]);
  const three = goOn(two, 6);
  await bench.happen(three.flat());
  await bench.fastTrack.until(() => sentBy(bench, 'third').length >= 50);
  // The one that takes for all, in the middle of it.
  first.child.kill('SIGTERM');
  t.deepEqual(await once(first.child, 'exit'), [0, null]);
  await owns(second.url, 128);
  await owns(third.url, 128);
  await allTaken(bench, PLAYERS * 22);
  heardInOrder(t, bench.fastTrack.calls, joined(one, two, three));
  t.is(bench.fastTrack.calls.length, PLAYERS * 22, 'handing over repeats nothing');
  t.true(sentBy(bench, 'second').length > 0);
});

test.serial('one that is killed is missed when its lease runs out, and nothing is lost', async (t) => {
  const { bench, start } = await ground(t);
  const first = await start('first', SHORT);
  await owns(first.url, 256);
  const second = await start('second', SHORT);
  await owns(second.url, 128);
  const one = begin(8);
  await bench.happen(one.flat());
  await bench.fastTrack.until(() => sentBy(bench, 'first').length >= 100);
  first.child.kill('SIGKILL');
  const two = goOn(one, 5);
  await bench.happen(two.flat());
  await owns(second.url, 256);
  await until('it takes from JetStream', async () => (await metric(second.url, 'intake_leader')) === 1, PATIENCE_MS);
  await allTaken(bench, PLAYERS * 13);
  heardInOrder(t, bench.fastTrack.calls, joined(one, two));
});

test.serial('one that sleeps past its lease sends nothing when it wakes, until it has a share again', async (t) => {
  const { bench, start } = await ground(t);
  // Long enough for nothing to be sent again between the first requests and the pause.
  const tuning = { ...SHORT, leaseMs: 6_000, requestTimeoutMs: 4_000 };
  const first = await start('first', tuning);
  await owns(first.url, 256);
  // It has begun some lanes, and would go on with each of them.
  bench.fastTrack.script(({ headers }) => (headers['x-api-key'] === 'first' ? { hang: true } : { status: 200 }));
  const one = begin(10).slice(0, FEW);
  await bench.happen(one.flat());
  // Nothing is between its check and the wire then: what is under way has arrived.
  await bench.fastTrack.until(() => sentBy(bench, 'first').length === FEW);
  first.child.kill('SIGSTOP');
  const second = await start('second', tuning);
  await owns(second.url, 256);
  await allTaken(bench, FEW * 10);
  const before = sentBy(bench, 'first').length;
  bench.fastTrack.script(() => ({ status: 200 }));
  first.child.kill('SIGCONT');
  await owns(first.url, 128);
  t.is(sentBy(bench, 'first').length, before, 'what it was at is another’s');
  const two = [...goOn(one, 5), ...begin(5).slice(FEW)];
  await bench.happen(two.flat());
  await allTaken(bench, FEW * 10 + PLAYERS * 5);
  heardInOrder(t, bench.fastTrack.taken, joined(one, two));
  t.true(sentBy(bench, 'first').length > before);
});

test.serial('who is started under the name of one that was killed has its partitions at once', async (t) => {
  const { bench } = await ground(t);
  const config = { ...bench.config, instance: 'bridge-1' };
  const first = await spawnBridge(t, config, LONG);
  await owns(first.url, 256);
  first.child.kill('SIGKILL');
  const second = await spawnBridge(t, config, LONG);
  await owns(second.url, 256);
  t.is(await metric(second.url, 'instances'), 1);
});

test.serial(
  'what one takes for another wakes the lane by the commit, also when the other could not hear it',
  async (t) => {
    const bench = await bridgeBench(t);
    const first = await bench.start({ heartbeatMs: 100, sweepMs: 600_000 });
    const second = await bench.start({ heartbeatMs: 100, sweepMs: 600_000 });
    await owns(second.url, 128);
    await owns(first.url, 128);
    const one = begin(5);
    await bench.happen(one.flat());
    await allTaken(bench, PLAYERS * 5);
    t.true((await metric(second.url, 'delivered_total')) > 0);
    await bench.postgres.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'croupier-ft-bridge-news'`,
    );
    const two = goOn(one, 5);
    await bench.happen(two.flat());
    await allTaken(bench, PLAYERS * 10);
    heardInOrder(t, bench.fastTrack.calls, joined(one, two));
    t.is(bench.fastTrack.calls.length, PLAYERS * 10);
  },
);
