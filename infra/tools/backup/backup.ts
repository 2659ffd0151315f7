import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyCluster } from './cluster-copy.js';
import { copyEventStore } from './event-store-copy.js';
import { BackupFailed, CLUSTER, EVENT_STORE, SECRETS } from './layout.js';
import { writeManifest } from './manifest.js';

export type BackupOptions = {
  /** Of the platform that runs. */
  readonly dataDir: string;
  readonly eventStoreUrl: string;
  readonly postgresUrl: string;
  /** A folder that is not there yet, or empty. */
  readonly out: string;
  readonly onCopied: (bytes: number) => void;
};

/**
 * A backup of a platform that runs. Postgres first: whatever is derived from events, or says what was done about them,
 * may be older than the event store and is then made good, but never newer. JetStream is left out: it holds nothing that
 * is not in the event store. Answers the last position in it.
 * @throws BackupFailed and whatever a server says; then there is no backup in `out`
 */
export async function backup({ dataDir, eventStoreUrl, postgresUrl, out, onCopied }: BackupOptions): Promise<number> {
  await makeEmptyFolder(out);
  const takenAt = new Date().toISOString();
  try {
    await copyCluster(postgresUrl, join(dataDir, CLUSTER), join(out, CLUSTER), onCopied);
    const position = await copyEventStore(eventStoreUrl, join(dataDir, EVENT_STORE), join(out, EVENT_STORE));
    // Without its key every login is lost; so this folder is as secret as the one it came from.
    await copyFile(join(dataDir, SECRETS), join(out, SECRETS));
    await writeManifest(out, { takenAt, position: String(position) });
    return position;
  } catch (error) {
    // The folder holds personal data and nothing that could be used.
    await rm(out, { recursive: true, force: true });
    throw error;
  }
}

export async function makeEmptyFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const [first] = await readdir(path);
  if (first !== undefined) throw new BackupFailed(`${path} is not empty (there is ${first}): name a new folder`);
}
