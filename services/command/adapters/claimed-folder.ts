import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** More processes than ever share a machine and a setting. */
const FOLDERS_MAX = 64;

const ours = new Set<string>();

/**
 * The first folder `0`, `1`, … under `dir` that no living process has: after a restart the same again.
 * @throws Error when all are taken, or `dir` cannot be written.
 */
export function claimFolder(dir: string): { readonly path: string; release(): void } {
  for (let number = 0; number < FOLDERS_MAX; number += 1) {
    const path = join(dir, String(number));
    mkdirSync(path, { recursive: true });
    const claim = `${path}.owner`;
    if (!isFree(claim)) continue;
    rmSync(claim, { force: true });
    try {
      writeFileSync(claim, String(process.pid), { flag: 'wx' });
    } catch {
      // Somebody was quicker.
      continue;
    }
    ours.add(claim);
    return {
      path,
      release() {
        ours.delete(claim);
        rmSync(claim, { force: true });
      },
    };
  }
  throw new Error(`all ${FOLDERS_MAX} folders in ${dir} are taken by running processes`);
}

/** In a container every process may have the same number: a claim of our own number that is not ours is an old one. */
function isFree(claim: string): boolean {
  if (ours.has(claim)) return false;
  const pid = ownerOf(claim);
  return pid === undefined || pid === process.pid || !isAlive(pid);
}

function ownerOf(claim: string): number | undefined {
  try {
    const pid = Number(readFileSync(claim, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
