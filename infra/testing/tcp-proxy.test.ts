import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { startTcpProxy } from './tcp-proxy.js';

/** A server that says everything back, behind a proxy; `heard` is all that came to it. */
async function echoBehindProxy(t: ExecutionContext) {
  let heard = '';
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      heard += chunk;
      socket.write(chunk);
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy = await startTcpProxy(`nats://127.0.0.1:${port}`);
  t.teardown(async () => {
    await proxy.stop();
    server.close();
  });
  return { proxy, heard: () => heard };
}

/** A connection, and all that it has heard so far. */
async function dial(t: ExecutionContext, port: number) {
  const socket = connect(port, '127.0.0.1');
  const said: string[] = [];
  socket.on('data', (chunk) => said.push(String(chunk)));
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return { socket, heard: (text: string) => heardBy(socket, said, text), said: () => said.join('') };
}

function failureOf(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code)));
}

async function heardBy(socket: Socket, said: readonly string[], text: string): Promise<void> {
  while (said.join('') !== text) await once(socket, 'data');
}

test('it passes everything on, both ways, and the end of it', async (t) => {
  const { proxy } = await echoBehindProxy(t);
  t.regex(proxy.url, new RegExp(`^nats://127\\.0\\.0\\.1:${proxy.port}$`));
  const { socket, heard } = await dial(t, proxy.port);
  socket.write('one');
  await heard('one');
  const long = 'x'.repeat(5_000_000);
  socket.write(long);
  await heard(`one${long}`);
  const ended = once(socket, 'end');
  socket.end();
  await ended;
  t.pass();
});

test('cut: who is connected is reset, and who comes; restored, it serves again', async (t) => {
  const { proxy } = await echoBehindProxy(t);
  const { socket, heard } = await dial(t, proxy.port);
  socket.write('one');
  await heard('one');
  const cut = failureOf(socket);
  proxy.cut();
  t.is(await cut, 'ECONNRESET');
  t.is(await failureOf(connect(proxy.port, '127.0.0.1')), 'ECONNRESET');
  proxy.restore();
  const again = await dial(t, proxy.port);
  again.socket.write('two');
  await again.heard('two');
});

test('stalled: nothing passes and nobody is told; restored, all of it arrives in order', async (t) => {
  const { proxy, heard: heardByServer } = await echoBehindProxy(t);
  const early = await dial(t, proxy.port);
  early.socket.write('one');
  await early.heard('one');
  proxy.stall();
  early.socket.write('two');
  const late = await dial(t, proxy.port);
  late.socket.write('three');
  // There is nothing to wait for when nothing may come: long enough for a byte that slips through.
  await sleep(50);
  t.is(heardByServer(), 'one');
  t.false(early.socket.destroyed || late.socket.destroyed);
  proxy.restore();
  early.socket.write('four');
  await early.heard('onetwofour');
  await late.heard('three');
});

test('delayed: what is said arrives later, in order, also when the network becomes good meanwhile', async (t) => {
  const { proxy } = await echoBehindProxy(t);
  const { socket, heard, said } = await dial(t, proxy.port);
  proxy.delay(60);
  const sentAt = performance.now();
  socket.write('one');
  await heard('one');
  t.true(performance.now() - sentAt >= 120, 'there and back');
  socket.write('two');
  await sleep(20);
  proxy.restore();
  socket.write('three');
  await heard('onetwothree');
  t.is(said(), 'onetwothree');
});
