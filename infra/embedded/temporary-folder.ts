import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newestOwnership } from './owner-file.js';
import { isRunning } from './process-identity.js';

const PREFIX = 'croupier-run-';

export type RunFolder = { readonly path: string; remove(): Promise<void> };

/** The given folder, which stays; or one of our own, which `remove` removes. */
export async function folderFor(given: string | undefined): Promise<RunFolder> {
  if (given !== undefined) return { path: given, remove: async () => {} };
  await removeAbandoned();
  const path = await mkdtemp(join(tmpdir(), PREFIX));
  return { path, remove: () => removeFolder(path) };
}

/** Folders of runs that were killed before they could remove them, and whose servers have ended since. */
async function removeAbandoned(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  for (const path of names.map((name) => join(tmpdir(), name))) {
    // Another user's folder, or one that is going at this moment, is none of our business.
    if (await isAbandoned(path).catch(() => false)) await removeFolder(path).catch(() => {});
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  // A folder without a lock is one that was made this moment.
  if (!(await readdir(path)).includes('lock')) return false;
  const { owner, servers } = (await newestOwnership(join(path, 'lock'))).ownership;
  return owner !== null && ![owner, ...Object.values(servers)].some(isRunning);
}

function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}
