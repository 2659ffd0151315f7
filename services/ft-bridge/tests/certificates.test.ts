import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { type Certified, createAuthority } from '../../../infra/testing/certificates.js';
import { until } from '../../../infra/testing/until.js';
import { bridgeBench, metric } from './bridge-workbench.js';
import { logins, player, story } from './stories.js';

// Goal: who cannot prove to be Fast Track is told nothing, not even a header, and nothing is lost meanwhile. In front of
// a scripted Fast Track stands an end of TLS that changes its certificate while the bridge runs.

const IP = '127.0.0.1';
const HOUR_MS = 3_600_000;

/** Decrypts for the target; counts what it passed on. */
async function tlsFront(t: ExecutionContext, target: string, first: Certified) {
  const sockets = new Set<{ destroy(): void }>();
  let passed = 0;
  const server = createServer(first, (socket) => {
    const behind = connect(Number(new URL(target).port), IP);
    for (const end of [socket, behind]) {
      sockets.add(end);
      end.on('error', () => undefined).on('close', () => [socket, behind].map((other) => other.destroy()));
    }
    socket.on('data', (chunk: Buffer) => {
      passed += chunk.length;
    });
    socket.pipe(behind).pipe(socket);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, IP, resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `https://${IP}:${(server.address() as AddressInfo).port}`,
    passed: () => passed,
    show: (certified: Certified) => server.setSecureContext(certified),
  };
}

test('a certificate that proves nothing is told nothing; when it is right, all that was kept is delivered', async (t) => {
  const ours = createAuthority('the authority');
  const good = ours.issue({ name: 'ft', ip: IP });
  const wrong: readonly (readonly [RegExp, Certified])[] = [
    // Of the same name, for a name proves nothing.
    [/unable to verify|self-signed|signature/, createAuthority('the authority').issue({ name: 'ft', ip: IP })],
    [/expired/, ours.issue({ name: 'ft', ip: IP, notAfter: new Date(Date.now() - HOUR_MS) })],
    [/does not match/, ours.issue({ name: 'ft', ip: '192.0.2.1' })],
    [/does not match/, ours.issue({ name: IP })],
  ];
  const bench = await bridgeBench(t);
  const front = await tlsFront(t, bench.fastTrack.url, good);
  const refused = (reason: RegExp) =>
    until(`it is refused: ${reason}`, async () => {
      const [lane] = await bench.postgres.query('SELECT last_error FROM bridge.lanes');
      return reason.test(String(lane?.last_error));
    });

  // Without an authority of its own it believes the public ones only.
  const first = await bench.start({}, { baseUrl: front.url });
  const events = story(player(1), logins(3));
  await bench.happen(events);
  await until('it was tried', async () => (await metric(first.url, 'lanes_retrying')) === 1);
  await refused(/unable to verify/);
  await first.stop();

  front.show(wrong[0]?.[1] ?? t.fail());
  const second = await bench.start({}, { baseUrl: front.url, ca: ours.ca });
  for (const [reason, certified] of wrong) {
    front.show(certified);
    await refused(reason);
  }
  t.is(front.passed(), 0);
  const [lane] = await bench.postgres.query('SELECT delivered_revision, parked_kind FROM bridge.lanes');
  t.deepEqual(lane, { delivered_revision: '-1', parked_kind: null });

  front.show(good);
  await bench.fastTrack.until(({ taken }) => taken.length === events.length);
  t.deepEqual(
    bench.fastTrack.taken.map(({ key }) => key),
    events.map(({ id }) => id),
  );
  await until('the lane is well', async () => (await metric(second.url, 'lanes_retrying')) === 0);
});
