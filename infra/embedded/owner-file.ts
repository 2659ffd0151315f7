import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from './process-identity.js';

/** A server on record, and how it is asked to end. */
export type RecordedServer = ProcessIdentity & { readonly stopSignal: 'SIGTERM' | 'SIGINT' };

/** Who has a data folder, and the servers that run on it. A released folder has no owner. */
export type Ownership = {
  readonly owner: ProcessIdentity | null;
  readonly servers: Readonly<Record<string, RecordedServer>>;
};

const FILE = /^owner-(\d+)\.json$/;

/**
 * The owners of a folder, one after another, each in a file with the next number. To take the folder is to create
 * the next file, which only one can do; and because the newest file is never deleted, a reader of an older one that
 * comes late finds the next number gone. Deleting a stale lock file has no such safe moment.
 */
export async function newestOwnership(folder: string): Promise<{ epoch: number; ownership: Ownership }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    const epoch = Math.max(0, ...(await epochsIn(folder)));
    if (epoch === 0) return { epoch, ownership: { owner: null, servers: {} } };
    const text = await readFile(pathOf(folder, epoch), 'utf8').catch(onlyIfMissing);
    // Missing: the next owner has come meanwhile and has removed this file.
    if (text !== undefined) return { epoch, ownership: JSON.parse(text) as Ownership };
  }
}

/** True when this epoch is ours now, false when someone else was first. */
export async function claimEpoch(folder: string, epoch: number, ownership: Ownership): Promise<boolean> {
  const draft = await writeDraft(folder, ownership);
  try {
    // A link appears with its whole content, so nobody ever reads half an owner.
    await link(draft, pathOf(folder, epoch));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft);
  }
  for (const old of await epochsIn(folder)) if (old < epoch) await rm(pathOf(folder, old), { force: true });
  return true;
}

/** Writes anew what the owner of this epoch says of itself. */
export async function updateEpoch(folder: string, epoch: number, ownership: Ownership): Promise<void> {
  await rename(await writeDraft(folder, ownership), pathOf(folder, epoch));
}

let drafts = 0;

async function writeDraft(folder: string, ownership: Ownership): Promise<string> {
  drafts += 1;
  const draft = join(folder, `draft-${process.pid}-${drafts}`);
  await writeFile(draft, JSON.stringify(ownership, undefined, 2), { mode: 0o600 });
  return draft;
}

function onlyIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function epochsIn(folder: string): Promise<number[]> {
  return (await readdir(folder)).flatMap((name) => FILE.exec(name)?.[1] ?? []).map(Number);
}

function pathOf(folder: string, epoch: number): string {
  return join(folder, `owner-${epoch}.json`);
}
