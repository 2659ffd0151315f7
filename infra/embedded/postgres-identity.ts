import { execFile } from 'node:child_process';
import { chmod, chown, lchown, lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { linkLibraries, packagedPostgres, readableCopy } from './postgres-binaries.js';
import { userCacheDir } from './user-cache.js';

const run = promisify(execFile);
const NAMESPACE = ['unshare', '--user', '--map-user=1000', '--map-group=1000'] as const;
/** Only root can write here, so what lies here can be trusted to be what root copied. */
const SYSTEM_CACHE = '/var/cache/croupier';

/** As whom Postgres runs, and with which binaries. It refuses to run as root. */
export type PostgresIdentity = {
  readonly native: string;
  /** Put before the command. */
  readonly prefix: readonly string[];
  readonly runAs?: { readonly uid: number; readonly gid: number };
};

export type RootWay = 'namespace' | 'nobody';

/**
 * The first way that works here: ourselves; as root a user namespace, in which our own files stay ours and need be
 * readable by nobody else; else the user `nobody`. Adds no user to the system.
 * @throws Error with one sentence that says what to do when there is none.
 */
export async function choosePostgresIdentity(
  folder: string,
  ways: readonly RootWay[] = ['namespace', 'nobody'],
): Promise<PostgresIdentity> {
  const packaged = packagedPostgres();
  const linked = await linkLibraries(packaged).then(
    () => packaged,
    // The package is not ours to write to.
    async () => linkedCopy(packaged),
  );
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return { native: linked, prefix: [] };
  if (ways.includes('namespace')) {
    await ownAll(folder, { uid: 0, gid: 0 });
    // Without root's capabilities we may not be able to read a package that another user installed; a copy we can.
    for (const native of [async () => linked, async () => linkedCopy(packaged)]) {
      const identity = { native: await native(), prefix: NAMESPACE };
      if (await works(identity, folder)) return identity;
    }
  }
  const nobody = ways.includes('nobody') ? await asNobody(packaged, folder).catch(() => undefined) : undefined;
  if (nobody !== undefined) return nobody;
  throw new Error(
    `Postgres refuses to run as root, this machine allows no user namespace, and the user nobody cannot reach ${folder}: run as an ordinary user, choose a CROUPIER_DATA_DIR that everyone may enter, or set POSTGRES_URL`,
  );
}

/** For commands that would otherwise read the settings of some other Postgres from the environment. */
export function postgresEnv(): NodeJS.ProcessEnv {
  return { PATH: `${process.env.PATH ?? ''}:/usr/bin:/bin`, LC_ALL: 'C', TZ: 'UTC' };
}

async function linkedCopy(packaged: string): Promise<string> {
  const copy = await readableCopy(packaged, userCacheDir());
  await linkLibraries(copy);
  return copy;
}

async function asNobody(packaged: string, folder: string): Promise<PostgresIdentity | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8');
  const [, , uid, gid] =
    passwd
      .split('\n')
      .find((line) => line.startsWith('nobody:'))
      ?.split(':') ?? [];
  if (uid === undefined || gid === undefined) return undefined;
  const runAs = { uid: Number(uid), gid: Number(gid) };
  const native = await readableCopy(packaged, SYSTEM_CACHE);
  await linkLibraries(native);
  // Entering the data folder tells nobody what is in it; its own folder is all that nobody owns.
  await chmod(dirname(folder), 0o711);
  await ownAll(folder, runAs);
  const identity = { native, prefix: [], runAs };
  return (await works(identity, folder)) ? identity : undefined;
}

async function works({ native, prefix, runAs }: PostgresIdentity, folder: string): Promise<boolean> {
  const script = 'test -w "$1" && exec "$2" --version';
  const probe = [...prefix, '/bin/sh', '-c', script, 'sh', folder, join(native, 'bin/postgres')];
  return run('/usr/bin/env', probe, { ...runAs, env: postgresEnv(), cwd: '/' }).then(
    () => true,
    () => false,
  );
}

/** The folder may come from a run under the other identity. */
async function ownAll(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  if ((await lstat(folder)).uid === uid) return;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await lchown(join(entry.parentPath, entry.name), uid, gid);
  }
  // The folder itself last: its owner says that all of it was changed.
  await chown(folder, uid, gid);
}
