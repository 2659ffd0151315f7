import { cp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import pg from 'pg';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import { postgresServer, postgresUrl } from './postgres.js';
import { linkLibraries, packagedPostgres } from './postgres-binaries.js';
import type { RootWay } from './postgres-identity.js';
import { type RunningServers, runServers } from './run-servers.js';

type Options = { readonly dataDir: string; readonly rootWays?: readonly RootWay[] };

async function startPostgres(t: ExecutionContext, { dataDir, rootWays }: Options): Promise<RunningServers> {
  const running = await runServers({
    dataDir,
    portBase: 0,
    neededPorts: [],
    specsOn: async ({ folder, ports, secrets }) => {
      const options = { folder: join(folder, 'postgres'), port: ports.postgres, password: secrets.postgresPassword };
      return [await postgresServer({ ...options, ...(rootWays === undefined ? {} : { rootWays }) })];
    },
  });
  t.teardown(running.stop);
  return running;
}

async function query(running: RunningServers, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(postgresUrl(running.ports.postgres, running.secrets.postgresPassword));
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

test('after kill -9 it is back on the same port with all that was committed', async (t) => {
  const running = await startPostgres(t, { dataDir: await temporaryFolder(t) });
  await query(running, 'create table kept as select 7 as n');
  const killed = running.pids().postgres ?? 0;
  process.kill(killed, 'SIGKILL');
  await until('another postmaster runs', () => running.pids().postgres !== killed);
  const rows = await until('it answers', () => query(running, 'select n from kept').catch(() => undefined));
  t.deepEqual(rows, [{ n: 7 }]);
});

test('a postmaster.pid that names a stranger does not keep it from starting', async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await startPostgres(t, { dataDir });
  const pidFile = join(dataDir, 'postgres/cluster/postmaster.pid');
  const content = await readFile(pidFile, 'utf8');
  await first.stop();
  // As after a reboot, when the old pid belongs to some other program: to this one.
  await writeFile(pidFile, content.replace(/^\d+/, String(process.pid)));
  const second = await startPostgres(t, { dataDir });
  t.deepEqual(await query(second, 'select 1 as one'), [{ one: 1 }]);
});

test('it flushes, and answers on loopback to the password only', async (t) => {
  const running = await startPostgres(t, { dataDir: await temporaryFolder(t) });
  const [settings] = await query(
    running,
    `select current_setting('fsync') as fsync, current_setting('listen_addresses') as listens,
            current_setting('unix_socket_directories') as sockets`,
  );
  t.deepEqual(settings, { fsync: 'on', listens: '127.0.0.1', sockets: '' });
  const stranger = new pg.Client(postgresUrl(running.ports.postgres, 'a guess'));
  await t.throwsAsync(stranger.connect(), { message: /password authentication failed/ });
});

test('library links that npm was not allowed to make are made', async (t) => {
  const links = JSON.parse(await readFile(join(packagedPostgres(), 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  const target = links.at(-1)?.target;
  if (target === undefined) return t.pass('this platform needs none');
  const native = join(await temporaryFolder(t), 'copy');
  await cp(packagedPostgres(), native, { recursive: true, verbatimSymlinks: true });
  const link = join(native, relative('native', target));
  await rm(link, { force: true });
  await linkLibraries(native);
  // A second time there is nothing to do.
  await linkLibraries(native);
  t.true((await stat(link)).isFile());
});

if (process.getuid?.() === 0) {
  test('as root it runs as nobody where there are no user namespaces, and changes to them on the same data', async (t) => {
    const dataDir = await temporaryFolder(t);
    const asNobody = await startPostgres(t, { dataDir, rootWays: ['nobody'] });
    await query(asNobody, 'create table kept as select 7 as n');
    t.not((await stat(join(dataDir, 'postgres'))).uid, 0);
    await asNobody.stop();
    const inNamespace = await startPostgres(t, { dataDir, rootWays: ['namespace'] });
    t.deepEqual(await query(inNamespace, 'select n from kept'), [{ n: 7 }]);
    t.is((await stat(join(dataDir, 'postgres'))).uid, 0);
    await inNamespace.stop();
    const again = await startPostgres(t, { dataDir, rootWays: ['nobody'] });
    t.deepEqual(await query(again, 'select n from kept'), [{ n: 7 }]);
  });

  test('as root with neither way, one sentence says what to do', async (t) => {
    const dataDir = await temporaryFolder(t);
    await t.throwsAsync(startPostgres(t, { dataDir, rootWays: [] }), {
      message: /^Postgres refuses to run as root, .* run as an ordinary user, .* or set POSTGRES_URL$/,
    });
  });
}
