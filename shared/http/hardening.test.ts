import test from 'ava';
import { SECURITY_HEADERS } from './middleware.js';
import { answerIn, openRawHttp } from './testing/raw-http.js';
import { serverInTest } from './testing/server-in-test.js';

const HOST = 'Host: a\r\n';

test('every answer has the security headers: good, refused, broken, and what is no HTTP', async (t) => {
  const { url } = await serverInTest(t);
  for (const path of ['/items/1', '/refused', '/broken', '/nowhere', '/metrics', '/health/live']) {
    const { headers } = await fetch(`${url}${path}`);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) t.is(headers.get(name), value, path);
  }
  const { socket, whole } = openRawHttp(t, url);
  socket.write('nonsense\r\n\r\n');
  const { headers } = answerIn(await whole);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) t.is(headers.get(name.toLowerCase()), value);
});

const CONNECTIONS = 100;

/** What such a client sends, and then no more. */
const SLOW: readonly (readonly [string, string])[] = [
  ['say nothing', ''],
  ['stop in the request line', 'GET /items'],
  ['never end their headers', `POST /echo HTTP/1.1\r\n${HOST}X-A: `],
  ['never end their body', `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 100\r\n\r\n{`],
  ['never end their chunks', `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":`],
];

for (const [what, sent] of SLOW) {
  test(`a hundred clients that ${what} keep nobody from being served, and are shown the door`, async (t) => {
    const { url } = await serverInTest(t, { requestTimeoutMs: 2_000 });
    const slow = Array.from({ length: CONNECTIONS }, () => openRawHttp(t, url));
    await Promise.all(
      slow.map(
        ({ socket }) =>
          new Promise<void>((resolve) => socket.once('connect', () => socket.write(sent, () => resolve()))),
      ),
    );
    t.is((await fetch(`${url}/items/1`)).status, 200);
    // Each ends by the server's own timeout: the test would not end otherwise.
    await Promise.all(slow.map(({ whole }) => whole));
    t.is((await fetch(`${url}/items/1`)).status, 200);
  });
}
