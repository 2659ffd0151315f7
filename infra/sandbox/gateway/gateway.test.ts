import { randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { anyone } from '../../../shared/http/access.js';
import { type OpenApiDocument, openApiDocument } from '../../../shared/http/openapi/document.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { callHttp } from '../http-call.js';
import { NO_GATEWAY } from '../testing/sandbox-in-test.js';
import { type Reaction, type Received, scriptedServer } from '../testing/scripted-server.js';
import { startGateway } from './gateway.js';

async function gatewayOver(t: ExecutionContext, commandUrl: string, queryUrl: string): Promise<string> {
  const gateway = await startGateway({ host: '127.0.0.1', port: 0, commandUrl, queryUrl }, silentLogger);
  t.teardown(() => gateway.stop());
  return gateway.url;
}

/** A gateway whose upstreams say who they are. */
async function gatewayWithNames(t: ExecutionContext) {
  const command = await scriptedServer(t, () => ({ status: 200, json: { from: 'command' } }));
  const query = await scriptedServer(t, () => ({ status: 200, json: { from: 'query' } }));
  return { url: await gatewayOver(t, command.url, query.url), command, query };
}

/** A request byte for byte as told, which fetch would not do. */
function raw(
  url: string,
  options: { method: string; path: string; headers?: string[] | Record<string, string>; body?: Buffer },
): Promise<{ response: IncomingMessage; body: Buffer }> {
  const { method, path, headers, body } = options;
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const call = httpRequest({ hostname, port, method, path, headers: headers ?? {} }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ response, body: Buffer.concat(chunks) }));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}

test('each route goes to the service that answers it', async (t) => {
  const { url } = await gatewayWithNames(t);
  const routes: readonly [string, string, string][] = [
    ...['balance', 'bet', 'win', 'rollback', 'play'].map(
      (name) => ['POST', `/provider/v1/${name}`, 'command'] as [string, string, string],
    ),
    ['POST', '/psp/v1/callback', 'command'],
    ['POST', '/operator/bonus-credit', 'command'],
    ['POST', '/bonus/credit', 'command'],
    ['POST', '/bonus/credit/funds', 'command'],
    ['GET', '/bonus/list', 'query'],
    ['GET', '/userconsents/1', 'query'],
    ['POST', '/userconsents/1', 'command'],
    ['GET', '/operator/user-details/1', 'query'],
    ['GET', '/operator/player-blocks/1', 'query'],
    ['GET', '/operator/consents/1', 'query'],
    ['GET', '/userdetails/1', 'query'],
    ['GET', '/userblocks/1', 'query'],
    ['POST', '/reconciliation', 'query'],
    ['POST', '/authenticate', 'query'],
    ['GET', '/token', 'query'],
    ['POST', '/token', 'query'],
    ['POST', '/players', 'command'],
    ['POST', '/login', 'command'],
    ['POST', '/logout', 'command'],
    ['GET', '/me', 'query'],
    ['PUT', '/me', 'command'],
    ['PUT', '/me/consents', 'command'],
    ['PUT', '/me/limits', 'command'],
    ['PUT', '/me/password', 'command'],
    ['POST', '/me/blocks', 'command'],
    ['POST', '/me/deposits', 'command'],
    ['POST', '/me/withdrawals', 'command'],
    ['DELETE', '/me/withdrawals/1-p', 'command'],
    ['POST', '/me/game-sessions', 'command'],
    ['DELETE', '/me/game-sessions/s', 'command'],
    ['DELETE', '/me/bonuses/b', 'command'],
    ['GET', '/me/balance', 'query'],
    ['GET', '/me/transactions?limit=1', 'query'],
    ['GET', '/me/data', 'query'],
    ['GET', '/backoffice/rounds?open_for=48h', 'query'],
    ['GET', '/backoffice/ledger/trial-balance', 'query'],
    ['GET', '/backoffice/ledger/end', 'command'],
    ['POST', '/backoffice/players/1/withdrawals/p/approve', 'command'],
    ['DELETE', '/backoffice/players/1/bonuses/b', 'command'],
  ];
  for (const [method, path, from] of routes) {
    const { body } = await raw(url, { method, path });
    t.is(body.toString(), `{"from":"${from}"}`, `${method} ${path}`);
  }
});

test('the documents of both are one here, also where they share a path; without one of them it is 503', async (t) => {
  const documentOf = (title: string, path: string, method: string) =>
    openApiDocument({ title, description: '' }, [
      ...['/shared', path].map((at) => ({
        ...({ method: at === path ? 'get' : method } as { method: 'get' | 'post' }),
        ...{ path: at, tag: title, access: anyone, declaration: { summary: title, answers: { 200: null } } },
      })),
    ]);
  const documents = [documentOf('command', '/c', 'post'), documentOf('query', '/q', 'get')];
  const [command, query] = await Promise.all(
    documents.map((json) => scriptedServer(t, ({ url }) => ({ status: url === '/openapi.json' ? 200 : 404, json }))),
  );
  const url = await gatewayOver(t, command?.url ?? '', query?.url ?? '');
  const merged = await callHttp({ method: 'GET', url: `${url}/openapi.json`, timeoutMs: 5_000 });
  const document = merged?.body as OpenApiDocument | undefined;
  t.deepEqual(
    Object.entries(document?.paths ?? {}).map(([path, methods]) => [path, Object.keys(methods).sort()]),
    [
      ['/shared', ['get', 'post']],
      ['/c', ['get']],
      ['/q', ['get']],
    ],
  );
  t.is((await fetch(`${url}/docs`)).status, 200);
  const half = await gatewayOver(t, command?.url ?? '', NO_GATEWAY);
  t.is((await fetch(`${half}/openapi.json`)).status, 503);
});

test('what is on neither is a problem of its own, and reaches nobody', async (t) => {
  const { url, command, query } = await gatewayWithNames(t);
  for (const [method, path, status, code] of [
    ['GET', '/nowhere', 404, 'not_found'],
    ['GET', '/provider/v1/refund', 404, 'not_found'],
    ['GET', '/players', 405, 'method_not_allowed'],
    ['POST', '/me', 405, 'method_not_allowed'],
  ] as const) {
    const { response, body } = await raw(url, { method, path });
    t.is(response.statusCode, status);
    t.is(response.headers['content-type'], 'application/problem+json');
    t.like(JSON.parse(body.toString()), { status, code });
  }
  t.deepEqual([command.received.length, query.received.length], [0, 0]);
});

test('path, query, headers and the bytes of the body arrive unchanged', async (t) => {
  const { url, command } = await gatewayWithNames(t);
  // Neither JSON nor UTF-8: a signature is over bytes, whatever they are.
  const body = Buffer.concat([Buffer.from('{ "a" : 1.10,\r\n'), randomBytes(1_000)]);
  const path = '/provider/v1/bet?b=%2F%20x&a=1&a=2';
  await raw(url, {
    method: 'POST',
    path,
    headers: [
      ...['Host', 'croupier.example.com', 'X-Signature', 'AbC', 'X-Twice', 'one', 'X-Twice', 'two'],
      ...['Content-Type', 'application/json', 'Content-Length', String(body.length)],
      ...['Connection', 'close, X-Hop', 'X-Hop', 'mine', 'TE', 'trailers'],
    ],
    body,
  });
  const [seen] = command.received as [Received];
  t.is(seen.url, path);
  t.deepEqual(seen.body, body);
  t.like(seen.headers, { host: 'croupier.example.com', 'x-signature': 'AbC', 'content-type': 'application/json' });
  t.is(seen.headers['x-twice'], 'one, two');
  t.is(seen.headers['content-length'], String(body.length));
  t.deepEqual([seen.headers['x-hop'], seen.headers.te], [undefined, undefined]);
});

test('a chunked body arrives whole, and an empty one empty', async (t) => {
  const { url, command } = await gatewayWithNames(t);
  const body = randomBytes(40_000);
  await raw(url, { method: 'POST', path: '/login', headers: { 'Transfer-Encoding': 'chunked' }, body });
  await raw(url, { method: 'POST', path: '/logout' });
  t.deepEqual(
    command.received.map((request) => request.body),
    [body, Buffer.alloc(0)],
  );
});

test('an answer comes back as it is: status, headers, bytes', async (t) => {
  const bytes = randomBytes(300_000);
  const answers: Record<string, Reaction> = {
    '/login': (response) => {
      response.writeHead(422, [
        ...['Content-Type', 'application/problem+json', 'Retry-After', '7', 'X-Position', '12'],
        ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Correlation-Id', 'theirs', 'Idempotency-Replayed', 'true'],
      ]);
      response.end('{"code":"insufficient_funds"}');
    },
    '/logout': (response) => response.writeHead(204).end(),
    '/players': (response) => {
      response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
      response.end(bytes);
    },
    '/psp/v1/callback': (response) => response.writeHead(500, { 'Content-Type': 'text/plain' }).end('broken'),
  };
  const command = await scriptedServer(t, (request) => answers[request.url] ?? { status: 200 });
  const url = await gatewayOver(t, command.url, NO_GATEWAY);

  const refused = await raw(url, { method: 'POST', path: '/login' });
  t.is(refused.response.statusCode, 422);
  t.is(refused.body.toString(), '{"code":"insufficient_funds"}');
  t.like(refused.response.headers, {
    'content-type': 'application/problem+json',
    'retry-after': '7',
    'x-position': '12',
    'x-correlation-id': 'theirs',
    'idempotency-replayed': 'true',
    'set-cookie': ['a=1', 'b=2'],
  });
  const empty = await raw(url, { method: 'POST', path: '/logout' });
  t.deepEqual([empty.response.statusCode, empty.body.length], [204, 0]);
  t.deepEqual((await raw(url, { method: 'POST', path: '/players' })).body, bytes);
  const broken = await raw(url, { method: 'POST', path: '/psp/v1/callback' });
  t.deepEqual([broken.response.statusCode, broken.body.toString()], [500, 'broken']);
});

test('an answer that is cut on its way is cut for the caller too', async (t) => {
  const command = await scriptedServer(t, () => (response) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('half', () => response.destroy());
  });
  const url = await gatewayOver(t, command.url, NO_GATEWAY);
  await t.throwsAsync(raw(url, { method: 'POST', path: '/login' }));
});

test('an upstream that is away is 503 and nothing is sent twice', async (t) => {
  const command = await scriptedServer(t, () => 'cut');
  const url = await gatewayOver(t, command.url, NO_GATEWAY);
  for (const [method, path] of [
    ['POST', '/provider/v1/bet'],
    ['GET', '/me'],
  ] as const) {
    const { response, body } = await raw(url, { method, path });
    t.is(response.statusCode, 503);
    t.is(response.headers['retry-after'], '1');
    t.like(JSON.parse(body.toString()), { code: 'unavailable' });
  }
  t.is(command.received.length, 1);
});

test("what no client may send is the caller's fault, not ours", async (t) => {
  const { url, command } = await gatewayWithNames(t);
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write('POST /login HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}');
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  t.regex(answer, /^HTTP\/1.1 400 /);
  t.regex(answer, /"code":"malformed"/);
  t.is(command.received.length, 0);
});

test('a body over 64 KiB is refused here, one of 64 KiB is not', async (t) => {
  const { url, command } = await gatewayWithNames(t);
  const send = (length: number) => raw(url, { method: 'POST', path: '/login', body: Buffer.alloc(length, 0x20) });
  const { response, body } = await send(64 * 1024 + 1);
  t.is(response.statusCode, 413);
  t.like(JSON.parse(body.toString()), { code: 'body_too_large' });
  t.is((await send(64 * 1024)).response.statusCode, 200);
  t.is(command.received.length, 1);
});

test('it is ready when both are reachable, and names who is not', async (t) => {
  const { url } = await gatewayWithNames(t);
  const ready = (at: string) => callHttp({ method: 'GET', url: `${at}/health/ready`, timeoutMs: 5_000 });
  t.is((await ready(url))?.status, 200);
  const query = await scriptedServer(t, () => ({ status: 200 }));
  const half = await gatewayOver(t, NO_GATEWAY, query.url);
  t.like(await ready(half), { status: 503, body: { code: 'unavailable', missing: ['command'] } });
  t.is((await callHttp({ method: 'GET', url: `${half}/health/live`, timeoutMs: 5_000 }))?.status, 200);
  t.is((await fetch(`${half}/metrics`)).status, 200);
});

test('the upstream is told who called, after what the caller says of itself', async (t) => {
  const { url, command } = await gatewayWithNames(t);
  const call = (headers: Record<string, string>) =>
    raw(url, { method: 'POST', path: '/login', headers, body: Buffer.from('{}') });
  await call({});
  await call({ 'X-Forwarded-For': '192.0.2.7' });
  t.deepEqual(
    command.received.map(({ headers }) => headers['x-forwarded-for']),
    ['127.0.0.1', '192.0.2.7, 127.0.0.1'],
  );
});
