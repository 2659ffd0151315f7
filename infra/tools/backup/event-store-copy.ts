import { existsSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import {
  DATA_FILE,
  LOCK_FILE,
  lastPositionOf,
  openEnvironment,
} from '../../embedded/event-store/storage/environment.js';
import { BackupFailed } from './layout.js';

const ATTEMPTS_MAX = 5;

/**
 * Copies the embedded event store while it serves: all that one read transaction sees, without the pages that are free.
 * Another process may read the file as long as it honours the lock file, which the library does. Answers the last position.
 */
export async function copyEventStore(eventStoreUrl: string, folder: string, to: string): Promise<number> {
  const file = join(folder, DATA_FILE);
  if (!existsSync(file))
    throw new BackupFailed(`there is no ${file}: the event store is a server of yours, with tools of its own`);
  const served = await lastServed(eventStoreUrl);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const before = statSync(file).ino;
    await mkdir(to, { recursive: true, mode: 0o700 });
    await copyOnce(folder, to);
    // A scavenge puts another file in its place: the lock that we honoured may then be that of the other.
    if (statSync(file).ino === before) return checkCopy(to, served);
    await rm(to, { recursive: true, force: true });
  }
  throw new BackupFailed('scavenges put another file in the place of the event store’s again and again');
}

async function copyOnce(folder: string, to: string): Promise<void> {
  const source = openEnvironment(folder);
  try {
    await source.root.backup(to, true);
  } finally {
    await source.root.close();
  }
}

/** The copy can be opened, and has the event that the server had shown before. */
async function checkCopy(folder: string, served: bigint | undefined): Promise<number> {
  const copy = openEnvironment(folder);
  try {
    const last = lastPositionOf(copy);
    if (served !== undefined && copy.events.get(Number(served)) === undefined) {
      throw new BackupFailed(
        `the copy does not have position ${served}, which the event store serves: is it another one’s file?`,
      );
    }
    return last;
  } finally {
    await copy.root.close();
    await rm(join(folder, LOCK_FILE), { force: true });
  }
}

async function lastServed(connectionString: string): Promise<bigint | undefined> {
  const store = createEsdbEventStore({ connectionString });
  try {
    for await (const { position } of store.readAll({ direction: 'backwards', maxCount: 1 })) return position;
    return undefined;
  } finally {
    await store.close();
  }
}
