import type { ExecutionContext } from 'ava';
import test from 'ava';
import { silentLogger } from '../telemetry/log.js';
import { createMetrics } from '../telemetry/metrics.js';
import { startHttpServer } from './server.js';
import { answerIn, openRawHttp } from './testing/raw-http.js';
import { serverInTest } from './testing/server-in-test.js';

const PROBLEM = /^application\/problem\+json/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function isProblem(t: ExecutionContext, answer: Response, status: number, code: string) {
  t.is(answer.status, status);
  t.regex(answer.headers.get('Content-Type') ?? '', PROBLEM);
  const body = (await answer.json()) as { readonly [name: string]: unknown };
  t.like(body, { type: `urn:croupier:problem:${code}`, status, code });
  t.is(typeof body.title, 'string');
  return body;
}

test('an unknown path is a 404', async (t) => {
  const { url } = await serverInTest(t);
  for (const path of ['/', '/nowhere', '/items', '/items/1/more', '//evil.example/items/1', '/health', '/toString']) {
    await isProblem(t, await fetch(`${url}${path}`), 404, 'not_found');
  }
});

test('another method of a known path is a 405 that names those it has', async (t) => {
  const { url } = await serverInTest(t);
  const answers = await Promise.all([
    fetch(`${url}/items/1`, { method: 'POST', body: 'x'.repeat(1000) }),
    fetch(`${url}/items/1`, { method: 'OPTIONS' }),
    fetch(`${url}/echo`),
    fetch(`${url}/health/live`, { method: 'POST' }),
  ]);
  t.deepEqual(
    answers.map((answer) => answer.headers.get('Allow')),
    ['HEAD, GET, DELETE', 'HEAD, GET, DELETE', 'POST', 'GET, HEAD'],
  );
  for (const answer of answers) await isProblem(t, answer, 405, 'method_not_allowed');
});

test('HEAD is GET without the body', async (t) => {
  const { url } = await serverInTest(t);
  for (const path of ['/items/1', '/health/live', '/health/ready', '/metrics']) {
    const [head, get] = await Promise.all([fetch(`${url}${path}`, { method: 'HEAD' }), fetch(`${url}${path}`)]);
    t.is(head.status, 200, path);
    t.is(head.headers.get('Content-Type'), get.headers.get('Content-Type'));
    t.is(await head.text(), '');
  }
  t.is((await fetch(`${url}/nowhere`, { method: 'HEAD' })).status, 404);
});

test('a defect is a 500 that tells the caller nothing, and the log everything', async (t) => {
  const { url, log } = await serverInTest(t);
  const answer = await fetch(`${url}/broken`, { headers: { 'X-Correlation-Id': 'c-1' } });
  const body = await isProblem(t, answer, 500, 'internal');
  t.deepEqual(Object.keys(body).sort(), ['code', 'status', 'title', 'type']);
  t.is(log.length, 1);
  const entry = JSON.parse(log[0] ?? '');
  t.like(entry, { correlationId: 'c-1', path: '/broken' });
  t.is(entry.err.message, 'the secret is hunter2');
});

test('an answer that is no JSON is a defect like any other', async (t) => {
  const { url } = await serverInTest(t);
  await isProblem(t, await fetch(`${url}/no-json`), 500, 'internal');
});

test('a problem carries its members and headers, never its cause', async (t) => {
  const { url, log } = await serverInTest(t);
  const answer = await fetch(`${url}/refused`);
  t.is(answer.headers.get('Retry-After'), '1');
  t.deepEqual(await isProblem(t, answer, 422, 'insufficient_funds'), {
    type: 'urn:croupier:problem:insufficient_funds',
    title: 'Not enough',
    status: 422,
    code: 'insufficient_funds',
    detail: 'only 1.00',
    balance: { cash: '1.00' },
  });
  t.deepEqual(log, []);
});

test('a correlation id comes back; a missing or odd one is replaced', async (t) => {
  const { url } = await serverInTest(t);
  const idFor = async (given?: string) => {
    const headers = given === undefined ? {} : { 'X-Correlation-Id': given };
    return (await fetch(`${url}/items/1`, { headers })).headers.get('X-Correlation-Id') ?? '';
  };
  t.is(await idFor('abc-123'), 'abc-123');
  t.is(await idFor('x'.repeat(128)), 'x'.repeat(128));
  for (const odd of [undefined, '', 'x'.repeat(129), 'a b', 'é', 'a\tb']) t.regex(await idFor(odd), UUID);
});

test('what a caller writes never becomes a header', async (t) => {
  const { url } = await serverInTest(t);
  for (const path of ['/items/a%0d%0aX-Evil:%201', '/items/%0d%0a%0d%0aHTTP/1.1']) {
    const answer = await fetch(`${url}${path}`);
    t.is(answer.headers.get('X-Evil'), null);
    t.true(answer.status < 500);
  }
  const { socket, received } = openRawHttp(t, url);
  socket.write('GET /items/1 HTTP/1.1\r\nHost: a\r\nX-Correlation-Id: a\r\nX-Correlation-Id: b\r\n\r\n');
  t.regex(answerIn(await received('}')).headers.get('x-correlation-id') ?? '', UUID);
});

test('a URL that no route can mean is a 400', async (t) => {
  const { url } = await serverInTest(t);
  for (const path of ['/items/%zz', '/items/%', '/items/%ff', '/items/%ed%a0%80', '/items/%00', '/items/1?name=%00']) {
    await isProblem(t, await fetch(`${url}${path}`), 400, 'malformed');
  }
  t.deepEqual(await (await fetch(`${url}/items/%C3%A9%2Fx?page=%zz`)).json(), { id: 'é/x' });
});

test('live, ready and metrics are there for every process', async (t) => {
  let missing: readonly string[] = [];
  const { url, log } = await serverInTest(t, { readiness: () => missing });
  await fetch(`${url}/items/secret-id`);
  t.deepEqual(await (await fetch(`${url}/health/live`)).json(), { status: 'live' });
  t.deepEqual(await (await fetch(`${url}/health/ready`)).json(), { status: 'ready' });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  t.true(metrics.includes('route="/items/:id",method="GET",status="200"} 1'));
  t.false(metrics.includes('secret-id'));
  missing = ['postgres: no connection'];
  const body = await isProblem(t, await fetch(`${url}/health/ready`), 503, 'unavailable');
  t.deepEqual(body.missing, ['postgres: no connection']);
  t.deepEqual(log, []);
});

test('a readiness check that breaks is a 500, and the process lives on', async (t) => {
  const { url } = await serverInTest(t, { readiness: () => Promise.reject(new Error('boom')) });
  await isProblem(t, await fetch(`${url}/health/ready`), 500, 'internal');
  t.is((await fetch(`${url}/health/live`)).status, 200);
});

test('a taken port fails the start, by its number', async (t) => {
  const { url, server } = await serverInTest(t);
  const port = Number(new URL(url).port);
  const taken = {
    logger: silentLogger,
    metrics: createMetrics('b'),
    routers: [],
    readiness: () => [],
    host: '127.0.0.1',
    port,
  };
  const error = await t.throwsAsync(startHttpServer(taken));
  t.regex(error.message, new RegExp(`EADDRINUSE.*${port}`));
  await server.stop();
});
