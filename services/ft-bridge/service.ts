import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BusConsumer } from '../../shared/bus/bus-consumer.js';
import { createNatsConsumer } from '../../shared/bus/nats-consumer.js';
import { createEsdbEventStore } from '../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../shared/event-store/event-store.js';
import { type HttpServer, startHttpServer } from '../../shared/http/server.js';
import { stopInOrder } from '../../shared/http/stop-in-order.js';
import { migrate } from '../../shared/postgres/migrate.js';
import { createPostgres } from '../../shared/postgres/postgres.js';
import { createLogger, type Logger } from '../../shared/telemetry/log.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import { createBridgeMetrics, registerBridgeGauges } from './bridge-metrics.js';
import type { FtBridgeConfig } from './config.js';
import { createBackoff } from './delivery/backoff.js';
import { createDispatcher } from './delivery/dispatcher.js';
import { createUndiciSender } from './delivery/undici-sender.js';
import { createMessagesOf } from './fast-track/messages-of.js';
import { FT_PROFILES } from './fast-track/profiles.js';
import { createPostgresInbox } from './inbox/postgres-inbox.js';
import { createPostgresHeads } from './intake/heads.js';
import { createHeadsComparison } from './intake/heads-comparison.js';
import { createIntake, type Intake } from './intake/intake.js';
import { createRepair, type Repair } from './intake/repair.js';
import { persist } from './persist.js';
import { createReadiness } from './readiness.js';

export type FtBridgeOverrides = {
  readonly store?: Pick<EventStore, 'readStream' | 'close'>;
  readonly consumer?: BusConsumer;
  readonly logger?: Logger;
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
};

const DURABLE = 'ft-bridge';
const MIGRATIONS = fileURLToPath(new URL('migrations', import.meta.url));
/** Between tries to reach our own servers: they are near, and everyone waits. */
const SERVER_RETRY = { baseMs: 50, capMs: 2_000 };

/** Together within the 10 s that a process has to stop; the drain has its own bound, and writes its marks after it. */
const CLOSE_MS = 500;
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
  });
  const store = overrides.store ?? createEsdbEventStore({ connectionString: config.eventStoreUrl });
  const inbox = createPostgresInbox(postgres);
  const heads = createPostgresHeads(postgres);
  const sender = createUndiciSender({
    ...config.fastTrack,
    connections: tuning.slots,
    timeoutMs: tuning.requestTimeoutMs,
    now,
  });
  const serverBackoff = createBackoff({ ...SERVER_RETRY, random });
  const messagesOf = createMessagesOf({
    mapping: FT_PROFILES[config.fastTrack.profile],
    origin: config.fastTrack.origin,
    store,
  });
  const dispatcher = createDispatcher({
    ...tuning,
    ...{ inbox, sender, messagesOf, now, metrics, logger },
    backoff: createBackoff({ baseMs: tuning.retryBaseMs, capMs: tuning.retryCapMs, random }),
  });
  const readiness = createReadiness({ postgres, store });
  registerBridgeGauges(registry, {
    undelivered: async () => (await inbox.counts()).undelivered,
    parked: async () => (await inbox.counts()).parked,
    retrying: dispatcher.retrying,
    inFlight: dispatcher.inFlight,
  });

  let server: HttpServer | undefined;
  let consumer: BusConsumer | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped: Promise<void> | undefined;

  async function run(): Promise<void> {
    const prepared = await persist(
      () => prepare(),
      serverBackoff,
      signal,
      (err, attempt) => {
        if (attempt === 1) logger.warn({ err }, 'the inbox is not usable yet');
      },
    );
    if (prepared === undefined || signal.aborted) return;
    const opened = overrides.consumer ?? createNatsConsumer({ url: config.natsUrl, durable: DURABLE, logger });
    consumer = opened;
    readiness.started(opened);
    const taking = { inbox, onTaken: dispatcher.offer, metrics, logger };
    const repair = createRepair({ ...taking, store, heads, backoff: serverBackoff, signal });
    const intake = createIntake({ ...taking, consumer: opened, repair, now, backoff: serverBackoff, ...prepared });
    await Promise.all([intake.run(signal), compareHeads(opened, intake, repair)]);
  }

  /** Lanes of what was taken earlier come first, so that whatever is taken from now on finds them. */
  async function prepare(): Promise<{ readonly newest: bigint | undefined }> {
    await migrate({ connectionString: config.postgresUrl, schema: 'bridge', folder: MIGRATIONS, logger });
    await dispatcher.resume();
    return { newest: await inbox.newestPosition() };
  }

  async function compareHeads(on: BusConsumer, intake: Intake, repair: Repair): Promise<void> {
    const comparison = createHeadsComparison({ ...tuning, heads, consumer: on, intake, repair, now });
    while (!signal.aborted) {
      // A server that is away shows in /health/ready; the next round compares what this one could not.
      await comparison.compare().catch((err: unknown) => logger.debug({ err }, 'the heads could not be compared'));
      await sleep(tuning.headsEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async function stopAll(): Promise<void> {
    stopping.abort();
    readiness.stopping();
    // What is not written repeats: a bridge that is told to stop does not wait for a server that is away.
    await stopInOrder(logger, [
      { part: 'consumer', withinMs: CLOSE_MS, stop: () => consumer?.stop() },
      { part: 'intake', withinMs: CLOSE_MS, stop: () => running },
      { part: 'delivery', withinMs: DRAIN_MS, stop: () => dispatcher.stop(tuning.drainTimeoutMs) },
      { part: 'sender', withinMs: CLOSE_MS, stop: sender.stop },
      { part: 'http', withinMs: CLOSE_MS, stop: () => server?.stop() },
      { part: 'postgres', withinMs: CLOSE_MS, stop: postgres.stop },
      { part: 'eventStore', withinMs: CLOSE_MS, stop: store.close },
    ]);
  }

  return {
    async start() {
      server = await startHttpServer({
        logger,
        metrics: registry,
        routers: [],
        readiness: readiness.missing,
        host: config.host,
        port: config.port,
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
