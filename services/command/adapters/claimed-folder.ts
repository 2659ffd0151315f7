import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** More processes than ever share a machine and a setting. */
const FOLDERS_MAX = 64;

const NOBODY = '';

const ours = new Set<string>();

/**
 * The first folder `0`, `1`, … under `dir` that no living process has: after a restart the same again.
 * @throws Error when all are taken, or `dir` cannot be written.
 */
export function claimFolder(dir: string): { readonly path: string; release(): void } {
  for (let number = 0; number < FOLDERS_MAX; number += 1) {
    const path = join(dir, String(number));
    mkdirSync(path, { recursive: true });
    const claim = claimOf(path);
    if (claim === undefined) continue;
    ours.add(claim);
    return {
      path,
      release() {
        ours.delete(claim);
        renameSync(draftOf(path, NOBODY), claim);
      },
    };
  }
  throw new Error(`all ${FOLDERS_MAX} folders in ${dir} are taken by running processes`);
}

/**
 * A folder's owners stand in files `<folder>.owner.1`, `.2`, … To take the folder is to create the next one, which only
 * one process can do; and as the newest is never deleted, whoever looked at an older one comes too late to do so.
 */
function claimOf(path: string): string | undefined {
  const newest = Math.max(0, ...numbersOf(path));
  if (newest > 0 && !isFree(claimFile(path, newest))) return undefined;
  const claim = claimFile(path, newest + 1);
  const draft = draftOf(path, String(process.pid));
  try {
    // A link appears with its whole content, so nobody ever reads half an owner.
    linkSync(draft, claim);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  } finally {
    rmSync(draft);
  }
  for (const old of numbersOf(path)) if (old <= newest) rmSync(claimFile(path, old), { force: true });
  return claim;
}

function claimFile(path: string, number: number): string {
  return `${path}.owner.${number}`;
}

function numbersOf(path: string): readonly number[] {
  const prefix = claimFile(path, 0).slice(0, -1);
  const names = readdirSync(join(path, '..')).map((name) => join(path, '..', name));
  return names.filter((name) => name.startsWith(prefix)).map((name) => Number(name.slice(prefix.length)));
}

function draftOf(path: string, owner: string): string {
  const draft = `${path}.draft.${process.pid}`;
  writeFileSync(draft, owner);
  return draft;
}

/** In a container every process may have the same number: a claim of our own number that is not ours is an old one. */
function isFree(claim: string): boolean {
  if (ours.has(claim)) return false;
  const pid = ownerOf(claim);
  return pid === undefined || pid === process.pid || !isAlive(pid);
}

/** Undefined of nobody's, and of one that was removed since: then there is a newer one, and taking the next fails. */
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
