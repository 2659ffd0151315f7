import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import pg from 'pg';
import { launch } from '../testing/launched.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import { nodeCommand } from './node-process.js';
import { identify } from './process-identity.js';
import { isListening } from './readiness.js';
import { startStack } from './stack.js';

type Ready = {
  readonly natsUrl: string;
  readonly postgresUrl: string;
  readonly pids: { readonly nats: number; readonly postgres: number };
  readonly supervisor: number;
};

const MAIN = nodeCommand('infra/embedded/fixtures/stack-main.ts');

/** Waits until neither the processes nor their listeners are there any more. */
async function nothingIsLeft(t: ExecutionContext, ready: Ready): Promise<void> {
  for (const pid of [ready.supervisor, ready.pids.nats, ready.pids.postgres]) {
    await until(`process ${pid} is gone`, () => identify(pid) === undefined);
  }
  for (const url of [ready.natsUrl, ready.postgresUrl]) t.false(await isListening(Number(new URL(url).port)), url);
}

/** The environment with a temporary folder of the test's own, so that what is left there can be seen. */
async function ownTmp(t: ExecutionContext): Promise<NodeJS.ProcessEnv & { TMPDIR: string }> {
  return { ...process.env, TMPDIR: await temporaryFolder(t) };
}

async function ourFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('croupier'));
}

async function query(postgresUrl: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(postgresUrl);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('start and stop leave no process, no port and no file', async (t) => {
  const stack = await startStack({ only: ['nats', 'postgres'] });
  t.teardown(stack.stop);
  const { nats = 0, postgres = 0 } = stack.pids();
  await stack.stop();
  await nothingIsLeft(t, { ...stack, pids: { nats, postgres }, supervisor: -1 });
});

test('Ctrl-C, a SIGINT to the whole process group, leaves nothing', async (t) => {
  const env = await ownTmp(t);
  const { pid, child, ready } = await launch<Ready>(t, MAIN, { env });
  process.kill(-pid, 'SIGINT');
  const [code] = await once(child, 'exit');
  t.is(code, 0);
  await nothingIsLeft(t, ready);
  t.deepEqual(await ourFiles(env.TMPDIR), []);
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`${signal} to npm alone leaves nothing`, async (t) => {
    const env = await ownTmp(t);
    const folder = await temporaryFolder(t);
    const start = MAIN.map((word) => `'${word}'`).join(' ');
    await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts: { start } }));
    const { pid, ready } = await launch<Ready>(t, ['npm', 'start'], { env, cwd: folder });
    t.not(pid, ready.supervisor);
    process.kill(pid, signal);
    await nothingIsLeft(t, ready);
    t.deepEqual(await ourFiles(env.TMPDIR), []);
  });
}

test('kill -9 of the supervisor leaves no process and no port, and the next start removes its files', async (t) => {
  const env = await ownTmp(t);
  const { ready } = await launch<Ready>(t, MAIN, { env });
  process.kill(ready.supervisor, 'SIGKILL');
  await nothingIsLeft(t, ready);
  const next = await launch<Ready>(t, MAIN, { env });
  t.is((await ourFiles(env.TMPDIR)).length, 1);
  process.kill(next.ready.supervisor, 'SIGTERM');
  await nothingIsLeft(t, next.ready);
  t.deepEqual(await ourFiles(env.TMPDIR), []);
});

test('a start after kill -9 on the same folder ends what is left of the first, and finds its data', async (t) => {
  const env = { ...process.env, CROUPIER_DATA_DIR: await temporaryFolder(t) };
  const first = await launch<Ready>(t, MAIN, { env });
  await query(first.ready.postgresUrl, 'create table kept as select 7 as n');
  process.kill(first.ready.supervisor, 'SIGKILL');
  const second = await launch<Ready>(t, MAIN, { env });
  await nothingIsLeft(t, first.ready);
  t.deepEqual(await query(second.ready.postgresUrl, 'select n from kept'), [{ n: 7 }]);
  process.kill(second.ready.supervisor, 'SIGTERM');
  await nothingIsLeft(t, second.ready);
});
