import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { createPostgresInbox } from '../../../../services/ft-bridge/inbox/postgres-inbox.js';
import { ownsAll } from '../../../../services/ft-bridge/instances/ownership.js';
import { arrivals, headAfter, logins, messages, player, story } from '../../../../services/ft-bridge/tests/stories.js';
import type { BusMessage } from '../../../../shared/bus/messages.js';
import { createNatsPublisher } from '../../../../shared/bus/nats-publisher.js';
import type { StoredEvent } from '../../../../shared/event-store/event-store.js';
import type { PlayerId } from '../../../../shared/ids/ids.js';
import { createPostgres, type Postgres } from '../../../../shared/postgres/postgres.js';
import { silentLogger as logger } from '../../../../shared/telemetry/log.js';
import { type Stack, startStack } from '../../../embedded/stack.js';
import { until } from '../../../testing/until.js';
import { bestOfThree } from '../baselines/run-baseline.js';
import { atLeast, atMost, type Figure, plain, print, quantile } from '../figures.js';
import { type ServiceProcess, startServiceProcess } from '../service-process.js';
import { type CountingFastTrack, countingFastTrack } from './counting-fast-track.js';

// Three figures of the bridge in a process of its own, on real NATS, Postgres and event store, to a Fast Track that costs
// little: what blocked players cost the others, what they cost in memory, and how fast a backlog drains.

type Bench = {
  readonly stack: Stack;
  readonly postgres: Postgres;
  readonly fastTrack: CountingFastTrack;
  /** One after the other. */
  readonly publish: (message: BusMessage) => Promise<void>;
};

const MOVED_MAX = 1.1;
const MEMORY_MAX_MIB = 512;
const DRAIN_MIN = 0.6;
/** Of the latency figure. */
const [PLAYERS, EVENTS_PER_SECOND, BLOCKED, BLOCKED_EVENTS] = [100, 200, 20, 20];
const BARE_SECONDS = 2;

export type DeliverySizes = {
  /** Of each phase of the latency figure. */
  readonly seconds: number;
  /** Players of the memory figure, and messages of each of them. */
  readonly blocked: number;
  readonly messages: number;
  /** Events of the drain figure. */
  readonly backlog: number;
};

export async function measureDelivery(sizes: DeliverySizes): Promise<readonly Figure[]> {
  return [
    ...(await onFreshServers((bench) => blockedPlayers(bench, sizes.seconds))),
    ...(await onFreshServers((bench) => memory(bench, sizes.blocked, sizes.messages))),
    ...(await onFreshServers((bench) => drain(bench, sizes.backlog))),
  ];
}

async function onFreshServers<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const stack = await startStack();
  const fastTrack = await countingFastTrack();
  const postgres = createPostgres({
    ...{ connectionString: stack.postgresUrl, applicationName: 'bench', logger, max: 4, statementTimeoutMs: 120_000 },
  });
  const publisher = createNatsPublisher({ url: stack.natsUrl, name: 'bench', replicas: 1, logger });
  // The bridge is not ready before there is a stream.
  let { sequence } = await until('the stream can be written', () => publisher.open().catch(() => undefined));
  const publish = async (message: BusMessage) => {
    await publisher.publish(message, sequence);
    sequence += 1;
  };
  try {
    return await work({ stack, postgres, fastTrack, publish });
  } finally {
    await publisher.stop();
    await postgres.stop();
    fastTrack.close();
    await stack.stop();
  }
}

function startBridge({ stack, fastTrack }: Bench): Promise<ServiceProcess> {
  return startServiceProcess('ft-bridge', {
    ...{ POSTGRES_URL: stack.postgresUrl, NATS_URL: stack.natsUrl, EVENTSTORE_URL: stack.eventStoreUrl },
    ...{ FT_BASE_URL: fastTrack.url, FT_API_KEY: 'key', FT_ORIGIN: 'bench' },
  });
}

/** Published → at Fast Track, of players who are well, while others are refused for ever, or never answered. */
async function blockedPlayers(bench: Bench, seconds: number): Promise<readonly Figure[]> {
  const bridge = await startBridge(bench);
  const histories = new Map<PlayerId, StoredEvent[]>();
  const publishedAt = new Map<string, number>();
  let tookMs: number[] = [];
  let blockedAs: 500 | 'hang' = 500;
  bench.fastTrack.script((userId, key) => {
    if (Number(userId) > PLAYERS) return blockedAs;
    tookMs.push(performance.now() - (publishedAt.get(key) ?? Number.NaN));
    return 200;
  });

  async function happen(playerId: PlayerId, events: number): Promise<void> {
    const next = story(playerId, logins(events), headAfter(histories.get(playerId) ?? []));
    histories.set(playerId, next);
    for (const message of messages(next)) {
      publishedAt.set(message.headers['Nats-Msg-Id'] ?? '', performance.now());
      await bench.publish(message);
    }
  }

  async function p99(): Promise<number> {
    tookMs = [];
    const begunAt = performance.now();
    for (let n = 0; n < seconds * EVENTS_PER_SECOND; n += 1) {
      const waitMs = begunAt + (n / EVENTS_PER_SECOND) * 1_000 - performance.now();
      if (waitMs > 1) await wait(waitMs);
      await happen(player(1 + (n % PLAYERS)), 1);
    }
    await until('the others are taken', () => tookMs.length >= seconds * EVENTS_PER_SECOND);
    return quantile(tookMs, 0.99);
  }

  async function block(from: number, as: 500 | 'hang'): Promise<void> {
    blockedAs = as;
    for (let n = 0; n < BLOCKED; n += 1) await happen(player(from + n), BLOCKED_EVENTS);
  }

  print('Players who are well, alone and beside others who are not …');
  await p99();
  const alone = await p99();
  await block(PLAYERS + 1, 500);
  const besideFailing = await p99();
  blockedAs = 'hang';
  const besideHanging = await p99();
  await bridge.kill();
  return [
    plain('delivery_p99_alone', alone, 'ms'),
    atMost('delivery_p99_beside_failing_over_alone', besideFailing / alone, 'ratio', MOVED_MAX),
    atMost('delivery_p99_beside_hanging_over_alone', besideHanging / alone, 'ratio', MOVED_MAX),
  ];
}

async function memory(bench: Bench, blocked: number, each: number): Promise<readonly Figure[]> {
  print(`${blocked} blocked players with ${each} messages each …`);
  await (await startBridge(bench)).kill();
  await backlog(bench, blocked, each);
  // Someone is well, so that all the others are tried over and over, and not probed one by one.
  const healthy = player(1_000_000);
  bench.fastTrack.script((userId) => (userId === healthy ? 200 : Number(userId) % 2 === 0 ? 500 : 'hang'));
  await createPostgresInbox(bench.postgres, ownsAll).take(arrivals(story(healthy, logins(200))));
  const bridge = await startBridge(bench);
  let most = 0;
  for (let n = 0; n < 60; n += 1) {
    most = Math.max(most, bridge.memory().total);
    await wait(250);
  }
  await bridge.kill();
  return [atMost('bridge_memory_blocked_players', most, 'MiB', MEMORY_MAX_MIB)];
}

async function drain(bench: Bench, events: number): Promise<readonly Figure[]> {
  print(`A backlog of ${events} events …`);
  await (await startBridge(bench)).kill();
  await backlog(bench, Math.ceil(events / 40), 40);
  const best = await bestOfThree('bare-posts.mjs', bench.fastTrack.url, BARE_SECONDS);
  bench.fastTrack.script(() => 503);
  const bridge = await startBridge(bench);
  await until('the breaker is open', async () =>
    /breaker_open\{[^}]*\} 1/.test(await (await fetch(`${bridge.url}/metrics`)).text()),
  );
  const before = bench.fastTrack.taken();
  const left = Math.ceil(events / 40) * 40;
  bench.fastTrack.script(() => 200);
  // From the first that is taken: until then, the bridge only probes.
  await until('it is probed', () => bench.fastTrack.taken() > before, 60_000);
  const begunAt = performance.now();
  await until('all is delivered', () => bench.fastTrack.taken() >= before + left, 120_000);
  const rate = (left / (performance.now() - begunAt)) * 1_000;
  await bridge.kill();
  return [
    plain('bare_undici_posts', best, '/s'),
    plain('delivery_drain', rate, '/s'),
    atLeast('delivery_drain_over_bare_posts', rate / best, 'ratio', DRAIN_MIN),
  ];
}

/** Undelivered rows, copied by the database from those of one player: taking a million would be another figure. */
async function backlog({ postgres }: Bench, players: number, each: number): Promise<void> {
  const model = player(999_999_999);
  const inbox = createPostgresInbox(postgres, ownsAll);
  const events = arrivals(story(model, logins(each)));
  await inbox.take(events);
  await postgres.query(
    `INSERT INTO bridge.inbox (player_id, revision, event_id, hash, type, position, event, recorded_at)
     SELECT p, revision, gen_random_uuid(), hash, type, position, replace(event::text, $1, 'player-' || p)::json, recorded_at
       FROM bridge.inbox, generate_series(1, $2::int) AS p WHERE player_id = $3`,
    [`player-${model}`, players, model],
  );
  await postgres.query(
    `INSERT INTO bridge.lanes (player_id, taken_revision, taken_hash, taken_position)
     SELECT p, taken_revision, taken_hash, taken_position FROM bridge.lanes, generate_series(1, $1::int) AS p WHERE player_id = $2`,
    [players, model],
  );
  await postgres.query('DELETE FROM bridge.inbox WHERE player_id = $1', [model]);
  await postgres.query('DELETE FROM bridge.lanes WHERE player_id = $1', [model]);
  await postgres.query('ANALYZE bridge.inbox, bridge.lanes');
}
