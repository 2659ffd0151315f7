import type { EventStoreDBClient } from '@eventstore/db-client';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { CallOptions, Client, ClientReadableStream, Metadata } from '@grpc/grpc-js';
import { createEsdbConnection } from '../../../../shared/event-store/esdb-connection.js';
import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import { type StoredEvent, StoreUnavailable } from '../../../../shared/event-store/event-store.js';
import { StreamsClient, StreamsService, shared, streams } from '../../../embedded/event-store/grpc/generated.js';
import { batchesOf } from './batches.js';
import { createLedgerSource, type LedgerSource } from './ledger-source.js';
import { SHARE_PATTERNS } from './share.js';
import { decodeReadAnswer, type WireAnswer } from './wire-event.js';

/** A busy store may take its time: an audit is in no hurry to fail. */
const READ_TIMEOUT_MS = 60_000;
/** How many events the store looks at before it sends what it has. */
const SEARCH_WINDOW = 1_000;

/** The ledger in an EventStoreDB, which does the filtering: what is another's share costs this process nothing. */
export function createEsdbSource(connectionString: string): LedgerSource {
  const store = createEsdbEventStore({ connectionString, readTimeoutMs: READ_TIMEOUT_MS });
  const connection = createEsdbConnection(connectionString);
  const openStreams = new Set<AnswerStream>();

  async function* readShare(share: { readonly of: keyof typeof SHARE_PATTERNS }, after: bigint | undefined) {
    let stream: AnswerStream | undefined;
    try {
      stream = await readFiltered(connection.client(), SHARE_PATTERNS[share.of], after);
      openStreams.add(stream);
      for await (const answers of batchesOf(stream, READ_TIMEOUT_MS)) {
        const batch: StoredEvent[] = [];
        // The store begins with the event at the position itself.
        for (const { event } of answers) if (event !== undefined && event.position !== after) batch.push(event);
        yield batch;
      }
    } catch (cause) {
      throw cause instanceof StoreUnavailable ? cause : new StoreUnavailable('a read failed', { cause });
    } finally {
      if (stream !== undefined) {
        openStreams.delete(stream);
        stream.cancel();
      }
    }
  }

  const source = createLedgerSource(store, readShare);
  return {
    ...source,
    async close() {
      for (const stream of openStreams) stream.cancel();
      await Promise.all([source.close(), connection.close()]);
    },
  };
}

type AnswerStream = ClientReadableStream<WireAnswer>;

/** Members the client (6.2.1, pinned) keeps protected: how it finds a node, and what it says to it with each call. */
type Internals = {
  GRPCStreamCreator(
    grpcClient: typeof StreamsClient,
    name: string,
    creator: (client: Client) => AnswerStream,
  ): () => Promise<AnswerStream>;
  callArguments(options: object, callOptions: { readonly deadline: number }): [Metadata, CallOptions];
};

/**
 * The client reads `$all` without a filter only, though the protocol has one, and decodes more than an audit needs. So
 * the request and the decoding are ours; the connection, with its certificates and credentials, is the client's.
 */
async function readFiltered(
  client: EventStoreDBClient,
  pattern: string,
  after: bigint | undefined,
): Promise<AnswerStream> {
  const internals = client as unknown as Internals;
  const { path, requestSerialize } = StreamsService.read;
  const [metadata, options] = internals.callArguments({}, { deadline: Number.POSITIVE_INFINITY });
  const create = internals.GRPCStreamCreator(StreamsClient, 'readAll', (grpc) => {
    const request = requestFor(pattern, after);
    const stream = grpc.makeServerStreamRequest(path, requestSerialize, decodeReadAnswer, request, metadata, options);
    // An error that comes while nobody listens must not end the process.
    return stream.on('error', () => undefined);
  });
  return create();
}

function requestFor(pattern: string, after: bigint | undefined): ReadReq {
  const all = new streams.ReadReq.Options.AllOptions();
  if (after === undefined) all.setStart(new shared.Empty());
  else {
    const position = new streams.ReadReq.Options.Position();
    position.setCommitPosition(String(after));
    position.setPreparePosition(String(after));
    all.setPosition(position);
  }
  const names = new streams.ReadReq.Options.FilterOptions.Expression();
  names.setRegex(pattern);
  const filter = new streams.ReadReq.Options.FilterOptions();
  filter.setStreamIdentifier(names);
  filter.setMax(SEARCH_WINDOW);
  filter.setCheckpointintervalmultiplier(1);
  const ids = new streams.ReadReq.Options.UUIDOption();
  ids.setString(new shared.Empty());
  const options = new streams.ReadReq.Options();
  options.setAll(all);
  options.setFilter(filter);
  options.setUuidOption(ids);
  options.setReadDirection(streams.ReadReq.Options.ReadDirection.FORWARDS);
  options.setResolveLinks(false);
  options.setCount(String(Number.MAX_SAFE_INTEGER));
  const request = new streams.ReadReq();
  request.setOptions(options);
  return request;
}
