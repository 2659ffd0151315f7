import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { BusConsumer } from '../../shared/bus/bus-consumer.js';
import { createNatsConsumer } from '../../shared/bus/nats-consumer.js';
import { createEsdbEventStore } from '../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../shared/event-store/event-store.js';
import { createAdmission } from '../../shared/http/admission.js';
import { type HttpServer, startHttpServer } from '../../shared/http/server.js';
import { stopInOrder } from '../../shared/http/stop-in-order.js';
import { createPostgresListener, type PostgresListener } from '../../shared/postgres/listener.js';
import { migrate } from '../../shared/postgres/migrate.js';
import { createPostgres } from '../../shared/postgres/postgres.js';
import { createLogger, type Logger } from '../../shared/telemetry/log.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import { NO_TRACER, type Tracer } from '../../shared/telemetry/tracing.js';
import { createBridgeMetrics, registerBridgeGauges } from './bridge-metrics.js';
import type { FtBridgeConfig } from './config.js';
import { createBackoff } from './delivery/backoff.js';
import { createCatchUp } from './delivery/catch-up.js';
import { createDispatcher } from './delivery/dispatcher.js';
import { createUndiciSender } from './delivery/undici-sender.js';
import { createBonusFacts } from './fast-track/bonus-facts.js';
import { createMessagesOf } from './fast-track/messages-of.js';
import { FT_PROFILES } from './fast-track/profiles.js';
import { operationsRoutes } from './http/operations.routes.js';
import { GROWTH_NEWS, LANE_NEWS, readGrowthNews, readLaneNews } from './inbox/lane-news.js';
import { createPostgresInbox } from './inbox/postgres-inbox.js';
import { type Heartbeat, startHeartbeat } from './instances/heartbeat.js';
import { createMembership, type Duties } from './instances/membership.js';
import { createPostgresRoster, SHARE_NEWS } from './instances/postgres-roster.js';
import { createPostgresHeads } from './intake/heads.js';
import { createIntakeDuty } from './intake/intake-duty.js';
import { createRepair } from './intake/repair.js';
import { createOperations } from './operations/operations.js';
import { createRetention } from './operations/retention.js';
import { persist } from './persist.js';
import { createReadiness } from './readiness.js';

export type FtBridgeOverrides = {
  readonly store?: Pick<EventStore, 'readStream' | 'close'>;
  readonly consumer?: BusConsumer;
  readonly logger?: Logger;
  readonly tracer?: Tracer;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly tuning?: Partial<Tuning>;
};

/** Numbers that the delivery contract and measurements set; tests shorten the waits. */
export type Tuning = {
  /** Requests to Fast Track at once: capacity is about this ÷ its response time. */
  readonly slots: number;
  readonly requestTimeoutMs: number;
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
  /** How long delivery marks are gathered before one transaction writes them. */
  readonly lingerMs: number;
  readonly headsEveryMs: number;
  readonly quietMs: number;
  readonly drainTimeoutMs: number;
  /** Outlives a request's timeout by enough turns to be renewed in; an instance that dies is missed after this long. */
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** Lanes are woken by the commit; this finds what was missed all the same. */
  readonly sweepMs: number;
  readonly retentionEveryMs: number;
};

const TUNING: Tuning = {
  slots: 256,
  requestTimeoutMs: 5_000,
  retryBaseMs: 250,
  retryCapMs: 30_000,
  lingerMs: 20,
  headsEveryMs: 1_000,
  quietMs: 2_000,
  drainTimeoutMs: 5_000,
  leaseMs: 10_000,
  heartbeatMs: 1_000,
  sweepMs: 30_000,
  retentionEveryMs: 60_000,
};

const DURABLE = 'ft-bridge';
const MIGRATIONS = fileURLToPath(new URL('migrations', import.meta.url));
/** Renewing a lease that has run out meanwhile is of no use. */
const ROSTER_TIMEOUT_MS = 2_000;
/** Between tries to reach our own servers: they are near, and everyone waits. */
const SERVER_RETRY = { baseMs: 50, capMs: 2_000 };

/** Together within the 10 s that a process has to stop; the drain has its own bound, and writes its marks after it. */
const CLOSE_MS = 400;
const DRAIN_MS = 6_000;

export type FtBridge = {
  /** Answers where it listens at once; the rest starts as its servers come, and `/health/ready` says what is missing. */
  start(): Promise<{ readonly url: string }>;
  stop(): Promise<void>;
};

/** JetStream → inbox → Fast Track. */
export function createFtBridge(config: FtBridgeConfig, overrides: FtBridgeOverrides = {}): FtBridge {
  const tuning = { ...TUNING, ...overrides.tuning };
  const logger = overrides.logger ?? createLogger('ft-bridge', config.logLevel);
  const tracer = overrides.tracer ?? NO_TRACER;
  const now = overrides.now ?? Date.now;
  const random = overrides.random ?? Math.random;
  const stopping = new AbortController();
  const { signal } = stopping;
  const registry = createMetrics('ft-bridge');
  const metrics = createBridgeMetrics(registry);

  const postgres = createPostgres({
    connectionString: config.postgresUrl,
    applicationName: 'croupier-ft-bridge',
    logger,
    max: 8,
    statementTimeoutMs: 10_000,
    preparedByIndex: true,
  });
  // Its own connection: the lease must not wait for whatever else we ask.
  const rosterPostgres = createPostgres({
    connectionString: config.postgresUrl,
    applicationName: 'croupier-ft-bridge-lease',
    logger,
    max: 1,
    statementTimeoutMs: ROSTER_TIMEOUT_MS,
  });
  const membership = createMembership({
    ...{ roster: createPostgresRoster(rosterPostgres), name: config.instance, newId: randomUUID, logger },
    ...{ leaseMs: tuning.leaseMs, requestTimeoutMs: tuning.requestTimeoutMs, monotonic: () => performance.now() },
  });
  const store = overrides.store ?? createEsdbEventStore({ connectionString: config.eventStoreUrl });
  const inbox = createPostgresInbox(postgres, membership);
  const heads = createPostgresHeads(postgres);
  const sender = createUndiciSender({
    ...config.fastTrack,
    connections: tuning.slots,
    timeoutMs: tuning.requestTimeoutMs,
    now,
  });
  const serverBackoff = createBackoff({ ...SERVER_RETRY, random });
  const dialect = FT_PROFILES[config.fastTrack.profile];
  const messagesOf = createMessagesOf({
    mapping: dialect.mapping(config.fastTrack.brand),
    origin: config.fastTrack.origin,
    store,
    bonusFactsOf: dialect.asksForBonuses ? createBonusFacts(store) : undefined,
  });
  const dispatcher = createDispatcher({
    ...tuning,
    ...{ inbox, sender, messagesOf, ownership: membership, now, metrics, tracer, logger },
    backoff: createBackoff({ baseMs: tuning.retryBaseMs, capMs: tuning.retryCapMs, random }),
  });
  const catchUp = createCatchUp({ read: dispatcher.resume, backoff: serverBackoff, signal, logger });
  const taking = { inbox, heads, onTaken: dispatcher.offer, backoff: serverBackoff, metrics, logger };
  const repair = createRepair({ ...taking, store, signal });
  const intake = createIntakeDuty({
    ...tuning,
    ...{ ...taking, repair, now },
    openConsumer: () => overrides.consumer ?? createNatsConsumer({ url: config.natsUrl, durable: DURABLE, logger }),
  });
  const operations = createOperations({
    ...{ postgres, store, repair },
    onLaneChanged: (playerId) => void dispatcher.reload(playerId),
  });
  const retention = createRetention({
    ...{ postgres, logger, retentionHours: config.retentionHours, retentionEveryMs: tuning.retentionEveryMs },
    onRemoved: (rows) => metrics.removed.inc(rows),
  });
  const readiness = createReadiness({ postgres, store, membership: membership.missing, intake: intake.missing });
  registerBridgeGauges(registry, {
    undelivered: async () => (await inbox.counts()).undelivered,
    parked: async () => (await inbox.counts()).parked,
    retrying: dispatcher.retrying,
    inFlight: dispatcher.inFlight,
    partitionsOwned: membership.owned,
    leadsIntake: membership.leads,
    instances: membership.instances,
    isBreakerOpen: dispatcher.isBreakerOpen,
  });

  let server: HttpServer | undefined;
  let heartbeat: Heartbeat | undefined;
  let news: PostgresListener | undefined;
  let sweep: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped: Promise<void> | undefined;

  const duties: Duties = {
    gained: () => void catchUp(),
    lost: dispatcher.lose,
    handOver: dispatcher.handOver,
    renewed: dispatcher.leaseRenewed,
    lead: intake.set,
    hurry: () => heartbeat?.hurry(),
  };

  async function run(): Promise<void> {
    const prepared = await persist(prepare, serverBackoff, signal, (err, attempt) => {
      if (attempt === 1) logger.warn({ err }, 'the inbox is not usable yet');
    });
    if (prepared === undefined || signal.aborted) return;
    heartbeat = startHeartbeat(() => membership.turn(duties), tuning.heartbeatMs, logger);
    sweep = setInterval(() => void catchUp(), tuning.sweepMs);
    await catchUp();
    readiness.started();
    await retention.run(signal);
  }

  async function prepare(): Promise<true> {
    await migrate({ connectionString: config.postgresUrl, schema: 'bridge', folder: MIGRATIONS, logger });
    news ??= listen();
    await membership.turn(duties);
    return true;
  }

  function listen(): PostgresListener {
    return createPostgresListener({
      ...{ connectionString: config.postgresUrl, applicationName: 'croupier-ft-bridge-news', logger },
      channels: {
        [LANE_NEWS]: (payload) => {
          for (const playerId of readLaneNews(payload)) void dispatcher.reload(playerId);
        },
        [GROWTH_NEWS]: (payload) => readGrowthNews(payload).forEach(dispatcher.grow),
        [SHARE_NEWS]: () => heartbeat?.hurry(),
      },
      onListening: () => void catchUp(),
    });
  }

  async function stopAll(): Promise<void> {
    stopping.abort();
    readiness.stopping();
    clearInterval(sweep);
    // What is not written repeats: a bridge that is told to stop does not wait for a server that is away.
    await stopInOrder(logger, [
      { part: 'intake', withinMs: CLOSE_MS, stop: () => Promise.all([running, intake.stop()]) },
      { part: 'delivery', withinMs: DRAIN_MS, stop: () => dispatcher.stop(tuning.drainTimeoutMs) },
      { part: 'heartbeat', withinMs: CLOSE_MS, stop: () => heartbeat?.stop() },
      // Where it fails, the others wait for the end of our lease.
      { part: 'membership', withinMs: CLOSE_MS, stop: membership.leave },
      { part: 'news', withinMs: CLOSE_MS, stop: () => news?.stop() },
      { part: 'sender', withinMs: CLOSE_MS, stop: sender.stop },
      { part: 'http', withinMs: CLOSE_MS, stop: () => server?.stop() },
      {
        part: 'postgres',
        withinMs: CLOSE_MS,
        stop: () => Promise.all([postgres.stop(), rosterPostgres.stop(), tracer.stop()]),
      },
      { part: 'eventStore', withinMs: CLOSE_MS, stop: store.close },
    ]);
  }

  return {
    async start() {
      const admission = createAdmission({ ...config.admission, nowMs: Date.now });
      const backoffice = { holders: config.backofficeKeys, admission };
      server = await startHttpServer({
        logger,
        metrics: registry,
        routers: [operationsRoutes({ operations, keys: backoffice })],
        document: {
          title: 'Croupier: ft-bridge',
          description: 'Delivery to Fast Track, and what operators decide about it. Errors are RFC 9457 problems.',
        },
        readiness: readiness.missing,
        host: config.host,
        port: config.port,
        tls: config.tls,
      });
      // Not caught: what gets here is a defect, and a bridge that no longer takes anything must not look alive.
      running = run();
      logger.info({ url: server.url }, 'ft-bridge listens');
      return { url: server.url };
    },
    stop() {
      stopped ??= stopAll();
      return stopped;
    },
  };
}
