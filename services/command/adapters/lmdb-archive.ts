import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { StoreUnavailable } from '../../../shared/event-store/event-store.js';
import type { PastRecord } from '../player/snapshot.js';
import type { Archive, Snapshot } from '../runtime/archive.js';
import { claimFolder } from './claimed-folder.js';

/** Beside the snapshot, which may be long. */
type Mark = {
  readonly revision: number;
  /** In the names of the player's records: those of an epoch that was dropped are never found again. */
  readonly epoch: string;
};

/** What was dropped is removed in pieces, so that nobody waits for it. */
const REMOVE_BATCH = 1_000;

const OWNER = 'owner';

/**
 * The archive in a folder of this process's own under `dir` (LMDB, memory-mapped: what is looked up is in the page
 * cache, not on our heap). Another process that runs with the same `dir` gets another folder.
 */
export function createLmdbArchive({ dir }: { readonly dir: string }): Archive {
  const folder = claimFolder(dir);
  const root = openOrBeginAnew(folder.path);
  const snapshots: Database<Snapshot, string> = root.openDB({ name: 'snapshots', encoding: 'json' });
  const marks: Database<Mark, string> = root.openDB({ name: 'marks', encoding: 'json' });
  const records: Database<PastRecord, string> = root.openDB({ name: 'records', encoding: 'json' });
  const owner: Database<string, string> = root.openDB({ name: 'owner', encoding: 'json' });
  const ownToken = randomUUID();
  owner.putSync(OWNER, ownToken);

  /** Two processes in one archive would each take the other's saves for their own: whoever came last has it. */
  function assertOurs(): void {
    if (owner.get(OWNER) !== ownToken)
      throw new StoreUnavailable(`another process has taken the archive ${folder.path}`);
  }

  return {
    open(playerId) {
      const nameOf = (epoch: string, key: string) => `${playerId} ${epoch} ${key}`;
      let epoch = marks.get(playerId)?.epoch ?? randomUUID();
      return {
        snapshot() {
          assertOurs();
          return marks.get(playerId) && snapshots.get(playerId);
        },
        revision() {
          assertOurs();
          return marks.get(playerId)?.revision;
        },
        record(key) {
          assertOurs();
          return records.get(nameOf(epoch, key));
        },
        async save(snapshot, news) {
          await root.transaction(() => {
            assertOurs();
            for (const [key, record] of news) void records.put(nameOf(epoch, key), record);
            void snapshots.put(playerId, snapshot);
            void marks.put(playerId, { revision: snapshot.revision, epoch });
          });
        },
        async drop() {
          assertOurs();
          const dropped = nameOf(epoch, '');
          epoch = randomUUID();
          await root.transaction(() => {
            void marks.remove(playerId);
            void snapshots.remove(playerId);
          });
          await removeAll(records, dropped);
        },
      };
    },
    async close() {
      await root.close();
      folder.release();
    },
  };
}

/**
 * A cache that cannot be opened is worth nothing. LMDB may throw at a damaged file or end the process; after the latter
 * the mark is still there at the next start.
 */
function openOrBeginAnew(path: string): RootDatabase {
  const mark = `${path}.opening`;
  if (existsSync(mark)) rmSync(path, { recursive: true, force: true });
  writeFileSync(mark, '');
  const env = openOrRemove(path);
  rmSync(mark);
  return env;
}

function openOrRemove(path: string): RootDatabase {
  // Off: a commit is then LMDB's plain one, and the file is whole after any crash.
  const options = { path, overlappingSync: false, maxDbs: 8 };
  try {
    return open(options);
  } catch {
    rmSync(path, { recursive: true, force: true });
    return open(options);
  }
}

async function removeAll(records: Database<PastRecord, string>, prefix: string): Promise<void> {
  for (;;) {
    // Ids are printable ASCII, so this is after all of them.
    const keys = [...records.getKeys({ start: prefix, end: `${prefix}\u007f`, limit: REMOVE_BATCH })];
    if (keys.length === 0) return;
    await records.transaction(() => {
      for (const key of keys) void records.remove(key);
    });
  }
}
