import { setTimeout as sleep } from 'node:timers/promises';
import {
  AckPolicy,
  type ConsumerConfig,
  ConsumerEvents,
  type ConsumerMessages,
  connect,
  DeliverPolicy,
  Events,
  type JetStreamManager,
  type JsMsg,
  type NatsConnection,
  NatsError,
  nanos,
} from 'nats';
import type { Logger } from '../telemetry/log.js';
import type { BusConsumer, BusDelivery } from './bus-consumer.js';
import { createDeliveryBuffer } from './delivery-buffer.js';
import { STREAM_NAME } from './messages.js';
import { natsOptions } from './nats-connection.js';
import { BusUnavailable } from './publisher.js';

export type NatsConsumerOptions = {
  readonly url: string;
  /** The name under which the server remembers what was acknowledged. */
  readonly durable: string;
  readonly logger: Logger;
  /** How long a message may stay unacknowledged before it comes again. */
  readonly ackWaitMs?: number;
};

const ACK_WAIT_MS = 5_000;
/** Messages on their way or in our hands; bounds our memory. Reached only while nothing can be committed. */
const UNACKED_MAX = 5_000;
const PULL_MAX = 1_000;
const PULL_EXPIRES_MS = 10_000;
const HEARTBEAT_MS = 2_000;
const REOPEN_DELAY_MS = 250;
const REOPEN_DELAY_MAX_MS = 2_000;
const FLUSH_MAX_MS = 250;
const CONSUMER_NOT_FOUND = 10_014;

/** What means that a consumption is over, though its iterator goes on waiting: then it is opened anew. */
const FATAL: ReadonlySet<string> = new Set([
  ConsumerEvents.HeartbeatsMissed,
  ConsumerEvents.ConsumerDeleted,
  ConsumerEvents.ConsumerNotFound,
  ConsumerEvents.StreamNotFound,
  ConsumerEvents.NoResponders,
]);

/** Opens at once and keeps itself open, whatever the server does; waits where the stream does not exist yet. */
export function createNatsConsumer(options: NatsConsumerOptions): BusConsumer {
  const { url, durable, logger } = options;
  const buffer = createDeliveryBuffer(UNACKED_MAX);
  const stopping = new AbortController();
  let connection: NatsConnection | undefined;
  let missing: string | undefined = 'NATS: not connected yet';

  async function keepOpen(): Promise<void> {
    let delayMs = REOPEN_DELAY_MS;
    while (!stopping.signal.aborted) {
      try {
        connection = await usable(connection, url, durable);
        const over = await consume(
          connection,
          options,
          (message) => buffer.push(deliveryOf(message)),
          stopping.signal,
          () => {
            missing = undefined;
            delayMs = REOPEN_DELAY_MS;
          },
        );
        missing = `NATS: ${over}`;
      } catch (error) {
        missing = `NATS: ${error instanceof Error ? error.message : String(error)}`;
      }
      if (stopping.signal.aborted) return;
      logger.warn({ durable, reason: missing }, 'consuming stopped; opening it again');
      await delay(delayMs, stopping.signal);
      delayMs = Math.min(delayMs * 2, REOPEN_DELAY_MAX_MS);
    }
  }

  const running = keepOpen();
  return {
    next: (max) => buffer.take(max),
    async pending() {
      try {
        if (connection === undefined) throw new Error('not connected yet');
        const manager = await connection.jetstreamManager({ checkAPI: false });
        const info = await manager.consumers.info(STREAM_NAME, durable);
        return info.num_pending + info.num_ack_pending;
      } catch (cause) {
        throw new BusUnavailable('the consumer cannot be asked', { cause });
      }
    },
    missing: () => missing,
    async stop() {
      stopping.abort();
      buffer.close();
      await running;
      // Not a drain: what is unacknowledged comes again, and a server that is away, or says nothing, must not hold us.
      await Promise.race([connection?.flush().catch(() => undefined), sleep(FLUSH_MAX_MS, undefined, { ref: false })]);
      await connection?.close();
    },
  };
}

async function usable(connection: NatsConnection | undefined, url: string, name: string): Promise<NatsConnection> {
  if (connection !== undefined && !connection.isClosed()) return connection;
  return connect(natsOptions(url, name));
}

/** Delivers until the consumption ends; answers why it did. */
async function consume(
  connection: NatsConnection,
  options: NatsConsumerOptions,
  deliver: (message: JsMsg) => void,
  signal: AbortSignal,
  onOpen: () => void,
): Promise<string> {
  const manager = await connection.jetstreamManager({ checkAPI: false });
  await ensureConsumer(manager, options);
  const consumer = await connection.jetstream().consumers.get(STREAM_NAME, options.durable);
  const messages = await consumer.consume({
    callback: deliver,
    max_messages: PULL_MAX,
    expires: PULL_EXPIRES_MS,
    idle_heartbeat: HEARTBEAT_MS,
  });
  const stop = () => messages.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  onOpen();
  try {
    return await Promise.race([
      endOf(messages),
      lossOf(connection),
      messages.closed().then(() => 'the consumption ended'),
    ]);
  } finally {
    signal.removeEventListener('abort', stop);
    messages.stop();
  }
}

async function endOf(messages: ConsumerMessages): Promise<string> {
  for await (const { type } of await messages.status()) {
    if (FATAL.has(type)) return type.replaceAll('_', ' ');
  }
  return 'the consumption ended';
}

/** A connection that dropped may come back to another server, or to an empty one. */
async function lossOf(connection: NatsConnection): Promise<string> {
  for await (const { type } of connection.status()) {
    if (type === Events.Disconnect) return 'disconnected';
  }
  return 'the connection was closed';
}

async function ensureConsumer(manager: JetStreamManager, options: NatsConsumerOptions): Promise<void> {
  const changeable = { ack_wait: nanos(options.ackWaitMs ?? ACK_WAIT_MS), max_ack_pending: UNACKED_MAX };
  const wanted: Partial<ConsumerConfig> = {
    ...changeable,
    durable_name: options.durable,
    ack_policy: AckPolicy.Explicit,
    max_deliver: -1,
    deliver_policy: DeliverPolicy.All,
  };
  const existing = await manager.consumers.info(STREAM_NAME, options.durable).catch((error: unknown) => {
    if (error instanceof NatsError && error.api_error?.err_code === CONSUMER_NOT_FOUND) return undefined;
    throw error;
  });
  if (existing === undefined) await manager.consumers.add(STREAM_NAME, wanted);
  else if (existing.config.ack_wait !== changeable.ack_wait || existing.config.max_ack_pending !== UNACKED_MAX)
    await manager.consumers.update(STREAM_NAME, options.durable, changeable);
}

function deliveryOf(message: JsMsg): BusDelivery {
  return {
    subject: message.subject,
    // Decoded when it is looked at: parsing is the reader's cost, and the reader may be behind.
    get body() {
      return message.string();
    },
    header: (name) => message.headers?.get(name) || undefined,
    ack() {
      try {
        message.ack();
      } catch {
        // The connection is closed: it comes again, and is then known.
      }
    },
  };
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
