import { readdirSync, readlinkSync } from 'node:fs';
import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess } from './end-process.js';
import { commandLineOf, identify } from './process-identity.js';

const GRACE_MS = 5_000;

/**
 * Makes a cluster startable after its server was killed. Its orphaned backends end by themselves within moments and
 * must be gone first; then a postmaster.pid whose pid now belongs to some other program is removed, for Postgres
 * would take that program for its predecessor and refuse to start.
 */
export async function settleLeftovers(cluster: string): Promise<void> {
  const folder = await realpath(cluster);
  for (const pid of pidsWorkingIn(folder)) {
    const identity = identify(pid);
    if (identity !== undefined) await endProcess(identity, 'SIGQUIT', GRACE_MS);
  }
  const pidFile = join(folder, 'postmaster.pid');
  const recorded = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Math.abs(Number.parseInt(recorded, 10));
  // A pid that is free is left to Postgres itself, which then also checks the shared memory named in the file.
  if (pid > 0 && identify(pid) !== undefined && !isPostgres(pid)) await rm(pidFile, { force: true });
}

/** Every Postgres process works in its cluster's folder. Known on Linux only; elsewhere the server's own check stands. */
function pidsWorkingIn(folder: string): number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => workingFolder(pid) === folder && isPostgres(Number(pid))).map(Number);
}

function workingFolder(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function isPostgres(pid: number): boolean {
  return commandLineOf(pid).includes('postgres');
}
