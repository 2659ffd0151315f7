import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { StoreUnavailable } from '../../../shared/event-store/event-store.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { PastRecord } from '../player/snapshot.js';
import type { Archive, PlayerArchive, Snapshot } from '../runtime/archive.js';
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

  const files: Files = { root, snapshots, marks, records, assertOurs };
  return {
    open: (playerId) => new OpenedPlayer(files, playerId),
    async close() {
      await root.close();
      folder.release();
    },
  };
}

type Files = {
  readonly root: RootDatabase;
  readonly snapshots: Database<Snapshot, string>;
  readonly marks: Database<Mark, string>;
  readonly records: Database<PastRecord, string>;
  /** @throws StoreUnavailable */
  readonly assertOurs: () => void;
};

/** A class: every cached player has one, and closures would take as much again as what they close over. */
class OpenedPlayer implements PlayerArchive {
  readonly #files: Files;
  readonly #playerId: PlayerId;
  /** Undefined until the first save: most players never need one. */
  #epoch: string | undefined;

  constructor(files: Files, playerId: PlayerId) {
    this.#files = files;
    this.#playerId = playerId;
    this.#epoch = files.marks.get(playerId)?.epoch;
  }

  snapshot(): Snapshot | undefined {
    this.#files.assertOurs();
    return this.#files.marks.get(this.#playerId) && this.#files.snapshots.get(this.#playerId);
  }

  revision(): number | undefined {
    this.#files.assertOurs();
    return this.#files.marks.get(this.#playerId)?.revision;
  }

  record(key: string): PastRecord | undefined {
    this.#files.assertOurs();
    return this.#epoch === undefined ? undefined : this.#files.records.get(this.#nameOf(this.#epoch, key));
  }

  async save(snapshot: Snapshot, news: ReadonlyMap<string, PastRecord>): Promise<void> {
    const { root, snapshots, marks, records, assertOurs } = this.#files;
    this.#epoch ??= randomUUID();
    const epoch = this.#epoch;
    await root.transaction(() => {
      assertOurs();
      for (const [key, record] of news) void records.put(this.#nameOf(epoch, key), record);
      void snapshots.put(this.#playerId, snapshot);
      void marks.put(this.#playerId, { revision: snapshot.revision, epoch });
    });
  }

  async drop(): Promise<void> {
    const { root, snapshots, marks, records, assertOurs } = this.#files;
    assertOurs();
    const dropped = this.#epoch;
    this.#epoch = undefined;
    await root.transaction(() => {
      void marks.remove(this.#playerId);
      void snapshots.remove(this.#playerId);
    });
    if (dropped !== undefined) await removeAll(records, this.#nameOf(dropped, ''));
  }

  #nameOf(epoch: string, key: string): string {
    return `${this.#playerId} ${epoch} ${key}`;
  }
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
