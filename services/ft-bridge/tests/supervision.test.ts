import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { eventStoreHere } from '../../../infra/testing/event-store-here.js';
import { startTcpProxy } from '../../../infra/testing/tcp-proxy.js';
import { until } from '../../../infra/testing/until.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import type { FtBridgeConfig } from '../config.js';
import { createFtBridge, type FtBridgeOverrides } from '../service.js';
import { spawnBridge } from './bridge-process.js';
import { type BridgeBench, bridgeBench } from './bridge-workbench.js';
import { headAfter, logins, player, storeOf, story } from './stories.js';

// Goal: each connection of the bridge drops or goes silent while events come; it says so (but for Fast Track's: waiting for
// that is its work), keeps what it has and goes on by itself: every player hears everything, in order.
// Method: a proxy before the one server; three players whose stories have a part before, during and after the fault.

const PLAYERS = [1, 2, 3];
const TUNING = { retryBaseMs: 1, retryCapMs: 50, lingerMs: 1, headsEveryMs: 50, quietMs: 500 };

/** The next events of each player. */
function chapters() {
  const all = new Map<number, StoredEvent[]>(PLAYERS.map((id) => [id, []]));
  return {
    next: () =>
      PLAYERS.flatMap((id) => {
        const own = all.get(id) ?? [];
        const more = story(player(id), logins(3), headAfter(own));
        own.push(...more);
        return more;
      }),
    keys: () => PLAYERS.map((id) => (all.get(id) ?? []).map((event) => event.id)),
  };
}

async function startOn(
  t: ExecutionContext,
  bench: BridgeBench,
  own: Partial<FtBridgeConfig> = {},
  overrides: FtBridgeOverrides = {},
) {
  const bridge = createFtBridge(
    { ...bench.config, ...own },
    { logger, store: storeOf(bench.stored), ...overrides, tuning: { ...TUNING, ...overrides.tuning } },
  );
  t.teardown(bridge.stop);
  const { url } = await bridge.start();
  const missing = async () => {
    const answer = await fetch(`${url}/health/ready`);
    return ((await answer.json()) as { missing?: string[] }).missing ?? [];
  };
  return { bridge, missing };
}

/** First arrivals of each player. */
function heard({ fastTrack }: BridgeBench): string[][] {
  return PLAYERS.map((id) => [
    ...new Set(fastTrack.taken.filter(({ userId }) => userId === String(id)).map(({ key }) => key)),
  ]);
}

async function allHeard(t: ExecutionContext, bench: BridgeBench, keys: readonly (readonly string[])[]): Promise<void> {
  const count = keys.flat().length;
  await until('all is heard', () => heard(bench).flat().length >= count, 60_000);
  t.deepEqual(heard(bench), keys as string[][]);
}

for (const fault of ['cut', 'stall'] as const) {
  for (const [part, url] of [
    ['postgres', 'postgresUrl'],
    ['NATS', 'natsUrl'],
  ] as const) {
    test.serial(`${part}, ${fault}: unready, then all goes on`, async (t) => {
      const bench = await bridgeBench(t);
      const proxy = await startTcpProxy(bench.config[url]);
      t.teardown(proxy.stop);
      const { missing } = await startOn(t, bench, { [url]: proxy.url });
      const { next, keys } = chapters();
      await bench.happen(next());
      await allHeard(t, bench, keys());
      await until('ready', async () => (await missing()).length === 0);
      proxy[fault]();
      await bench.happen(next());
      await until('it says so', async () => (await missing()).some((line) => line.startsWith(part)), 60_000);
      proxy.restore();
      await bench.happen(next());
      await allHeard(t, bench, keys());
      await until('ready again', async () => (await missing()).length === 0, 60_000);
    });
  }

  test.serial(`the event store, ${fault}: unready, what comes is delivered, what has a hole waits`, async (t) => {
    const bench = await bridgeBench(t);
    const eventStoreUrl = await eventStoreHere(t);
    const proxy = await startTcpProxy(eventStoreUrl);
    t.teardown(proxy.stop);
    const [store, writer] = [proxy.url, eventStoreUrl].map((connectionString) =>
      createEsdbEventStore({ connectionString }),
    );
    if (store === undefined || writer === undefined) throw new Error('there are two');
    t.teardown(writer.close);
    const record = async (events: readonly StoredEvent[]) => {
      for (const { stream, revision, ...event } of events) {
        await writer.append(stream, [event], revision === 0 ? 'no_stream' : revision - 1);
      }
    };
    const { missing } = await startOn(t, bench, {}, { store });
    const { next, keys } = chapters();
    const first = next();
    await record(first);
    await bench.happen(first);
    await allHeard(t, bench, keys());
    proxy[fault]();
    const second = next();
    await record(second);
    // One message of the first player does not come.
    const lost = second[0]?.id;
    await bench.happen(second, ({ id }) => id === lost);
    await until('the others hear theirs', () => heard(bench).flat().length === 9 + 6);
    await until('it says so', async () => (await missing()).some((line) => line.startsWith('eventStore')), 60_000);
    proxy.restore();
    await allHeard(t, bench, keys());
    await until('ready again', async () => (await missing()).length === 0, 60_000);
  });

  test.serial(`Fast Track, ${fault}: stays ready, delivers all of it afterwards`, async (t) => {
    const bench = await bridgeBench(t);
    const proxy = await startTcpProxy(bench.config.fastTrack.baseUrl);
    t.teardown(proxy.stop);
    const fastTrack = { ...bench.config.fastTrack, baseUrl: proxy.url };
    const { missing } = await startOn(t, bench, { fastTrack });
    const { next, keys } = chapters();
    await bench.happen(next());
    await allHeard(t, bench, keys());
    await until('ready', async () => (await missing()).length === 0);
    proxy[fault]();
    await bench.happen(next());
    await until('it is in the inbox', async () => {
      const [row] = await bench.postgres.query('SELECT count(*)::int AS count FROM bridge.inbox');
      return row?.count === 18;
    });
    t.deepEqual(await missing(), []);
    t.is(heard(bench).flat().length, 9);
    proxy.restore();
    await allHeard(t, bench, keys());
  });
}

test.serial('while Postgres, NATS and Fast Track hang: told to stop, it stops all the same', async (t) => {
  const bench = await bridgeBench(t);
  const { postgresUrl, natsUrl, fastTrack } = bench.config;
  const proxies = [];
  for (const url of [postgresUrl, natsUrl, fastTrack.baseUrl]) proxies.push(await startTcpProxy(url));
  for (const proxy of proxies) t.teardown(proxy.stop);
  const [postgres = '', nats = '', baseUrl = ''] = proxies.map(({ url }) => url);
  const own = { postgresUrl: postgres, natsUrl: nats, fastTrack: { ...fastTrack, baseUrl } };
  const { child } = await spawnBridge(t, { ...bench.config, ...own });
  const { next, keys } = chapters();
  await bench.happen(next());
  await allHeard(t, bench, keys());
  for (const proxy of proxies) proxy.stall();
  const exit = once(child, 'exit');
  const beganAt = performance.now();
  child.kill('SIGTERM');
  t.deepEqual(await exit, [0, null]);
  const tookMs = Math.round(performance.now() - beganAt);
  t.log(`${tookMs} ms`);
  // Before its supervisor loses patience, with room for a busy machine.
  t.true(tookMs < 20_000);
  for (const proxy of proxies) proxy.restore();
});
