import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createNatsPublisher } from '../../shared/bus/nats-publisher.js';
import type { Publisher } from '../../shared/bus/publisher.js';
import { createEsdbEventStore } from '../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../shared/event-store/event-store.js';
import { type HttpServer, startHttpServer } from '../../shared/http/server.js';
import { migrate } from '../../shared/postgres/migrate.js';
import { createPostgres, type Postgres } from '../../shared/postgres/postgres.js';
import { createLogger, type Logger } from '../../shared/telemetry/log.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import type { ProjectorConfig } from './config.js';
import { createHealth } from './health.js';
import { createProjectorMetrics } from './projector-metrics.js';
import { createHandover } from './publishing/handover.js';
import { runPublishing } from './publishing/publishing.js';
import { runReadModels } from './read-models/read-models.js';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));
/** The read-model loop, the publishing checkpoint, readiness. */
const CONNECTIONS_MAX = 4;
const STATEMENT_TIMEOUT_MS = 30_000;
const PROBE_TIMEOUT_MS = 1_000;

export type ProjectorOverrides = {
  readonly logger?: Logger;
  readonly store?: EventStore;
  readonly publisher?: Publisher;
};

export type Projector = {
  /** Serves at once; both loops find their servers, whenever these come. Answers the URL it serves at. */
  start(): Promise<string>;
  /** Ends both loops after what they have begun, then closes everything. */
  stop(): Promise<void>;
};

/** From the event store into the read models, and only then to JetStream. */
export function createProjector(config: ProjectorConfig, overrides: ProjectorOverrides = {}): Projector {
  const logger = overrides.logger ?? createLogger('projector', config.logLevel);
  const registry = createMetrics('projector');
  const metrics = createProjectorMetrics(registry);
  const health = createHealth();
  const store = overrides.store ?? createEsdbEventStore({ connectionString: config.eventStoreUrl });
  const publisher =
    overrides.publisher ??
    createNatsPublisher({ url: config.natsUrl, name: 'projector', replicas: config.natsReplicas, logger });
  const postgres = createPostgres({
    connectionString: config.postgresUrl,
    applicationName: 'croupier-projector',
    logger,
    max: CONNECTIONS_MAX,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const handover = createHandover();
  const stopping = new AbortController();
  let loops: Promise<unknown> = Promise.resolve();
  let server: HttpServer | undefined;
  let stopped: Promise<void> | undefined;

  /** The loops tell what fails as they work; an idle one does not notice that its server went away. */
  async function missing(): Promise<readonly string[]> {
    const told = health.missing();
    const isTold = (part: string) => told.some((line) => line.startsWith(`${part}:`));
    const nats = publisher.isConnected() || isTold('nats') ? [] : ['nats: not connected'];
    const silent = isTold('postgres') || (await answers(postgres)) ? [] : ['postgres: does not answer'];
    return [...told, ...nats, ...silent];
  }

  async function end(): Promise<void> {
    stopping.abort();
    await loops;
    await server?.stop();
    await publisher.stop();
    await postgres.stop();
    await store.close();
  }

  return {
    async start() {
      const { host, port } = config;
      server = await startHttpServer({ logger, metrics: registry, routers: [], readiness: missing, host, port });
      const parts = { store, postgres, health, metrics, logger };
      loops = Promise.all([
        runReadModels(
          {
            ...parts,
            migrate: () =>
              migrate({ connectionString: config.postgresUrl, schema: 'read_model', folder: MIGRATIONS, logger }),
            onReset: handover.reset,
            onCommitted: handover.add,
          },
          stopping.signal,
        ),
        runPublishing({ ...parts, publisher, handover }, stopping.signal),
      ]);
      logger.info({ url: server.url }, 'the projector serves');
      return server.url;
    },
    stop() {
      stopped ??= end();
      return stopped;
    },
  };
}

async function answers(postgres: Postgres): Promise<boolean> {
  const late = sleep(PROBE_TIMEOUT_MS, false, { ref: false });
  const answer = postgres.query('select 1').then(
    () => true,
    () => false,
  );
  return Promise.race([answer, late]);
}
