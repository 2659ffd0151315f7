import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Launched, launch } from '../testing/launched.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import { nodeCommand } from './node-process.js';
import { reservePorts } from './ports.js';
import { identify } from './process-identity.js';
import { answersOk, isListening } from './readiness.js';
import type { ReadyInfo } from './ready.js';
import { startStack } from './stack.js';
import { systemEnv } from './system-env.js';

const [node, ...words] = nodeCommand('infra/embedded/main.ts');
const PROCESSES = [
  'bridge',
  'command',
  'eventStore',
  'gateway',
  'nats',
  'postgres',
  'projector',
  'query',
  'sandbox',
] as const;

const RECOVERY_TIMEOUT_MS = 60_000;

type Start = { readonly dataDir: string; readonly env?: NodeJS.ProcessEnv };

/** `npm start -- --no-demo` as npm runs it, on free ports. */
function start(t: ExecutionContext, { dataDir, env }: Start): Promise<Launched<ReadyInfo>> {
  const settings = { CROUPIER_DATA_DIR: dataDir, CROUPIER_PORT_BASE: '0', ...env };
  return launch<ReadyInfo>(t, [node, ...words, '--no-demo'], { env: { ...systemEnv(), ...settings } });
}

async function stop(t: ExecutionContext, { child, ready }: Launched<ReadyInfo>, signal: NodeJS.Signals): Promise<void> {
  const since = Date.now();
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  for (const [name, pid] of Object.entries(ready.pids)) {
    await until(`${name} is gone`, () => identify(pid) === undefined);
  }
  t.true(Date.now() - since < 10_000);
  for (const port of portsOf(ready)) t.false(await isListening(port), `port ${port}`);
}

function portsOf(ready: ReadyInfo): number[] {
  const { gateway, command, query, bridge, fastTrack, casino, psp, provider, eventStore, nats, postgres } = ready;
  const urls = [gateway, command, query, bridge, fastTrack, casino, psp, provider, eventStore, nats, postgres];
  return urls.map((url) => Number(new URL(url).port));
}

async function register(ready: ReadyInfo, email: string): Promise<void> {
  const body = { first_name: 'Jane', last_name: 'Doe', birth_date: '1990-01-31', country: 'SE', currency: 'EUR' };
  const answer = await post(`${ready.gateway}/players`, { ...body, email, password: 'correct horse battery' });
  if (answer.status !== 201) throw new Error(`register answered ${answer.status}: ${await answer.text()}`);
}

function logIn(ready: ReadyInfo, email: string): Promise<Response> {
  return post(`${ready.gateway}/login`, { email, password: 'correct horse battery' });
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

// One platform tells most of the story: each start takes all of a small machine for some seconds.
test.serial('npm start from READY through kills and a second start to its end', async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await start(t, { dataDir });
  readyNamesEveryPart(t, first.ready);
  await register(first.ready, 'jane@example.com');

  t.log('beside it, its folder is refused and its ports are taken');
  await t.throwsAsync(start(t, { dataDir }), { message: /in use by process \d+: stop that one, or choose another/ });
  const [base = 0] = portsOf(first.ready);
  const beside = { dataDir: await temporaryFolder(t), env: { CROUPIER_PORT_BASE: String(base) } };
  await t.throwsAsync(start(t, beside), { message: /port \d+ \(gateway\) is taken: set CROUPIER_PORT_BASE/ });

  t.log('each part that is killed comes back on its port');
  const pids = await killEveryPart(first.ready, dataDir);
  t.is((await logIn(first.ready, 'jane@example.com')).status, 200);

  t.log('kill -9 of the supervisor leaves nothing, and a second start finds the data of the first');
  await stop(t, { ...first, ready: { ...first.ready, pids } }, 'SIGKILL');
  const second = await start(t, { dataDir });
  t.deepEqual(second.ready.keys, first.ready.keys);
  t.is((await logIn(second.ready, 'jane@example.com')).status, 200);
  t.is((await logIn(second.ready, 'john@example.com')).status, 401);

  t.log('SIGTERM ends it within 10 s');
  await stop(t, second, 'SIGTERM');
});

function readyNamesEveryPart(t: ExecutionContext, ready: ReadyInfo): void {
  t.deepEqual(Object.keys(ready.pids).sort(), [...PROCESSES]);
  t.true(portsOf(ready).every((port) => port > 0));
  t.is(ready.keys.providerId, 'mock');
  t.is(ready.keys.pspId, 'fake');
  t.is(ready.profile, 'guide');
}

/** Answers the successors' pids once all of them serve on the old ports. */
async function killEveryPart(ready: ReadyInfo, dataDir: string): Promise<ReadyInfo['pids']> {
  for (const pid of Object.values(ready.pids)) process.kill(pid, 'SIGKILL');
  const successors = await until(
    'every part has another pid',
    async () => {
      const { pids } = JSON.parse(await readFile(join(dataDir, 'ready.json'), 'utf8')) as ReadyInfo;
      return PROCESSES.every((name) => pids[name] !== ready.pids[name]) && pids;
    },
    RECOVERY_TIMEOUT_MS,
  );
  for (const url of [ready.gateway, ready.command, ready.query, ready.bridge, ready.fastTrack]) {
    const isReady = () => answersOk(`${url}/health/ready`).catch(() => false);
    await until(`${url} is ready again`, isReady, RECOVERY_TIMEOUT_MS);
  }
  for (const port of portsOf(ready)) await until(`port ${port} listens`, () => isListening(port));
  return successors;
}

test.serial("servers of the user's are used, have no pid in READY, and outlive the platform", async (t) => {
  const stack = await startStack();
  t.teardown(stack.stop);
  const env = { EVENTSTORE_URL: stack.eventStoreUrl, NATS_URL: stack.natsUrl, POSTGRES_URL: stack.postgresUrl };
  const launched = await start(t, { dataDir: await temporaryFolder(t), env });
  const { pids, eventStore, nats, postgres } = launched.ready;
  t.deepEqual(
    Object.keys(pids).sort(),
    PROCESSES.filter((name) => !['eventStore', 'nats', 'postgres'].includes(name)),
  );
  t.deepEqual([eventStore, nats, postgres], [stack.eventStoreUrl, stack.natsUrl, stack.postgresUrl]);
  await register(launched.ready, 'jane@example.com');
  launched.child.kill('SIGTERM');
  await once(launched.child, 'exit');
  for (const [name, pid] of Object.entries(stack.pids())) t.not(identify(pid ?? 0), undefined, name);
});

test.serial('sandbox secrets are refused in production', async (t) => {
  const env = { NODE_ENV: 'production' };
  await t.throwsAsync(start(t, { dataDir: await temporaryFolder(t), env }), { message: /NODE_ENV=production refuses/ });
});

test.serial('a base that is no port is refused by name', async (t) => {
  const { ports, release } = await reservePorts(0, []);
  t.teardown(release);
  const env = { CROUPIER_PORT_BASE: `${ports.gateway}x` };
  await t.throwsAsync(start(t, { dataDir: await temporaryFolder(t), env }), {
    message: /CROUPIER_PORT_BASE is "\d+x"/,
  });
});
