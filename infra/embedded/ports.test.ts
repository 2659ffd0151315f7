import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import test from 'ava';
import { HOST, PORT_OFFSETS, type PortName, reservePorts } from './ports.js';

const NAMES = Object.keys(PORT_OFFSETS) as PortName[];

test('a base gives every listener its place', async (t) => {
  const { ports } = await reservePorts(4_000, []);
  t.deepEqual(ports, {
    gateway: 4_000,
    command: 4_001,
    projector: 4_002,
    bridge: 4_003,
    query: 4_004,
    fastTrack: 4_005,
    casino: 4_006,
    psp: 4_007,
    provider: 4_008,
    eventStore: 4_010,
    nats: 4_011,
    postgres: 4_012,
  });
});

test('a taken port fails by its number and name', async (t) => {
  const { ports, release } = await reservePorts(0, NAMES);
  t.teardown(release);
  const taken = createServer();
  t.teardown(() => taken.close());
  await new Promise<void>((resolve) => taken.listen(ports.nats, HOST, resolve));
  await t.throwsAsync(reservePorts(ports.gateway, NAMES), {
    name: 'PortTaken',
    message: `port ${ports.nats} (nats) is taken: set CROUPIER_PORT_BASE to another base, or to 0 for free ports`,
  });
  // A NATS of the user's is used instead of ours, so ours needs no port.
  await t.notThrowsAsync(
    reservePorts(
      ports.gateway,
      NAMES.filter((name) => name !== 'nats'),
    ),
  );
});

test('those who take free ports at the same time take different ones', async (t) => {
  const blocks = await Promise.all(Array.from({ length: 20 }, () => reservePorts(0, NAMES)));
  t.teardown(() => Promise.all(blocks.map((block) => block.release())));
  const taken = blocks.flatMap(({ ports }) => Object.values(ports));
  t.is(new Set(taken).size, 20 * NAMES.length);
});

test('free ports lie where no outgoing connection can take them', async (t) => {
  if (process.platform !== 'linux') return t.pass('the range is the one IANA names');
  const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).map(Number);
  const [low = 0, high = 0] = range;
  const { ports, release } = await reservePorts(0, NAMES);
  t.teardown(release);
  t.true(Object.values(ports).every((port) => port < low || port > high));
});
