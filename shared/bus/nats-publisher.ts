import {
  connect,
  DiscardPolicy,
  headers,
  type JetStreamClient,
  type JetStreamManager,
  type NatsConnection,
  NatsError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from 'nats';
import type { Logger } from '../telemetry/log.js';
import { type BusMessage, STREAM_NAME, STREAM_SUBJECTS } from './messages.js';
import { natsOptions } from './nats-connection.js';
import { BusUnavailable, lastMessageOf, type Publisher, type StreamEnd, StreamMoved } from './publisher.js';

const REQUEST_TIMEOUT_MS = 2_000;
const NS_PER_S = 1_000_000_000;
const MAX_AGE_NS = 72 * 3600 * NS_PER_S;
const DUPLICATE_WINDOW_NS = 120 * NS_PER_S;

const STREAM_NOT_FOUND = 10_059;
const MESSAGE_NOT_FOUND = 10_037;
/** The second since server 2.12, when it has no sequence to show. */
const WRONG_LAST_SEQUENCE = [10_071, 10_164];

const SETTINGS = {
  subjects: [STREAM_SUBJECTS],
  max_age: MAX_AGE_NS,
  duplicate_window: DUPLICATE_WINDOW_NS,
  discard: DiscardPolicy.Old,
} satisfies Partial<StreamConfig>;

export type NatsPublisherOptions = {
  readonly url: string;
  readonly name: string;
  /** Copies of the stream in a cluster; an existing stream keeps the number it has. */
  readonly replicas: number;
  readonly logger: Logger;
};

type Link = { readonly connection: NatsConnection; readonly js: JetStreamClient; readonly jsm: JetStreamManager };

/** Publishes to JetStream. Connects on the first `open`; from then on the client reconnects by itself. */
export function createNatsPublisher({ url, name, replicas, logger }: NatsPublisherOptions): Publisher {
  let link: Link | undefined;
  let connected = false;

  async function connectedLink(): Promise<Link> {
    if (link !== undefined && !link.connection.isClosed()) return link;
    const connection = await connect(natsOptions(url, name));
    connected = true;
    void watch(connection);
    const js = connection.jetstream({ timeout: REQUEST_TIMEOUT_MS });
    const jsm = await connection.jetstreamManager({ timeout: REQUEST_TIMEOUT_MS, checkAPI: false });
    link = { connection, js, jsm };
    return link;
  }

  async function watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type !== 'disconnect' && status.type !== 'reconnect') continue;
      connected = status.type === 'reconnect';
      logger.info({ status: status.type }, 'the NATS connection changed');
    }
    connected = false;
  }

  return {
    open: () =>
      guarded(async () => {
        const { jsm } = await connectedLink();
        await ensureStream(jsm, replicas);
        return endOf(jsm);
      }),

    publish: (message, sequence) =>
      guarded(async () => {
        if (link === undefined) throw new BusUnavailable('the publisher was not opened');
        const { duplicate } = await link.js.publish(message.subject, message.body, {
          headers: headersOf(message),
          expect: { streamName: STREAM_NAME, lastSequence: sequence },
        });
        if (duplicate) throw new StreamMoved(`${message.headers['Nats-Msg-Id']} is in the stream already`);
      }),

    isConnected: () => connected,

    async stop() {
      // Not drained: what is under way was awaited, or is read back from the stream at the next start.
      await link?.connection.close();
    },
  };
}

function headersOf(message: BusMessage) {
  const result = headers();
  for (const [name, value] of Object.entries(message.headers)) result.set(name, value);
  return result;
}

async function ensureStream(jsm: JetStreamManager, replicas: number): Promise<void> {
  try {
    const { config } = await jsm.streams.info(STREAM_NAME);
    if (config.storage !== StorageType.File) throw new BusUnavailable(`stream ${STREAM_NAME} is not kept in files`);
    if (isAsSet(config)) return;
    await jsm.streams.update(STREAM_NAME, { ...config, ...SETTINGS });
  } catch (error) {
    if (codeOf(error) !== STREAM_NOT_FOUND) throw error;
    await jsm.streams.add({
      name: STREAM_NAME,
      ...SETTINGS,
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      num_replicas: replicas,
    });
  }
}

function isAsSet(config: StreamConfig): boolean {
  const { max_age, duplicate_window, discard } = config;
  return (
    config.subjects.join() === SETTINGS.subjects.join() &&
    max_age === SETTINGS.max_age &&
    duplicate_window === SETTINGS.duplicate_window &&
    discard === SETTINGS.discard
  );
}

async function endOf(jsm: JetStreamManager): Promise<StreamEnd> {
  const { last_seq: sequence, messages } = (await jsm.streams.info(STREAM_NAME)).state;
  if (messages === 0) return { sequence, last: undefined };
  try {
    const { header } = await jsm.streams.getMessage(STREAM_NAME, { seq: sequence });
    return { sequence, last: lastMessageOf((name) => header.get(name)) };
  } catch (error) {
    // It expired between the two questions, or was removed by hand.
    if (codeOf(error) === MESSAGE_NOT_FOUND) return { sequence, last: undefined };
    throw error;
  }
}

function codeOf(error: unknown): number | undefined {
  return error instanceof NatsError ? error.api_error?.err_code : undefined;
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StreamMoved || error instanceof BusUnavailable) throw error;
    const code = codeOf(error);
    if (code !== undefined && WRONG_LAST_SEQUENCE.includes(code)) {
      throw new StreamMoved('the stream does not end where it was said to', { cause: error });
    }
    throw new BusUnavailable('NATS JetStream is not available', { cause: error });
  }
}
