import type { ExecutionContext } from 'ava';
import test from 'ava';
import { answerIn, openRawHttp } from './testing/raw-http.js';
import { serverInTest } from './testing/server-in-test.js';

const UNFINISHED_TIMEOUT_MS = 200;
const HOST = 'Host: a\r\n';

function isProblem(t: ExecutionContext, text: string, status: number, code: string) {
  const answer = answerIn(text);
  t.is(answer.status, status);
  t.regex(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  t.truthy(answer.headers.get('x-correlation-id'));
  t.like(JSON.parse(answer.body), { status, code, type: `urn:croupier:problem:${code}` });
}

const REFUSED: readonly (readonly [what: string, sent: string, status: number, code: string])[] = [
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'malformed'],
  ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00', 400, 'malformed'],
  ['an unknown method', `BREW /items/1 HTTP/1.1\r\n${HOST}\r\n`, 400, 'malformed'],
  ['a header without a colon', `GET /items/1 HTTP/1.1\r\n${HOST}oops\r\n\r\n`, 400, 'malformed'],
  ['a NUL in a header', `GET /items/1 HTTP/1.1\r\n${HOST}X-A: a\0b\r\n\r\n`, 400, 'malformed'],
  ['a length that is no number', `POST /echo HTTP/1.1\r\n${HOST}Content-Length: ten\r\n\r\n`, 400, 'malformed'],
  [
    'two ways to say the length (request smuggling)',
    `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    'malformed',
  ],
  [
    'a chunk of no length',
    `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n`,
    400,
    'malformed',
  ],
  [
    'headers over 16 KiB',
    `GET /items/1 HTTP/1.1\r\n${HOST}X-A: ${'a'.repeat(20_000)}\r\n\r\n`,
    431,
    'headers_too_large',
  ],
  ['a URL over 16 KiB', `GET /items/${'a'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`, 431, 'headers_too_large'],
  ['no Host', 'GET /items/1 HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed'],
  ['a CONNECT', `CONNECT example.com:443 HTTP/1.1\r\n${HOST}\r\n`, 405, 'method_not_allowed'],
];

for (const [what, sent, status, code] of REFUSED) {
  test(`${what} is answered with a ${status} problem, and the server lives on`, async (t) => {
    const { url, log } = await serverInTest(t);
    const { socket, whole } = openRawHttp(t, url);
    socket.write(sent, 'latin1');
    isProblem(t, await whole, status, code);
    t.is((await fetch(`${url}/items/1`)).status, 200);
    t.deepEqual(log, []);
  });
}

test('an expectation that nobody knows is ignored', async (t) => {
  const { url } = await serverInTest(t);
  const { socket, received } = openRawHttp(t, url);
  socket.write(`GET /items/1 HTTP/1.1\r\n${HOST}Expect: miracles\r\n\r\n`);
  t.is(answerIn(await received('}')).status, 200);
});

test('a request to upgrade is answered as a plain one', async (t) => {
  const { url } = await serverInTest(t);
  const { socket, received } = openRawHttp(t, url);
  socket.write(`GET /items/1 HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  t.is(answerIn(await received('}')).status, 200);
});

test('HTTP/1.0 without a Host is served', async (t) => {
  const { url } = await serverInTest(t);
  const { socket, whole } = openRawHttp(t, url);
  socket.write('GET /items/1 HTTP/1.0\r\n\r\n');
  t.is(answerIn(await whole).body, '{"id":"1"}');
});

const UNFINISHED: { readonly [what: string]: string } = {
  'its request line': 'GET /ite',
  'its headers': `GET /items/1 HTTP/1.1\r\n${HOST}X-A: a\r\n`,
  'its body': `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\n{"a"`,
  'its chunks': `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n`,
};

for (const [what, sent] of Object.entries(UNFINISHED)) {
  test(`a client that never finishes ${what} gets a 408 and loses its connection`, async (t) => {
    const { url } = await serverInTest(t, { requestTimeoutMs: UNFINISHED_TIMEOUT_MS });
    const { socket, whole } = openRawHttp(t, url);
    socket.write(sent);
    isProblem(t, await whole, 408, 'request_timeout');
  });
}

test('nonsense behind a good request is not taken for its answer', async (t) => {
  const { url, slowBegan, finishSlow } = await serverInTest(t);
  const { socket, whole } = openRawHttp(t, url);
  socket.write(`GET /slow HTTP/1.1\r\n${HOST}\r\n`);
  await slowBegan;
  socket.write('nonsense\r\n\r\n');
  // The connection is cut without an answer: the client must ask again what became of the first.
  t.is(await whole, '');
  finishSlow();
});
