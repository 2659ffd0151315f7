import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'koa';
import { type Dispatcher, errors, Pool } from 'undici';
import { readRawBody } from '../../../shared/http/json-body.js';
import { Problem, unavailable } from '../../../shared/http/problem.js';

/** Passes a request on as it is and the answer back as it is; what is its own is only a failure to reach the upstream. */
export type Forwarder = {
  /** With `change`, to another path, and with headers in place of the caller's of the same name. */
  forward(ctx: Context, change?: ForwardChange): Promise<void>;
  /** True when the upstream answers at all. */
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
};

export type ForwardChange = {
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
};

/**
 * Whose certificate is expected, over TLS: an option of undici's that its types leave out. Without it that is whomever the
 * caller's Host header names, us, and a request for another host would cut the connections of those before it.
 */
type Upstream = { readonly servername: string };

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
const REQUEST_ONLY = new Set(['expect', 'content-length', 'x-forwarded-for']);

export function createForwarder(baseUrl: string): Forwarder {
  const upstream: Upstream = { servername: new URL(baseUrl).hostname };
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
    async forward(ctx, change) {
      const url = change?.path ?? ctx.req.url ?? '';
      // `GET http://elsewhere/ HTTP/1.1` asks for a forward proxy, which this is not.
      if (!url.startsWith('/')) throw new Problem(404, 'not_found', 'There is no such route');
      const body = await readRawBody(ctx.req);
      try {
        await exchange(pool, upstream, ctx, url, body, change?.headers);
      } catch (cause) {
        // Once the status is out, a cut connection is the only honest end of a cut answer; and who hung up needs none.
        if (ctx.res.headersSent || ctx.res.destroyed) ctx.res.destroy();
        else throw cause instanceof errors.InvalidArgumentError ? unsendable(cause) : unavailable(cause);
      }
    },
    async isReachable() {
      try {
        const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
        const probe = { ...upstream, method: 'GET' as const, path: '/health/live', signal };
        const { body } = await pool.request(probe);
        await body.dump();
        return true;
      } catch {
        return false;
      }
    },
    close: () => pool.destroy(),
  };
}

/** The answer flows through as it comes. */
async function exchange(
  pool: Pool,
  upstream: Upstream,
  ctx: Context,
  path: string,
  body: Buffer,
  added: { readonly [name: string]: string } = {},
): Promise<void> {
  const { req, res } = ctx;
  const hungUp = new AbortController();
  // What the upstream already did stands; only its answer has nowhere to go.
  res.once('close', () => {
    if (!res.writableFinished) hungUp.abort();
  });
  const request: Dispatcher.RequestOptions & Upstream = {
    ...upstream,
    method: ctx.method as Dispatcher.HttpMethod,
    path,
    headers: [...requestHeaders(req, added), 'X-Forwarded-For', forwardedFor(req)],
    body: body.length === 0 && !hasBody(req) ? null : body,
    signal: hungUp.signal,
  };
  await pool.stream(request, ({ statusCode, headers }) => {
    ctx.respond = false;
    startAnswer(res, statusCode, headers);
    return res;
  });
}

/** What our own HTTP server let through and no client may send, such as two Host headers. */
function unsendable(cause: Error): Problem {
  return new Problem(400, 'malformed', 'The request is malformed', { cause });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/** Names and values in turn, in the caller's order and spelling, repeated ones included; all but who calls. */
function requestHeaders(
  { rawHeaders, headers }: IncomingMessage,
  added: { readonly [name: string]: string },
): string[] {
  const dropped = namedIn(headers.connection);
  for (const name of Object.keys(added)) dropped.add(name.toLowerCase());
  const passed = Object.entries(added).flat();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''];
    const lower = name.toLowerCase();
    if (!HOP_HEADERS.has(lower) && !REQUEST_ONLY.has(lower) && !dropped.has(lower)) passed.push(name, value);
  }
  return passed;
}

/** Whoever called us, after what they say of whom they call for. Whom of these to believe is the upstream's to know. */
function forwardedFor({ headers, socket }: IncomingMessage): string {
  const said = headers['x-forwarded-for'];
  return [...(said === undefined ? [] : [String(said)]), socket.remoteAddress ?? 'unknown'].join(', ');
}

function namedIn(connection: string | string[] | undefined): Set<string> {
  const listed = Array.isArray(connection) ? connection.join(',') : (connection ?? '');
  return new Set(listed.split(',').map((name) => name.trim().toLowerCase()));
}

function startAnswer(response: ServerResponse, status: number, headers: IncomingHttpHeaders): void {
  // The upstream's own correlation id is the one to look for in its log.
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  const dropped = namedIn(headers.connection);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_HEADERS.has(name) && !dropped.has(name)) response.setHeader(name, value);
  }
  response.statusCode = status;
}
