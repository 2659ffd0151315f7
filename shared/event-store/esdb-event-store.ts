import {
  type AllStreamResolvedEvent,
  ANY,
  BACKWARDS,
  END,
  FORWARDS,
  type ResolvedEvent,
  START,
  StreamDeletedError,
} from '@eventstore/db-client';
import { appendUntilKnown } from './esdb-append.js';
import { createEsdbConnection } from './esdb-connection.js';
import { isSystemEvent, storedEvent } from './esdb-events.js';
import { type OpenStreams, readToEnd } from './esdb-read.js';
import { subscribeUntilAborted } from './esdb-subscribe.js';
import { type EventStore, type ReadAllOptions, type ReadStreamOptions, StoreUnavailable } from './event-store.js';

export type EsdbEventStoreOptions = {
  /** `esdb://host:port?tls=false`, or whatever else the client takes. */
  readonly connectionString: string;
  /** For a whole append, with what is sent again; then AppendOutcomeUnknown. */
  readonly appendTimeoutMs?: number;
  /** For one try of an append; default half of the whole. */
  readonly appendTryTimeoutMs?: number;
  /** How long a read may bring nothing; then StoreUnavailable. */
  readonly readTimeoutMs?: number;
};

const TIMEOUT_MS = 2_000;

/**
 * The event store over the real EventStoreDB client. It heals by itself: after the server was away, the same instance
 * appends, reads and subscribes again.
 */
export function createEsdbEventStore(options: EsdbEventStoreOptions): EventStore {
  const appendTimeoutMs = options.appendTimeoutMs ?? TIMEOUT_MS;
  const readTimeoutMs = options.readTimeoutMs ?? TIMEOUT_MS;
  const timeouts = { appendTimeoutMs, appendTryTimeoutMs: options.appendTryTimeoutMs ?? appendTimeoutMs / 2 };
  // Two connections, so that an append neither waits behind a long read nor breaks one when its own is replaced.
  const appends = createEsdbConnection(options.connectionString);
  const reads = createEsdbConnection(options.connectionString);
  const openStreams: OpenStreams = new Set();
  const reading = { connection: reads, openStreams, readTimeoutMs };

  async function* readStream(stream: string, { from, direction = 'forwards', maxCount }: ReadStreamOptions = {}) {
    if (maxCount === 0) return;
    const backwards = direction === 'backwards';
    const resolved = readToEnd<ResolvedEvent>({
      ...reading,
      open: (client) =>
        client.readStream(stream, {
          direction: backwards ? BACKWARDS : FORWARDS,
          fromRevision: from === undefined ? (backwards ? END : START) : BigInt(from),
          maxCount: maxCount ?? Number.MAX_SAFE_INTEGER,
        }),
    });
    for await (const { event } of resolved) if (event) yield storedEvent(event);
  }

  async function* readAll({ after, direction = 'forwards', maxCount, streamPrefixes }: ReadAllOptions = {}) {
    if (maxCount === 0) return;
    const backwards = direction === 'backwards';
    const resolved = readToEnd<AllStreamResolvedEvent>({
      ...reading,
      open: (client) =>
        client.readAll({
          direction: backwards ? BACKWARDS : FORWARDS,
          fromPosition: after === undefined ? (backwards ? END : START) : { commit: after, prepare: after },
        }),
    });
    let count = 0;
    for await (const { event } of resolved) {
      // Forwards, the store begins with the event at the position itself.
      if (event === undefined || isSystemEvent(event) || event.position.commit === after) continue;
      if (streamPrefixes && !streamPrefixes.some((prefix) => event.streamId.startsWith(prefix))) continue;
      yield storedEvent(event);
      count += 1;
      if (count === maxCount) return;
    }
  }

  return {
    append: (stream, events, expected) => appendUntilKnown(appends, timeouts, stream, events, expected),
    readStream,
    readAll,
    subscribeToAll: (subscribe) =>
      subscribeUntilAborted({ connection: reads, openStreams, confirmTimeoutMs: readTimeoutMs }, subscribe),

    async deleteStream(stream) {
      const client = reads.client();
      try {
        await client.tombstoneStream(stream, { expectedRevision: ANY, deadline: appendTimeoutMs });
      } catch (error) {
        if (error instanceof StreamDeletedError) return;
        reads.renew(client);
        throw new StoreUnavailable(`deleting ${stream} failed`, { cause: error });
      }
    },

    async isDeleted(stream) {
      let deleted = false;
      const events = readToEnd<ResolvedEvent>({
        ...reading,
        open: (client) => client.readStream(stream, { direction: FORWARDS, fromRevision: START, maxCount: 1 }),
        onDeleted() {
          deleted = true;
        },
      });
      for await (const _event of events);
      return deleted;
    },

    async close() {
      for (const stream of openStreams) stream.destroy(new StoreUnavailable('the event store is closed'));
      await Promise.all([appends.close(), reads.close()]);
    },
  };
}
