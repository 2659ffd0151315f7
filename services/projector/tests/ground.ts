import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { connect } from 'nats';
import { nodeCommand } from '../../../infra/embedded/node-process.js';
import { type Stack, startStack } from '../../../infra/embedded/stack.js';
import { eventStoreHere } from '../../../infra/testing/event-store-here.js';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { STREAM_NAME } from '../../../shared/bus/messages.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../../shared/event-store/event-store.js';
import { createPostgres, type Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { createScribe, type Scribe } from '../../../shared/testing/scribe.js';
import type { ProjectorConfig } from '../config.js';
import { createProjector, type Projector, type ProjectorOverrides } from '../service.js';

const [NODE, ...MAIN] = nodeCommand('services/projector/main.ts');
const FACT_TIMEOUT_MS = 60_000;
const POLL_MS = 10;

/** An event store and a NATS of the test's own (their contents are the whole story), and a database of its own. */
export type Ground = {
  /** To be killed and paused by their pids. */
  readonly nats: Stack;
  readonly store: EventStore;
  readonly scribe: Scribe;
  readonly postgres: Postgres;
  readonly config: ProjectorConfig;
  /** A projector in this process, on this ground unless said otherwise; stopped with the test. Answers its URL. */
  start(
    config?: Partial<ProjectorConfig>,
    overrides?: ProjectorOverrides,
  ): Promise<{ readonly projector: Projector; readonly url: string }>;
  /** A projector in a process of its own, to be killed; it serves. */
  run(): Promise<{ readonly child: ChildProcess; readonly url: string }>;
  /** Ids of all player events in the store, in its order. */
  recorded(): Promise<readonly string[]>;
  /** Ids of all messages in JetStream, in its order; none while there is no stream. */
  published(): Promise<readonly string[]>;
  /** A further, empty database. */
  database(): Promise<string>;
};

/** The event store runs in this process, unless the test brings one that it can kill. */
export async function openGround(t: ExecutionContext, ownStore?: Stack): Promise<Ground> {
  const nats = await startStack({ only: ['nats'] });
  t.teardown(nats.stop);
  const eventStoreUrl = ownStore?.eventStoreUrl ?? (await eventStoreHere(t));
  const { postgresUrl } = await testStack(t, ['postgres']);
  const database = () => testDatabase(t, postgresUrl);
  const config: ProjectorConfig = {
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    eventStoreUrl,
    postgresUrl: await database(),
    natsUrl: nats.natsUrl,
    natsReplicas: 1,
  };
  const store = createEsdbEventStore({
    connectionString: eventStoreUrl,
    appendTimeoutMs: 20_000,
    readTimeoutMs: 20_000,
  });
  t.teardown(store.close);
  const postgres = readerOf(t, config.postgresUrl);

  return {
    nats,
    store,
    scribe: createScribe(store),
    postgres,
    config,
    database,

    async start(own = {}, overrides = {}) {
      const projector = createProjector({ ...config, ...own }, { logger: silentLogger, ...overrides });
      t.teardown(projector.stop);
      return { projector, url: await projector.start() };
    },

    async run() {
      const child = spawn(NODE, MAIN, {
        env: {
          ...process.env,
          PORT: '0',
          LOG_LEVEL: 'info',
          EVENTSTORE_URL: config.eventStoreUrl,
          POSTGRES_URL: config.postgresUrl,
          NATS_URL: config.natsUrl,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      t.teardown(() => kill(child));
      return { child, url: await servedUrl(child.stdout) };
    },

    async recorded() {
      const ids: string[] = [];
      for await (const event of store.readAll({ streamPrefixes: ['player-'] })) ids.push(event.id);
      return ids;
    },

    published: () => publishedOn(nats.natsUrl),
  };
}

export function readerOf(t: ExecutionContext, connectionString: string): Postgres {
  const postgres = createPostgres({
    connectionString,
    applicationName: 'test',
    logger: silentLogger,
    max: 4,
    statementTimeoutMs: 20_000,
  });
  t.teardown(postgres.stop);
  return postgres;
}

async function servedUrl(output: Readable): Promise<string> {
  const lines = createInterface({ input: output });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const served = /"url":"([^"]+)".*the projector serves/.exec(line)?.[1];
      if (served !== undefined) resolve(served);
    });
    lines.once('close', () => reject(new Error('the projector ended before it served')));
  });
  return url;
}

/** Ends a process as no process wants to end. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Waits until something is so. @throws when it is not within a minute. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + FACT_TIMEOUT_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${FACT_TIMEOUT_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function publishedOn(url: string): Promise<readonly string[]> {
  const connection = await connect({ servers: url });
  try {
    const jsm = await connection.jetstreamManager({ checkAPI: false });
    const state = (await jsm.streams.info(STREAM_NAME).catch(() => undefined))?.state;
    if (state === undefined || state.messages === 0) return [];
    const sequences = Array.from({ length: state.messages }, (_, index) => state.first_seq + index);
    const messages = await Promise.all(sequences.map((seq) => jsm.streams.getMessage(STREAM_NAME, { seq })));
    return messages.map((message) => message.header.get('Nats-Msg-Id'));
  } finally {
    await connection.close();
  }
}
