import { setTimeout as pause } from 'node:timers/promises';
import { type EventStoreDBClient, StreamDeletedError, StreamNotFoundError } from '@eventstore/db-client';
import type { EsdbConnection } from './esdb-connection.js';
import { StoreUnavailable } from './event-store.js';

/** The client's reads: object streams over a gRPC call, which our guarded client cancels when they are destroyed. */
export type ClientStream<T> = AsyncIterable<T> & {
  on(event: 'error', listener: () => void): unknown;
  destroy(error?: Error): unknown;
};

export type OpenStreams = Set<{ destroy(error?: Error): unknown }>;

const PAUSE_MS = 50;

/**
 * Reads to the end. A read that fails before its first event is tried again until the timeout; one that fails later
 * is not: the caller has seen a part, and knows where to go on.
 *
 * @throws StoreUnavailable when nothing arrives for `readTimeoutMs`.
 */
export async function* readToEnd<T>(options: {
  readonly connection: EsdbConnection;
  readonly openStreams: OpenStreams;
  readonly readTimeoutMs: number;
  readonly open: (client: EventStoreDBClient) => ClientStream<T>;
  /** Nothing was there because the stream was deleted for ever. */
  readonly onDeleted?: () => void;
}): AsyncGenerator<T, void, undefined> {
  const { connection, readTimeoutMs } = options;
  const giveUpAt = performance.now() + readTimeoutMs;
  let begun = false;
  for (;;) {
    const client = connection.client();
    const stream = options.open(client);
    // An error that comes after we stopped listening must not end the process.
    stream.on('error', () => undefined);
    options.openStreams.add(stream);
    try {
      for await (const item of withInactivityTimeout(stream, readTimeoutMs)) {
        begun = true;
        yield item;
      }
      return;
    } catch (error) {
      if (error instanceof StreamNotFoundError) return;
      if (error instanceof StreamDeletedError) return options.onDeleted?.();
      connection.renew(client);
      if (begun || performance.now() + PAUSE_MS >= giveUpAt) {
        throw error instanceof StoreUnavailable ? error : new StoreUnavailable('a read failed', { cause: error });
      }
    } finally {
      options.openStreams.delete(stream);
      stream.destroy();
    }
    await pause(PAUSE_MS);
  }
}

/** The clock runs only while we wait for the store, not while our caller works. */
async function* withInactivityTimeout<T>(
  stream: ClientStream<T>,
  timeoutMs: number,
): AsyncGenerator<T, void, undefined> {
  let waiting = false;
  const timer = setTimeout(() => {
    if (waiting) stream.destroy(new StoreUnavailable(`nothing came from the event store for ${timeoutMs} ms`));
  }, timeoutMs);
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      waiting = true;
      timer.refresh();
      const next = await iterator.next();
      waiting = false;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    clearTimeout(timer);
  }
}
