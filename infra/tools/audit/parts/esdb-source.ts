import type { Readable } from 'node:stream';
import {
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
  FORWARDS,
  type ReadAllOptions,
  START,
} from '@eventstore/db-client';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { createEsdbConnection } from '../../../../shared/event-store/esdb-connection.js';
import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import { isSystemEvent, storedEvent } from '../../../../shared/event-store/esdb-events.js';
import { type StoredEvent, StoreUnavailable } from '../../../../shared/event-store/event-store.js';
import { streams } from '../../../embedded/event-store/grpc/generated.js';
import { batchesOf } from './batches.js';
import { createLedgerSource, type LedgerSource } from './ledger-source.js';
import { SHARE_PATTERNS } from './share.js';

/** A busy store may take its time: an audit is in no hurry to fail. */
const READ_TIMEOUT_MS = 60_000;
const BUFFER_EVENTS_MAX = 512;
/** How many events the store looks at before it sends what it has. */
const SEARCH_WINDOW = 1_000;

/** The ledger in an EventStoreDB, which does the filtering: what is another's share costs this process nothing. */
export function createEsdbSource(connectionString: string): LedgerSource {
  const store = createEsdbEventStore({ connectionString, readTimeoutMs: READ_TIMEOUT_MS });
  const connection = createEsdbConnection(connectionString);
  const openStreams = new Set<Readable>();

  async function* readShare(share: { readonly of: keyof typeof SHARE_PATTERNS }, after: bigint | undefined) {
    const stream = readFiltered(connection.client(), SHARE_PATTERNS[share.of], {
      direction: FORWARDS,
      fromPosition: after === undefined ? START : { commit: after, prepare: after },
    });
    // An error that comes after we stopped listening must not end the process.
    stream.on('error', () => undefined);
    openStreams.add(stream);
    try {
      for await (const resolved of batchesOf(stream, READ_TIMEOUT_MS)) {
        const batch: StoredEvent[] = [];
        for (const { event } of resolved) {
          if (event === undefined || isSystemEvent(event) || event.position.commit === after) continue;
          batch.push(storedEvent(event));
        }
        yield batch;
      }
    } catch (cause) {
      throw cause instanceof StoreUnavailable ? cause : new StoreUnavailable('a read failed', { cause });
    } finally {
      openStreams.delete(stream);
      stream.destroy();
    }
  }

  const source = createLedgerSource(store, readShare);
  return {
    ...source,
    async close() {
      for (const stream of openStreams) stream.destroy();
      await Promise.all([source.close(), connection.close()]);
    },
  };
}

type GrpcClient = { read(request: ReadReq, ...rest: readonly unknown[]): unknown };
type StreamCreator = (
  grpcClient: unknown,
  name: string,
  creator: (client: GrpcClient) => unknown,
  cache?: unknown,
) => unknown;

/** The protocol filters reads too; the client (6.2.1, pinned) offers it for subscriptions only, so its request is amended. */
function readFiltered(
  client: EventStoreDBClient,
  pattern: string,
  options: ReadAllOptions,
): Readable & { read(): AllStreamResolvedEvent | null } {
  const { GRPCStreamCreator: createStream } = client as unknown as { GRPCStreamCreator: StreamCreator };
  const amending: StreamCreator = (grpcClient, name, creator, cache) =>
    createStream(
      grpcClient,
      name,
      (grpc) => creator({ read: (request, ...rest) => grpc.read(filtered(request, pattern), ...rest) }),
      cache,
    );
  const amended: EventStoreDBClient = Object.create(client, { GRPCStreamCreator: { value: amending } });
  return amended.readAll(options, { highWaterMark: BUFFER_EVENTS_MAX }) as ReturnType<typeof readFiltered>;
}

function filtered(request: ReadReq, pattern: string): ReadReq {
  const names = new streams.ReadReq.Options.FilterOptions.Expression();
  names.setRegex(pattern);
  const filter = new streams.ReadReq.Options.FilterOptions();
  filter.setStreamIdentifier(names);
  filter.setMax(SEARCH_WINDOW);
  filter.setCheckpointintervalmultiplier(1);
  request.getOptions()?.setFilter(filter);
  return request;
}
