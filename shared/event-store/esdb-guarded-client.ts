import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
/** A client whose append stream cannot take the process down, and that can be closed. */
export type GuardedClient = {
  readonly client: EventStoreDBClient;
  /** Whether the connection that appends go over stands: then a failed append was another client's failure. */
  isAppending(): boolean;
  /** Lets what is under way finish, takes the connection out of use. */
  retire(): void;
  /** Waits a moment for the appends under way, then cuts them. Reads are their readers' to end. */
  close(): Promise<void>;
};

/** The gRPC call under an append, a read or a subscription. */
type Call = {
  listeners(event: 'data'): ((response: unknown) => void)[];
  removeListener(event: 'data', listener: (response: unknown) => void): unknown;
  removeAllListeners(event: 'error'): unknown;
  on(event: string, listener: (response: unknown) => void): unknown;
  write(message: unknown): boolean;
  pipe(destination: Destination): unknown;
  resume(): unknown;
  end(): unknown;
  cancel(): void;
};

type Destination = { once(event: 'close', listener: () => void): unknown };

/** Members the client keeps protected, but on which its append and its channel hang (6.2.1, pinned). */
type Internals = {
  GRPCStreamCreator(
    grpcClient: unknown,
    name: string,
    creator: (client: unknown) => Call,
    cache?: unknown,
  ): () => Promise<unknown>;
  getChannel(): Promise<{ close(): void }>;
};

const APPEND = 'appendToStream';
const CLOSE_TIMEOUT_MS = 500;
const CLOSE_POLL_MS = 5;

/**
 * `generation` makes connections distinct: gRPC shares a TCP connection, and its reconnect backoff of up to minutes,
 * between all channels with equal options, so a new client would otherwise inherit the wait of the one it replaces.
 */
export function createGuardedClient(connectionString: string, generation: number): GuardedClient {
  const client = EventStoreDBClient.connectionString(withOwnConnection(connectionString, generation));
  const internals = client as unknown as Internals;
  const createStream = internals.GRPCStreamCreator;
  const appendCalls = new Set<Call>();
  let used = false;

  internals.GRPCStreamCreator = (grpcClient, name, creator, cache) => {
    used = true;
    const guarded = (grpc: unknown) => {
      const call = creator(grpc);
      if (name !== APPEND) return guardReadCall(call);
      appendCalls.add(call);
      for (const event of ['end', 'error', 'close']) call.on(event, () => appendCalls.delete(call));
      return guardAppendCall(call);
    };
    return createStream(grpcClient, name, guarded, cache);
  };

  async function closeChannel(): Promise<void> {
    // Asking for the channel would open one.
    if (used) (await internals.getChannel()).close();
  }

  function retire(): void {
    // Ended, not cancelled: the client takes any append call's error for the failure of every append of the process.
    for (const call of appendCalls) call.end();
    closeChannel().catch(() => undefined);
  }

  return {
    client,
    isAppending: () => appendCalls.size > 0,
    retire,
    async close() {
      retire();
      const giveUpAt = performance.now() + CLOSE_TIMEOUT_MS;
      while (appendCalls.size > 0 && performance.now() < giveUpAt) await pause(CLOSE_POLL_MS);
      for (const call of appendCalls) {
        // Nobody waits for these, and the client would fail everybody else's appends over their end.
        call.removeAllListeners('error');
        call.on('error', () => undefined);
        call.cancel();
      }
    },
  };
}

function guardAppendCall(call: Call): Call {
  // The client throws on an answer nobody waits for any more, and that would end the process. Whoever sent that append
  // has long been told that its outcome is unknown, so the answer can go.
  for (const onData of call.listeners('data')) {
    call.removeListener('data', onData);
    call.on('data', (response) => {
      try {
        onData(response);
      } catch {}
    });
  }
  // When a connection breaks while its writes wait for room, the client rejects promises nobody holds, and that would
  // end the process too. So no write waits: what is under way is bounded by the callers, who await their answers.
  const write = call.write.bind(call);
  call.write = (message) => {
    write(message);
    return true;
  };
  return call;
}

function guardReadCall(call: Call): Call {
  // A reader that stops early leaves the call paused, and the client keeps it for ever waiting for its end.
  const pipe = call.pipe.bind(call);
  call.pipe = (destination) => {
    destination.once('close', () => {
      call.cancel();
      call.resume();
    });
    return pipe(destination);
  };
  return call;
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
