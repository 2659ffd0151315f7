import { connect } from 'nats';
import pg from 'pg';
import {
  GenericContainer,
  getContainerRuntimeClient,
  type PortWithOptionalBinding,
  type StartedTestContainer,
} from 'testcontainers';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import type { StackUrls } from '../../embedded/stack.js';
import { undoAll } from '../../embedded/undo-all.js';
import { freePort } from '../free-port.js';
import type { Servers } from '../run-suite.js';
import { until } from '../until.js';
import type { Images } from './images.js';

const READY_TIMEOUT_MS = 120_000;
const PASSWORD = 'test';
/** Many test files at once, each with pools of its own. */
const CONNECTIONS_MAX = 300;

/** The engine that containers run on is not there; the message is one line for whoever asked for them. */
export class NoEngine extends Error {
  override readonly name = 'NoEngine';
}

/** @throws NoEngine */
export async function requireEngine(): Promise<void> {
  try {
    await getContainerRuntimeClient();
  } catch (cause) {
    throw new NoEngine('there is no container engine: start Docker (or name one by DOCKER_HOST), or run npm test', {
      cause,
    });
  }
}

/** The three servers, each in a container, empty and without TLS, on ports of this machine that were free. */
export async function startServers(images: Images): Promise<Servers> {
  const undo: (() => Promise<void>)[] = [];
  async function start(container: GenericContainer, port: PortWithOptionalBinding): Promise<StartedTestContainer> {
    const started = await container.withExposedPorts(port).start();
    undo.push(async () => void (await started.stop()));
    return started;
  }
  const { host } = (await getContainerRuntimeClient()).info.containerRuntime;
  // Its clients are told its address by the server itself, so that has to be the one outside.
  const eventStorePort = await freePort();
  try {
    const [, nats, postgres] = await allOrFault([
      start(
        new GenericContainer(images.eventStore).withEnvironment({
          EVENTSTORE_INSECURE: 'true',
          EVENTSTORE_NODE_PORT: String(eventStorePort),
          EVENTSTORE_ADVERTISE_HOST_TO_CLIENT_AS: host,
          EVENTSTORE_RUN_PROJECTIONS: 'None',
          EVENTSTORE_TELEMETRY_OPTOUT: 'true',
        }),
        { container: eventStorePort, host: eventStorePort },
      ),
      start(new GenericContainer(images.nats).withCommand(['--jetstream', '--store_dir', '/tmp/nats']), 4222),
      start(
        new GenericContainer(images.postgres)
          .withEnvironment({ POSTGRES_USER: 'postgres', POSTGRES_PASSWORD: PASSWORD })
          .withCommand(['postgres', '-c', `max_connections=${CONNECTIONS_MAX}`]),
        5432,
      ),
    ]);
    const urls = {
      eventStoreUrl: `esdb://${host}:${eventStorePort}?tls=false`,
      natsUrl: `nats://${addressOf(nats, 4222)}`,
      postgresUrl: `postgres://postgres:${PASSWORD}@${addressOf(postgres, 5432)}/postgres`,
    };
    await Promise.all(Object.entries(answering(urls)).map(([name, ask]) => untilItAnswers(name, ask)));
    return { ...urls, stop: () => undoAll(undo) };
  } catch (error) {
    await undoAll(undo);
    throw error;
  }
}

/** As `Promise.all`, but only once each has ended: what has started by then is known, and can be stopped. */
async function allOrFault<T extends readonly Promise<unknown>[]>(promises: readonly [...T]) {
  await Promise.allSettled(promises);
  return await Promise.all(promises);
}

function addressOf(container: StartedTestContainer, port: number): string {
  return `${container.getHost()}:${container.getMappedPort(port)}`;
}

/** A port is open before a server serves: each is asked something that only one which serves can answer. */
function answering({ eventStoreUrl, natsUrl, postgresUrl }: StackUrls): {
  readonly [name: string]: () => Promise<void>;
} {
  return {
    async eventStore() {
      const store = createEsdbEventStore({ connectionString: eventStoreUrl });
      try {
        for await (const _event of store.readStream('croupier-readiness', { maxCount: 1 })) return;
      } finally {
        await store.close();
      }
    },
    async nats() {
      const connection = await connect({ servers: natsUrl.replace('nats://', ''), reconnect: false });
      try {
        await (await connection.jetstreamManager()).getAccountInfo();
      } finally {
        await connection.close();
      }
    },
    async postgres() {
      const client = new pg.Client({ connectionString: postgresUrl });
      await client.connect();
      try {
        await client.query('select 1');
      } finally {
        await client.end();
      }
    },
  };
}

function untilItAnswers(name: string, ask: () => Promise<void>): Promise<true> {
  return until(
    `${name} answers`,
    () =>
      ask().then(
        () => true as const,
        () => undefined,
      ),
    READY_TIMEOUT_MS,
  );
}
