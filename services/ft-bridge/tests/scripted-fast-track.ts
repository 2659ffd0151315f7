import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

export type FtCall = {
  readonly userId: string;
  readonly key: string;
  readonly sequence: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: { readonly [name: string]: unknown };
};

/** `taken`: Fast Track kept it, whatever it then answered. */
export type Script =
  | { readonly status: number; readonly headers?: Record<string, string> }
  /** Cut without an answer. */
  | { readonly cut: 'before-taking' | 'after-taking' }
  /** Never answered. */
  | { readonly hang: true };

export type ScriptedFastTrack = {
  readonly url: string;
  /** Every request, in the order of arrival. */
  readonly calls: readonly FtCall[];
  /** Those that were taken: answered 200, or cut after taking. */
  readonly taken: readonly FtCall[];
  /** The most requests of one player that were ever under way at once. */
  mostAtOnceOfOnePlayer(): number;
  script(next: (call: FtCall) => Script): void;
  /** Resolves as soon as it is true of the requests that have come so far. */
  until(fact: (server: ScriptedFastTrack) => boolean): Promise<void>;
};

const OK: Script = { status: 200 };

/** A Fast Track that answers what the test says. */
export async function scriptedFastTrack(t: ExecutionContext): Promise<ScriptedFastTrack> {
  const calls: FtCall[] = [];
  const taken: FtCall[] = [];
  const underWay = new Map<string, number>();
  const watchers = new Set<() => void>();
  let most = 0;
  let script: (call: FtCall) => Script = () => OK;

  function count(userId: string, by: number): void {
    const now = (underWay.get(userId) ?? 0) + by;
    underWay.set(userId, now);
    most = Math.max(most, now);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await read(request);
    count(call.userId, 1);
    calls.push(call);
    const said = script(call);
    if (('status' in said && said.status === 200) || ('cut' in said && said.cut === 'after-taking')) taken.push(call);
    // Over before its end is on the wire: the client may send the next as soon as it has it.
    if ('hang' in said) response.once('close', () => count(call.userId, -1));
    else count(call.userId, -1);
    if ('status' in said)
      response.writeHead(said.status, said.headers).end(JSON.stringify({ ok: said.status === 200 }));
    else if ('cut' in said) request.socket.destroy();
    for (const watcher of watchers) watcher();
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });

  const scripted: ScriptedFastTrack = {
    url: `http://127.0.0.1:${port}`,
    calls,
    taken,
    mostAtOnceOfOnePlayer: () => most,
    script(next) {
      script = next;
    },
    until: (fact) =>
      new Promise((resolve) => {
        const watcher = () => {
          if (!fact(scripted)) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      }),
  };
  return scripted;
}

async function read(request: IncomingMessage): Promise<FtCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as FtCall['body'];
  return {
    userId: String(body.user_id),
    key: String(request.headers['idempotency-key']),
    sequence: Number(request.headers['x-sequence']),
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body,
  };
}
