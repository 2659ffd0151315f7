import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type StackUrls, startStack } from '../../embedded/stack.js';
import { makeEmptyFolder } from './backup.js';
import { copyTree } from './copied-tree.js';
import { BackupFailed } from './layout.js';
import { type Manifest, readManifest } from './manifest.js';

export type RestoreOptions = {
  readonly from: string;
  /** A folder that is not there yet, or empty: nothing is ever overwritten. */
  readonly dataDir: string;
  /** Looks at what was restored, on servers that run on it and nothing else. False when it is not sound. */
  readonly verify: (urls: StackUrls) => Promise<boolean>;
  readonly onCopied: (bytes: number) => void;
};

/**
 * Makes a data folder of a backup and has it audited, before anybody writes to it.
 * @throws BackupFailed
 */
export async function restore({ from, dataDir, verify, onCopied }: RestoreOptions): Promise<Manifest> {
  const manifest = await readManifest(from);
  await makeEmptyFolder(dataDir);
  const wanted = new Set(manifest.files.map(({ path }) => path));
  try {
    for (const folder of manifest.folders) await mkdir(join(dataDir, folder), { recursive: true, mode: 0o700 });
    await copyTree(from, dataDir, (path) => wanted.has(path), onCopied);
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
  const stack = await startStack({ dataDir, only: ['eventStore', 'postgres'] });
  try {
    if (!(await verify(stack))) throw new BackupFailed(`the audit of ${dataDir} found defects: it is not to be used`);
  } finally {
    await stack.stop();
  }
  return manifest;
}
