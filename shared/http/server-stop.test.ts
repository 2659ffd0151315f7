import { once } from 'node:events';
import test from 'ava';
import { Agent, request } from 'undici';
import { answerIn, openRawHttp } from './testing/raw-http.js';
import { serverInTest } from './testing/server-in-test.js';

/** Half of the time after which a stop in a test cuts what is left. */
const PROMPT_MS = 60_000;

test('a stop lets a request in flight finish, and takes no new connection', async (t) => {
  const { url, server, slowBegan, finishSlow } = await serverInTest(t);
  const answer = fetch(`${url}/slow`);
  await slowBegan;
  const stopped = server.stop();
  t.is(server.stop(), stopped);
  await t.throwsAsync(fetch(`${url}/items/1`));
  finishSlow();
  t.deepEqual(await (await answer).json(), { slow: true });
  await stopped;
});

test('a stop does not wait for clients that keep their connections', async (t) => {
  const { url, server, slowBegan, finishSlow } = await serverInTest(t);
  const agent = new Agent({ connections: 2, keepAliveTimeout: 60_000 });
  t.teardown(() => agent.destroy());
  const idle = await request(`${url}/items/1`, { dispatcher: agent });
  await idle.body.dump();
  const answer = request(`${url}/slow`, { dispatcher: agent });
  await slowBegan;
  const begunAt = Date.now();
  const stopped = server.stop();
  finishSlow();
  const { headers, body } = await answer;
  t.is(headers.connection, 'close');
  await body.dump();
  await stopped;
  t.true(Date.now() - begunAt < PROMPT_MS);
});

test('nor for one whose answer was not written by the server itself', async (t) => {
  const { url, server, slowBegan, finishSlow } = await serverInTest(t);
  const { socket, whole } = openRawHttp(t, url);
  socket.write('GET /relayed HTTP/1.1\r\nHost: a\r\n\r\n');
  await slowBegan;
  const begunAt = Date.now();
  const stopped = server.stop();
  finishSlow();
  t.true((await whole).includes('relayed'));
  await stopped;
  t.true(Date.now() - begunAt < PROMPT_MS);
});

test('a stop does not wait for a connection that never said anything', async (t) => {
  const { url, server } = await serverInTest(t);
  const silent = openRawHttp(t, url);
  await once(silent.socket, 'connect');
  // The server has accepted it once it has answered one that came later.
  await (await fetch(`${url}/items/1`)).text();
  const begunAt = Date.now();
  await server.stop();
  t.is(await silent.whole, '');
  t.true(Date.now() - begunAt < PROMPT_MS);
});

test('a request that never ends is cut, so that a stop does', async (t) => {
  const { url, server, slowBegan } = await serverInTest(t, { drainTimeoutMs: 50 });
  const { socket, whole } = openRawHttp(t, url);
  socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
  await slowBegan;
  await server.stop();
  t.is(await whole, '');
});

test('pipelined requests are answered in turn', async (t) => {
  const { url } = await serverInTest(t);
  const { socket, received } = openRawHttp(t, url);
  const get = (id: string) => `GET /items/${id} HTTP/1.1\r\nHost: a\r\n\r\n`;
  socket.write(`${get('a')}${get('b')}`);
  const text = await received('{"id":"b"}');
  t.is(answerIn(text).status, 200);
  t.true(text.indexOf('{"id":"a"}') < text.indexOf('{"id":"b"}'));
});
