import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes that one direction of a connection may hold back; then its sender is no longer read. */
const HELD_BYTES_MAX = 1024 * 1024;

/** A way to one server that can be made as bad as networks are. What it does holds for connections there are and to come. */
export type TcpProxy = {
  /** The server's connection string with the proxy in the server's place. */
  readonly url: string;
  readonly port: number;
  /** Resets every connection, and each new one as soon as it is there. */
  cut(): void;
  /** Takes connections and bytes and passes nothing on, without a word to either side. What it holds is passed on later. */
  stall(): void;
  /** Every byte, either way, arrives this much later. */
  delay(ms: number): void;
  /** A good network again. */
  restore(): void;
  /** Resets what is connected and stops listening. */
  stop(): Promise<void>;
};

/** What the network is like, and how to hear that it has changed. */
type Weather = {
  readonly state: 'good' | 'stalled' | 'cut';
  readonly delayMs: number;
  /** Resolves when it is no longer stalled. */
  readonly passable: Promise<void>;
};

/** Listens on a free port of 127.0.0.1 for the server that this connection string names (one host and port in it). */
export async function startTcpProxy(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const [host, port] = [target.hostname, Number(target.port)];
  if (port === 0) throw new Error(`${target.protocol} names no port`);
  const links = new Set<Link>();
  let weather: Weather = { state: 'good', delayMs: 0, passable: Promise.resolve() };
  let clear: () => void = () => undefined;

  function become(state: Weather['state'], delayMs: number): void {
    clear();
    const passable =
      state === 'stalled'
        ? new Promise<void>((resolve) => {
            clear = resolve;
          })
        : Promise.resolve();
    weather = { state, delayMs, passable };
    for (const link of links) link.weatherChanged();
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const link = createLink(client, { host, port }, () => weather);
    links.add(link);
    client.once('close', () => links.delete(link));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port: ownPort } = server.address() as AddressInfo;
  return {
    url: serverUrl.replace(target.host, `127.0.0.1:${ownPort}`),
    port: ownPort,
    cut: () => become('cut', 0),
    stall: () => become('stalled', 0),
    delay: (ms) => become('good', ms),
    restore: () => become('good', 0),
    stop() {
      become('cut', 0);
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** One client's connection, and the one to the server that stands for it. */
type Link = { weatherChanged(): void };

function createLink(client: Socket, target: { host: string; port: number }, weather: () => Weather): Link {
  const server = connect({ ...target, allowHalfOpen: true });
  const directions = [forward(client, server, weather), forward(server, client, weather)];

  function weatherChanged(): void {
    if (weather().state === 'cut') {
      reset(client);
      reset(server);
    } else {
      for (const direction of directions) direction.weatherChanged();
    }
  }

  weatherChanged();
  return { weatherChanged };
}

/** A socket that is just being ended cannot be reset: libuv refuses, never closes it, and spins on its hang-up. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** Passes on what one socket says to the other: in order, when the weather allows. */
function forward(from: Socket, to: Socket, weather: () => Weather): { weatherChanged(): void } {
  let heldBytes = 0;
  /** Everything said so far has been passed on. */
  let passed: Promise<void> = Promise.resolve();

  function weatherChanged(): void {
    const mayRead = weather().state === 'good' && heldBytes < HELD_BYTES_MAX && !to.writableNeedDrain;
    if (mayRead) from.resume();
    else from.pause();
  }

  /** After all that was said before, and as late as the network is slow. */
  function inTurn(pass: () => void): void {
    const dueAtMs = performance.now() + weather().delayMs;
    passed = passed.then(async () => {
      await weather().passable;
      const earlyMs = dueAtMs - performance.now();
      if (earlyMs > 0) await sleep(earlyMs);
      await weather().passable;
      if (!to.destroyed) pass();
    });
  }

  from.on('data', (chunk: Buffer) => {
    heldBytes += chunk.length;
    inTurn(() => {
      heldBytes -= chunk.length;
      to.write(chunk);
      weatherChanged();
    });
    weatherChanged();
  });
  from.on('end', () => inTurn(() => to.end()));
  from.on('error', () => inTurn(() => reset(to)));
  to.on('drain', weatherChanged);
  return { weatherChanged };
}
