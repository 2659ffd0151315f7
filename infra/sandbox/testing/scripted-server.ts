import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

/** A request as it came over the wire. */
export type Received = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
};

/** What to do with one request: answer, or `cut` the connection, or `hang` until the caller gives up. */
export type Reaction =
  | { readonly status: number; readonly json?: unknown; readonly headers?: Record<string, string> }
  | 'cut'
  | 'hang'
  | ((response: ServerResponse) => void);

export type ScriptedServer = {
  readonly url: string;
  readonly received: readonly Received[];
  /** Resolves with the requests once there are so many. */
  until(count: number): Promise<readonly Received[]>;
};

/** A server that reacts as the test says; it is gone at the end of the test. */
export async function scriptedServer(
  t: ExecutionContext,
  react: (request: Received, number: number) => Reaction,
): Promise<ScriptedServer> {
  const received: Received[] = [];
  const waiting: { readonly count: number; readonly resolve: (all: readonly Received[]) => void }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers, rawHeaders } = request;
    const seen = { method, url, headers, rawHeaders, body: Buffer.concat(chunks) };
    const number = received.push(seen);
    const reaction = react(seen, number);
    if (typeof reaction === 'function') reaction(response);
    else if (reaction === 'cut') request.socket.destroy();
    else if (reaction !== 'hang') {
      response.writeHead(reaction.status, { 'Content-Type': 'application/json', ...reaction.headers });
      response.end(JSON.stringify(reaction.json ?? {}));
    }
    for (const { count, resolve } of waiting) if (received.length >= count) resolve(received);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    until(count) {
      if (received.length >= count) return Promise.resolve(received);
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
  };
}

/** The JSON body of a received request. */
export function jsonOf({ body }: Received): Record<string, unknown> {
  return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
}
