import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Server, ServerCredentials, type ServiceDefinition, type sendUnaryData } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import { operations, ScavengeService } from '../../embedded/event-store/grpc/generated.js';
import { startEventStoreServer } from '../../embedded/event-store/server.js';
import { nodeCommand } from '../../embedded/node-process.js';
import { temporaryFolder } from '../../testing/temporary-folder.js';

const [NODE, ...WORDS] = nodeCommand('infra/tools/scavenge/main.ts');

test('the store that ready.json names is scavenged, and the figures said', async (t) => {
  const dataDir = await temporaryFolder(t);
  const url = await startServer(t);
  await writeFile(join(dataDir, 'ready.json'), JSON.stringify({ eventStore: url }));
  const { code, out } = await run({ CROUPIER_DATA_DIR: dataDir });
  t.regex(out, /^The event store is scavenged: 1 events kept, \d+ → \d+ bytes\.\n$/);
  t.is(code, 0);
});

test('EVENTSTORE_URL goes before the data folder', async (t) => {
  const { code, out } = await run({ EVENTSTORE_URL: await startServer(t), CROUPIER_DATA_DIR: '/nonexistent' });
  t.regex(out, /^The event store is scavenged: /);
  t.is(code, 0);
});

// A stand-in that has the operation, but not the streams that the embedded server shows: as EventStoreDB to a stranger.
test('a store that does not show its scavenges works on in the background', async (t) => {
  const server = new Server();
  server.addService(ScavengeService as unknown as ServiceDefinition, {
    startScavenge: (_: unknown, done: sendUnaryData<unknown>) =>
      done(null, new operations.ScavengeResp().setScavengeId('theirs')),
  });
  t.teardown(() => server.forceShutdown());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const { code, out } = await run({ EVENTSTORE_URL: `esdb://127.0.0.1:${port}?tls=false` });
  t.regex(out, /in the background; its stream \$scavenges-theirs tells/);
  t.is(code, 0);
});

test('--help says what it does', async (t) => {
  const { code, out } = await run({ CROUPIER_DATA_DIR: '/nonexistent' }, '--help');
  t.regex(out, /^npm run scavenge: .*EVENTSTORE_URL.*CROUPIER_DATA_DIR/s);
  t.is(code, 0);
});

for (const [title, args, env, message] of [
  ['an argument that it does not know', ['--now'], {}, /^The scavenge failed: it takes no arguments but --help/],
  [
    'no platform on the folder',
    [],
    {},
    /^The scavenge failed: EVENTSTORE_URL is not set, and there is no .*ready\.json/,
  ],
  ['a store that is not there', [], { EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' }, /failed: .*ECONNREFUSED/],
  ['what is no address', [], { EVENTSTORE_URL: 'nowhere' }, /^The scavenge failed: ./],
] as const) {
  test(`${title} is answered with one sentence and exit code 1`, async (t) => {
    const { code, out, error } = await run({ CROUPIER_DATA_DIR: await temporaryFolder(t), ...env }, ...args);
    t.regex(error, message);
    t.is(error.trimEnd().split('\n').length, 1, error);
    t.is(out, '');
    t.is(code, 1);
  });
}

test('a ready.json that is broken is answered so', async (t) => {
  const dataDir = await temporaryFolder(t);
  for (const content of ['{', '{}', '{"eventStore":""}']) {
    await writeFile(join(dataDir, 'ready.json'), content);
    const { code, error } = await run({ CROUPIER_DATA_DIR: dataDir });
    t.regex(error, /^The scavenge failed: .*ready\.json names no event store\n$/);
    t.is(code, 1);
  }
});

async function startServer(t: ExecutionContext): Promise<string> {
  const server = await startEventStoreServer({ dataDir: await temporaryFolder(t), host: '127.0.0.1', port: 0 });
  t.teardown(() => server.stop());
  return server.url;
}

/** As `npm run scavenge` does, with only these of its variables. */
async function run(env: NodeJS.ProcessEnv, ...args: readonly string[]) {
  const { EVENTSTORE_URL: _, ...others } = process.env;
  const child = spawn(NODE, [...WORDS, ...args], {
    env: { ...others, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: code as unknown, out, error };
}
