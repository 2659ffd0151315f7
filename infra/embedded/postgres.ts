import { execFile } from 'node:child_process';
import { access, chown, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { HOST } from './ports.js';
import { choosePostgresIdentity, type PostgresIdentity, postgresEnv, type RootWay } from './postgres-identity.js';
import { settleLeftovers } from './postgres-leftovers.js';
import type { ServerSpec } from './server-spec.js';

const run = promisify(execFile);
const NAME = 'croupier';
const CONNECT_TIMEOUT_MS = 2_000;

const SETTINGS = {
  listen_addresses: HOST,
  // No socket file at all: a data folder may lie deeper than the 107 bytes a socket's path may have.
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
  // In the data folder and not in /dev/shm, where a killed server would leave it.
  dynamic_shared_memory_type: 'mmap',
};

export type PostgresOptions = {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  readonly rootWays?: readonly RootWay[];
};

/** A real Postgres whose files are all under `folder`, with one empty database on first start. */
export async function postgresServer({ folder, port, password, rootWays }: PostgresOptions): Promise<ServerSpec> {
  const identity = await choosePostgresIdentity(folder, rootWays);
  const cluster = join(folder, 'cluster');
  const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command = '', ...args] = commandOf(identity, 'postgres', ['-D', cluster, ...settings]);
  return {
    name: 'postgres',
    after: [],
    command: [command, ...args],
    env: postgresEnv(),
    cwd: '/',
    ...(identity.runAs === undefined ? {} : { runAs: identity.runAs }),
    // A fast shutdown: SIGTERM would wait for the last client to leave.
    stopSignal: 'SIGINT',
    prepare: async () => {
      if (await isThere(join(cluster, 'PG_VERSION'))) await settleLeftovers(cluster);
      else await createCluster(identity, folder, cluster, password);
    },
    isReady: () => ensureDatabase(port, password),
  };
}

/** What clients connect to. */
export function postgresUrl(port: number, password: string, database: string = NAME): string {
  return `postgres://${NAME}:${password}@${HOST}:${port}/${database}`;
}

function commandOf({ native, prefix }: PostgresIdentity, program: string, args: readonly string[]): string[] {
  return [...prefix, join(native, 'bin', program), ...args];
}

/** In a folder of its own first, so that a start that was cut short leaves no half cluster behind. */
async function createCluster(
  identity: PostgresIdentity,
  folder: string,
  cluster: string,
  password: string,
): Promise<void> {
  const work = await mkdtemp(join(folder, 'initdb-'));
  await giveTo(identity, work);
  try {
    const passwordFile = join(work, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    await giveTo(identity, passwordFile);
    const fresh = join(work, 'cluster');
    const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'];
    const access = [`--username=${NAME}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const command = commandOf(identity, 'initdb', ['-D', fresh, ...access, ...locale]);
    await run('/usr/bin/env', command, { ...identity.runAs, env: postgresEnv(), cwd: '/' });
    await rename(fresh, cluster);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function giveTo({ runAs }: PostgresIdentity, path: string): Promise<void> {
  if (runAs !== undefined) await chown(path, runAs.uid, runAs.gid);
}

async function ensureDatabase(port: number, password: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: postgresUrl(port, password, 'postgres'),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A server that goes away meanwhile fails the query; the event alone must not end us.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [NAME]);
    if (rowCount === 0) await client.query(`create database ${NAME}`);
    return true;
  } finally {
    await client.end();
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
