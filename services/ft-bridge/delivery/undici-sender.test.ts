import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { createUndiciSender } from './undici-sender.js';

const MESSAGE = { method: 'POST', path: '/v2/integration/login', body: { user_id: '1' } } as const;

async function senderTo(t: ExecutionContext, listener: RequestListener, options = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const sender = createUndiciSender({
    ...{ baseUrl: `http://127.0.0.1:${port}/base/`, apiKey: 'key', keyHeader: 'X-Api-Key' },
    ...{ connections: 1, timeoutMs: 5_000, now: Date.now, ...options },
  });
  t.teardown(async () => {
    await sender.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    ...sender,
    close: () => server.closeAllConnections(),
    send: (sequence: number) => sender.send({ message: MESSAGE, idempotencyKey: `key-${sequence}`, sequence }),
  };
}

test('a request is the message, under its path, with key, idempotency key and sequence', async (t) => {
  const { send } = await senderTo(t, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    t.is(`${request.method} ${request.url}`, 'POST /base/v2/integration/login');
    t.like(request.headers, { 'idempotency-key': 'key-7', 'x-sequence': '7', 'x-api-key': 'key' });
    t.is(request.headers['content-type'], 'application/json');
    t.deepEqual(JSON.parse(Buffer.concat(chunks).toString()), MESSAGE.body);
    response.end('taken');
  });
  t.plan(5);
  t.deepEqual(await send(7), { kind: 'answered', status: 200, retryAfterMs: undefined });
});

test('of a refusal the beginning of its body is told, and when to come again', async (t) => {
  const { send } = await senderTo(t, (_, response) => {
    response.writeHead(429, { 'retry-after': '2' }).end('ä'.repeat(10_000));
  });
  t.deepEqual(await send(1), { kind: 'answered', status: 429, retryAfterMs: 2_000, text: 'ä'.repeat(512) });
});

test('a redirect is not followed, and a 1xx is no answer', async (t) => {
  let requests = 0;
  const { send } = await senderTo(t, (_, response) => {
    requests += 1;
    response.writeProcessing();
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  t.deepEqual(await send(1), { kind: 'answered', status: 307, retryAfterMs: undefined, text: '' });
  t.is(requests, 1);
});

test('an answer without an end, or far too long a one, has said its status', async (t) => {
  const hanging = await senderTo(t, (_, response) => void response.writeHead(200).write('…'), { timeoutMs: 300 });
  t.like(await hanging.send(1), { kind: 'answered', status: 200 });
  const long = await senderTo(t, (_, response) => void response.writeHead(200).write('x'.repeat(1_000_000)));
  t.like(await long.send(1), { kind: 'answered', status: 200 });
});

test('no answer in time is told so, and what waited behind it for the connection is never sent after it was given up', async (t) => {
  const seen: unknown[] = [];
  const { send, close } = await senderTo(
    t,
    (request) => {
      seen.push(request.headers['x-sequence']);
    },
    { timeoutMs: 300 },
  );
  const answers = await Promise.all([send(1), send(2)]);
  t.deepEqual(answers, [
    { kind: 'unanswered', error: 'no answer in 300 ms' },
    { kind: 'unanswered', error: 'no answer in 300 ms' },
  ]);
  close();
  t.like(await send(3), { kind: 'unanswered' });
  t.false(seen.includes('2'));
});

test('a connection that is cut, a server that is not there, a sender that is stopped: no answer, in words', async (t) => {
  const cut = await senderTo(t, (request) => request.socket.destroy());
  t.like(await cut.send(1), { kind: 'unanswered' });
  const nobody = createUndiciSender({
    ...{ baseUrl: 'http://127.0.0.1:1', apiKey: 'key', keyHeader: 'X-Api-Key' },
    ...{ connections: 1, timeoutMs: 5_000, now: Date.now },
  });
  const answer = await nobody.send({ message: MESSAGE, idempotencyKey: 'k', sequence: 1 });
  t.regex(answer.kind === 'unanswered' ? answer.error : '', /ECONNREFUSED/);
  await nobody.stop();
  t.like(await nobody.send({ message: MESSAGE, idempotencyKey: 'k', sequence: 1 }), { kind: 'unanswered' });
  const stopped = await senderTo(t, () => undefined);
  const underWay = stopped.send(1);
  await stopped.stop();
  t.like(await underWay, { kind: 'unanswered' });
});
