import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

export const HOST = '127.0.0.1';

/** Where each listener stands from the base port (design: CROUPIER_PORT_BASE). */
export const PORT_OFFSETS = {
  gateway: 0,
  command: 1,
  projector: 2,
  bridge: 3,
  query: 4,
  fastTrack: 5,
  casino: 6,
  psp: 7,
  provider: 8,
  eventStore: 10,
  nats: 11,
  postgres: 12,
} as const;

export type PortName = keyof typeof PORT_OFFSETS;
export type Ports = Readonly<Record<PortName, number>>;
export type ReservedPorts = { readonly ports: Ports; release(): Promise<void> };

const BLOCK_SIZE = 16;
const LOCK_OFFSET = 15;
const LOWEST_BLOCK = 10_240;
const HIGHEST_PORT = 65_535;
const BLOCK_ATTEMPTS_MAX = 200;

/** Another program listens where one of our servers has to. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  readonly port: number;
  readonly portName: PortName;

  constructor(port: number, portName: PortName) {
    super(`port ${port} (${portName}) is taken: set CROUPIER_PORT_BASE to another base, or to 0 for free ports`);
    this.port = port;
    this.portName = portName;
  }
}

/** The ports from a base, or a free block for base 0. @throws PortTaken naming the first of `needed` that is taken. */
export async function reservePorts(base: number, needed: readonly PortName[]): Promise<ReservedPorts> {
  if (base === 0) return reserveFreeBlock();
  const ports = portsFrom(base);
  for (const name of needed) {
    const held = await hold(ports[name]);
    if (held === undefined) throw new PortTaken(ports[name], name);
    await close(held);
  }
  return { ports, release: async () => {} };
}

/**
 * A block outside the kernel's ephemeral range, where no outgoing connection can take a port between our look and
 * the server's bind, or while a killed server restarts. The listener on its last port is the block's lock.
 */
async function reserveFreeBlock(): Promise<ReservedPorts> {
  const blocks = candidateBlocks();
  for (let attempt = 1; attempt <= BLOCK_ATTEMPTS_MAX; attempt += 1) {
    const base = blocks[Math.floor(Math.random() * blocks.length)];
    if (base === undefined) break;
    const lock = await hold(base + LOCK_OFFSET);
    if (lock === undefined) continue;
    const ports = portsFrom(base);
    if (await areAllFree(Object.values(ports))) return { ports, release: () => close(lock) };
    await close(lock);
  }
  throw new Error(`no block of ${BLOCK_SIZE} free ports was found`);
}

function portsFrom(base: number): Ports {
  const entries = Object.entries(PORT_OFFSETS).map(([name, offset]) => [name, base + offset]);
  return Object.fromEntries(entries) as Ports;
}

function candidateBlocks(): number[] {
  const [low, high] = ephemeralRange();
  const all: number[] = [];
  for (let base = LOWEST_BLOCK; base + BLOCK_SIZE - 1 <= HIGHEST_PORT; base += BLOCK_SIZE) all.push(base);
  const outside = all.filter((base) => base + BLOCK_SIZE - 1 < low || base > high);
  return outside.length > 0 ? outside : all;
}

function ephemeralRange(): [number, number] {
  try {
    const text = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
    const [low, high] = text.trim().split(/\s+/).map(Number);
    if (low !== undefined && high !== undefined) return [low, high];
  } catch {
    // Not Linux: the range that IANA names is the default there.
  }
  return [49_152, 65_535];
}

async function areAllFree(ports: readonly number[]): Promise<boolean> {
  for (const port of ports) {
    const held = await hold(port);
    if (held === undefined) return false;
    await close(held);
  }
  return true;
}

/** Listens on a port; undefined when it cannot. */
function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ host: HOST, port }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
