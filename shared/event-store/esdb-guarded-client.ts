import { EventStoreDBClient } from '@eventstore/db-client';

/** A client whose append stream cannot take the process down, and that can be closed. */
export type GuardedClient = {
  readonly client: EventStoreDBClient;
  /** Lets what is under way finish, takes the connection out of use. */
  retire(): void;
  /** Cuts everything. */
  close(): Promise<void>;
};

type AppendStream = {
  listeners(event: 'data'): ((response: unknown) => void)[];
  removeListener(event: 'data', listener: (response: unknown) => void): unknown;
  on(event: 'data', listener: (response: unknown) => void): unknown;
  write(message: unknown): boolean;
  end(): unknown;
};

/** Members the client keeps protected, but on which its append and its channel hang (6.2.1, pinned). */
type Internals = {
  GRPCStreamCreator(
    grpcClient: unknown,
    name: string,
    creator: (client: unknown) => AppendStream,
    cache?: unknown,
  ): () => Promise<unknown>;
  getChannel(): Promise<{ close(): void }>;
};

const APPEND = 'appendToStream';

/**
 * `generation` makes connections distinct: gRPC shares a TCP connection, and its reconnect backoff of up to minutes,
 * between all channels with equal options, so a new client would otherwise inherit the wait of the one it replaces.
 */
export function createGuardedClient(connectionString: string, generation: number): GuardedClient {
  const client = EventStoreDBClient.connectionString(withOwnConnection(connectionString, generation));
  const internals = client as unknown as Internals;
  const createStream = internals.GRPCStreamCreator;
  const appendStreams = new Set<AppendStream>();
  let used = false;

  internals.GRPCStreamCreator = (grpcClient, name, creator, cache) => {
    used = true;
    if (name !== APPEND) return createStream(grpcClient, name, creator, cache);
    const guarded = (grpc: unknown) => {
      const stream = guardAppendStream(creator(grpc));
      appendStreams.add(stream);
      return stream;
    };
    return createStream(grpcClient, name, guarded, cache);
  };

  async function closeChannel(): Promise<void> {
    // Asking for the channel would open one.
    if (used) (await internals.getChannel()).close();
  }

  return {
    client,
    retire() {
      for (const stream of appendStreams) stream.end();
      closeChannel().catch(() => undefined);
    },
    async close() {
      await client.dispose();
      await closeChannel().catch(() => undefined);
    },
  };
}

function guardAppendStream(stream: AppendStream): AppendStream {
  // The client throws on an answer nobody waits for any more, and that would end the process. Whoever sent that append
  // has long been told that its outcome is unknown, so the answer can go.
  for (const onData of stream.listeners('data')) {
    stream.removeListener('data', onData);
    stream.on('data', (response) => {
      try {
        onData(response);
      } catch {}
    });
  }
  // When a connection breaks while its writes wait for room, the client rejects promises nobody holds, and that would
  // end the process too. So no write waits: what is under way is bounded by the callers, who await their answers.
  const write = stream.write.bind(stream);
  stream.write = (message) => {
    write(message);
    return true;
  };
  return stream;
}

const KEEP_ALIVE_TIMEOUT_MS = 10_000;

function withOwnConnection(connectionString: string, generation: number): string {
  const [address = '', query = ''] = connectionString.split('?', 2);
  const parameters = query.split('&').filter((parameter) => parameter !== '');
  const isTimeout = (parameter: string) => /^keep_?alive_?timeout=/i.test(parameter);
  const given = Number(parameters.find(isTimeout)?.split('=')[1] ?? KEEP_ALIVE_TIMEOUT_MS);
  const others = parameters.filter((parameter) => !isTimeout(parameter));
  return `${address}?${[...others, `keepAliveTimeout=${given + generation}`].join('&')}`;
}
