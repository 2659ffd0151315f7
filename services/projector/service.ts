import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createNatsPublisher } from '../../shared/bus/nats-publisher.js';
import type { Publisher } from '../../shared/bus/publisher.js';
import { createEsdbEventStore } from '../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../shared/event-store/event-store.js';
import { NewerEvent } from '../../shared/events/codec.js';
import { type HttpServer, startHttpServer } from '../../shared/http/server.js';
import { stopInOrder } from '../../shared/http/stop-in-order.js';
import { NewerDatabase, refuseNewer } from '../../shared/postgres/known-migrations.js';
import { migrate } from '../../shared/postgres/migrate.js';
import { createPostgres } from '../../shared/postgres/postgres.js';
import { createLogger, type Logger } from '../../shared/telemetry/log.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import { faultOfProbe } from '../../shared/telemetry/probe.js';
import { NO_TRACER, type Tracer } from '../../shared/telemetry/tracing.js';
import type { ProjectorConfig } from './config.js';
import { createHealth, type Part } from './health.js';
import { LEASE_MS, lead, type Role } from './leadership/leadership.js';
import { createPostgresLease, type Lease } from './leadership/lease.js';
import { createLookout } from './leadership/lookout.js';
import { createProjectorMetrics } from './projector-metrics.js';
import { createHandover } from './publishing/handover.js';
import { runPublishing } from './publishing/publishing.js';
import { readLast } from './read-models/read-last.js';
import { type Outdated, runReadModels } from './read-models/read-models.js';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));
/** The read-model loop, the publishing checkpoint, the lease, readiness. */
const CONNECTIONS_MAX = 5;
const STATEMENT_TIMEOUT_MS = 30_000;
/** A transaction that is paused in its middle holds the checkpoint, for which the standby that takes over waits. */
const SILENCE_IN_TRANSACTION_MS = 2_000;
/** Together within the 10 s that a process has to stop. */
const LOOPS_STOP_MS = 4_000;
const CLOSE_MS = 1_000;

export type ProjectorOverrides = {
  readonly logger?: Logger;
  readonly tracer?: Tracer;
  readonly store?: EventStore;
  readonly publisher?: Publisher;
  readonly lease?: Lease;
};

export type Projector = {
  /** Serves at once; its servers may come whenever they like. Answers the URL it serves at. */
  start(): Promise<string>;
  /** Ends what it has begun, makes way for a standby, closes everything. */
  stop(): Promise<void>;
};

/**
 * From the event store into the read models, and only then to JetStream: one of several does it, the others stand by.
 */
export function createProjector(config: ProjectorConfig, overrides: ProjectorOverrides = {}): Projector {
  const logger = overrides.logger ?? createLogger('projector', config.logLevel);
  const tracer = overrides.tracer ?? NO_TRACER;
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
    silenceInTransactionMs: SILENCE_IN_TRANSACTION_MS,
    preparedByIndex: true,
  });
  const stopping = new AbortController();
  let role: Role = 'standby';
  let leading: Promise<void> = Promise.resolve();
  let server: HttpServer | undefined;
  let stopped: Promise<void> | undefined;

  const migrateReadModels = () =>
    migrate({ connectionString: config.postgresUrl, schema: 'read_model', folder: MIGRATIONS, logger });

  /** A version that has met an event it does not know leaves the work to others, for as long as it runs. */
  let newerEvent: NewerEvent | undefined;
  async function admit(): Promise<void> {
    if (newerEvent !== undefined) throw newerEvent;
    await refuseNewer(postgres, 'read_model', MIGRATIONS);
  }

  /** Both loops, until somebody else takes over or has to, or all ends. */
  async function work(turn: AbortSignal): Promise<void> {
    const outdated = new AbortController();
    const signal = AbortSignal.any([turn, outdated.signal]);
    const onOutdated = (error: Outdated) => {
      if (error instanceof NewerEvent) newerEvent = error;
      outdated.abort();
    };
    health.found('readModels');
    const handover = createHandover();
    const parts = { store, postgres, health, metrics, logger };
    await Promise.all([
      runReadModels(
        { ...parts, migrate: migrateReadModels, onReset: handover.reset, onCommitted: handover.add, onOutdated },
        signal,
      ),
      runPublishing({ ...parts, publisher, handover, tracer }, signal),
    ]);
  }

  function takeTurns(lease: Lease): Promise<void> {
    let lookout = createLookout({ store, publisher, health });
    return lead(
      {
        lease,
        work,
        logger,
        onRole(now) {
          role = now;
          metrics.active.set(now === 'active' ? 1 : 0);
          if (now === 'active') lookout.end();
          else lookout = createLookout({ store, publisher, health });
        },
        onStandby() {
          health.found('postgres');
          health.found('readModels');
          lookout.look();
        },
        onFault(error) {
          if (error instanceof NewerEvent || error instanceof NewerDatabase) {
            health.found('postgres');
            health.lost('readModels', error.message);
            return;
          }
          health.lost('postgres', error instanceof Error ? error.message : String(error));
          logger.warn({ err: error }, 'the lease cannot be asked for');
        },
      },
      stopping.signal,
    );
  }

  /** The loops tell what fails as they work; an idle one does not notice that its server went away. */
  async function missing(): Promise<readonly string[]> {
    if (stopping.signal.aborted) return ['the projector is stopping'];
    const told = health.missing();
    const isTold = (part: string) => told.some((line) => line.startsWith(`${part}:`));
    const probe = async (part: Part, ask: () => Promise<unknown>) => {
      const fault = isTold(part) ? undefined : await faultOfProbe(ask);
      return fault === undefined ? [] : [`${part}: ${fault}`];
    };
    const nats = publisher.isConnected() || isTold('nats') ? [] : ['nats: not connected'];
    const silent = await Promise.all([
      probe('postgres', () => postgres.query('select 1')),
      probe('eventStore', () => readLast(store)),
    ]);
    return [...told, ...nats, ...silent.flat()];
  }

  async function end(): Promise<void> {
    stopping.abort();
    await stopInOrder(logger, [
      { part: 'loops', withinMs: LOOPS_STOP_MS, stop: () => leading },
      { part: 'http', withinMs: CLOSE_MS, stop: () => server?.stop() },
      { part: 'nats', withinMs: CLOSE_MS, stop: publisher.stop },
      { part: 'postgres', withinMs: CLOSE_MS, stop: () => Promise.all([postgres.stop(), tracer.stop()]) },
      { part: 'eventStore', withinMs: CLOSE_MS, stop: store.close },
    ]);
  }

  return {
    async start() {
      const { host, port, tls } = config;
      const readiness = async () => ({ missing: await missing(), degraded: [], role });
      server = await startHttpServer({ logger, metrics: registry, routers: [], readiness, host, port, tls });
      // No two living processes of one host listen on one port.
      const holder = `${hostname()}:${new URL(server.url).port}`;
      leading = takeTurns(
        overrides.lease ??
          createPostgresLease({ postgres, migrate: migrateReadModels, admit, holder, lastsMs: LEASE_MS }),
      );
      logger.info({ url: server.url }, 'the projector serves');
      return server.url;
    },
    stop() {
      stopped ??= end();
      return stopped;
    },
  };
}
