import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Context } from 'koa';
import { type Dispatcher, Pool } from 'undici';
import { readRawBody } from '../../../shared/http/json-body.js';
import { Problem, unavailable } from '../../../shared/http/problem.js';

/** Passes a request on as it is and the answer back as it is; what is its own is only a failure to reach the upstream. */
export type Forwarder = {
  forward(ctx: Context): Promise<void>;
  /** True when the upstream answers at all. */
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
};

const CONNECTIONS_MAX = 256;
/** Below our servers' 65 s: we close an idle socket first, so no request meets a closing one. */
const IDLE_SOCKET_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** Longer than any wait of an upstream, so that its own 503 comes first. */
const ANSWER_TIMEOUT_MS = 15_000;
const PROBE_TIMEOUT_MS = 1_000;

/** Headers of one hop (RFC 9110, 7.6.1); `Expect` was answered by our own server, and the length is counted again. */
const HOP_HEADERS = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const REQUEST_ONLY = new Set(['expect', 'content-length']);

export function createForwarder(baseUrl: string): Forwarder {
  const pool = new Pool(baseUrl, {
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAliveTimeout: IDLE_SOCKET_TIMEOUT_MS,
    keepAliveMaxTimeout: IDLE_SOCKET_TIMEOUT_MS,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
  return {
    async forward(ctx) {
      const url = ctx.req.url ?? '';
      // `GET http://elsewhere/ HTTP/1.1` asks for a forward proxy, which this is not.
      if (!url.startsWith('/')) throw new Problem(404, 'not_found', 'There is no such route');
      const body = await readRawBody(ctx.req);
      const answer = await ask(pool, ctx, url, body);
      ctx.respond = false;
      ctx.status = answer.statusCode;
      await relay(answer, ctx.res);
    },
    async isReachable() {
      try {
        const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
        const { body } = await pool.request({ method: 'GET', path: '/health/live', signal });
        await body.dump();
        return true;
      } catch {
        return false;
      }
    },
    close: () => pool.destroy(),
  };
}

async function ask(pool: Pool, ctx: Context, path: string, body: Buffer): Promise<Dispatcher.ResponseData> {
  const gone = new AbortController();
  const abort = () => gone.abort();
  // A caller who hangs up needs no answer; what the upstream already did stands.
  ctx.res.once('close', abort);
  try {
    return await pool.request({
      method: ctx.method as Dispatcher.HttpMethod,
      path,
      headers: requestHeaders(ctx.req),
      body: body.length === 0 && !hasBody(ctx.req) ? null : body,
      signal: gone.signal,
    });
  } catch (cause) {
    throw unavailable(cause);
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/** Names and values in turn, in the caller's order and spelling, repeated ones included. */
function requestHeaders({ rawHeaders, headers }: IncomingMessage): string[] {
  const dropped = namedIn(headers.connection);
  const passed: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''];
    const lower = name.toLowerCase();
    if (!HOP_HEADERS.has(lower) && !REQUEST_ONLY.has(lower) && !dropped.has(lower)) passed.push(name, value);
  }
  return passed;
}

function namedIn(connection: string | string[] | undefined): Set<string> {
  const listed = Array.isArray(connection) ? connection.join(',') : (connection ?? '');
  return new Set(listed.split(',').map((name) => name.trim().toLowerCase()));
}

async function relay(answer: Dispatcher.ResponseData, response: ServerResponse): Promise<void> {
  // The upstream's own correlation id is the one to look for in its log.
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  const dropped = namedIn(answer.headers.connection);
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !HOP_HEADERS.has(name) && !dropped.has(name)) response.setHeader(name, value);
  }
  response.statusCode = answer.statusCode;
  try {
    await pipeline(answer.body, response);
  } catch {
    // The status is out already: a cut connection is the only honest end of a cut answer.
    response.destroy();
    if (!response.closed) await once(response, 'close');
  }
}
