import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { open } from 'lmdb';

/** Where an event lies: what the index keeps per stream and revision. */
export type IndexEntry = { readonly id: Buffer; readonly position: number };

export type StoredRecord = { readonly position: number; readonly record: Buffer };

export type StreamState = {
  /** -1 when nothing was ever written. */
  readonly lastRevision: number;
  readonly tombstoned: boolean;
  /** Revisions below are gone for readers; Infinity after a soft delete. */
  readonly truncateBefore: number;
};

export type Scan = {
  readonly direction: 'forwards' | 'backwards';
  /** Included, both ways. */
  readonly from: number;
  readonly maxCount: number;
};

export type Storage = {
  /**
   * Puts what `write` puts and removes into one transaction, which another thread writes and flushes. All of it is on
   * disk when this resolves; nobody reads any of it before, `write` included.
   */
  commit(write: () => void): Promise<void>;
  putEvent(stream: string, revision: number, position: number, id: Buffer, record: Buffer): void;
  putRecord(position: number, record: Buffer): void;
  setTruncateBefore(stream: string, revision: number): void;
  setTombstoned(stream: string): void;
  removeEventsOf(stream: string): void;

  streamState(stream: string): StreamState;
  indexEntry(stream: string, revision: number): IndexEntry | undefined;
  /** 0 when the store is empty. */
  lastPosition(): number;
  scanAll(scan: Scan): StoredRecord[];
  scanStream(stream: string, scan: Scan): (StoredRecord & { readonly revision: number })[];
  close(): Promise<void>;
};

/** One scan returns at most so much, so that a slow reader holds a page and not a history. */
const SCAN_BYTES_MAX = 1024 * 1024;
const MAP_SIZE_AT_START = 4 * 1024 ** 3;
const ID_SIZE = 16;
const TOMBSTONE = 'tombstone';
const SOFT_DELETED = 'soft-deleted';

type StreamKey = [stream: string, revision: number];

/** Opens, or makes, the store in this folder. */
export function openStorage(dataDir: string): Storage {
  mkdirSync(dataDir, { recursive: true });
  const env = open({
    path: dataDir,
    // Off, so that a commit is LMDB's own: pages, fdatasync, then the meta page through an O_DSYNC handle. With it on,
    // lmdb-js shows data to readers, and resolves its promises, before the flush.
    overlappingSync: false,
    mapSize: MAP_SIZE_AT_START,
    maxDbs: 4,
  });
  const events = env.openDB<Buffer, number>({ name: 'events', encoding: 'binary' });
  const index = env.openDB<Buffer, StreamKey>({ name: 'streams', encoding: 'binary' });
  const deletions = env.openDB<string | number, string>({ name: 'deletions', encoding: 'json' });
  flushFolder(dataDir);

  function lastRevisionOf(stream: string): number {
    for (const key of index.getKeys({
      start: [stream, Number.MAX_SAFE_INTEGER],
      end: [stream, -1],
      reverse: true,
      limit: 1,
    })) {
      return key[1];
    }
    return -1;
  }

  return {
    async commit(write) {
      await env.batch(write);
      // Readers of this very turn of the event loop must not be left with the view from before.
      env.resetReadTxn();
    },

    putEvent(stream, revision, position, id, record) {
      events.put(position, record);
      const entry = Buffer.allocUnsafe(ID_SIZE + 8);
      entry.set(id, 0);
      entry.writeDoubleBE(position, ID_SIZE);
      index.put([stream, revision], entry);
    },

    putRecord: (position, record) => {
      events.put(position, record);
    },

    setTruncateBefore: (stream, revision) => {
      deletions.put(stream, revision === Number.POSITIVE_INFINITY ? SOFT_DELETED : revision);
    },

    setTombstoned: (stream) => {
      deletions.put(stream, TOMBSTONE);
    },

    removeEventsOf(stream) {
      const start: StreamKey = [stream, 0];
      // Collected first: a cursor does not survive removals under it.
      for (const { key, value } of [...index.getRange({ start, end: [stream, Number.MAX_SAFE_INTEGER] })]) {
        events.remove(value.readDoubleBE(ID_SIZE));
        index.remove(key);
      }
    },

    streamState(stream) {
      const deletion = deletions.get(stream);
      return {
        lastRevision: lastRevisionOf(stream),
        tombstoned: deletion === TOMBSTONE,
        truncateBefore:
          deletion === SOFT_DELETED ? Number.POSITIVE_INFINITY : Number(deletion === TOMBSTONE ? 0 : (deletion ?? 0)),
      };
    },

    indexEntry(stream, revision) {
      const entry = index.get([stream, revision]);
      return entry && { id: entry.subarray(0, ID_SIZE), position: entry.readDoubleBE(ID_SIZE) };
    },

    lastPosition() {
      for (const key of events.getKeys({ reverse: true, limit: 1 })) return key;
      return 0;
    },

    scanAll({ direction, from, maxCount }) {
      const found: StoredRecord[] = [];
      let bytes = 0;
      for (const { key, value } of events.getRange({
        start: from,
        reverse: direction === 'backwards',
        limit: maxCount,
      })) {
        found.push({ position: key, record: value });
        bytes += value.length;
        if (bytes >= SCAN_BYTES_MAX) break;
      }
      return found;
    },

    scanStream(stream, { direction, from, maxCount }) {
      const found: (StoredRecord & { revision: number })[] = [];
      let bytes = 0;
      const backwards = direction === 'backwards';
      const end: StreamKey = [stream, backwards ? -1 : Number.MAX_SAFE_INTEGER];
      for (const { key, value } of index.getRange({
        start: [stream, from],
        end,
        reverse: backwards,
        limit: maxCount,
      })) {
        const position = value.readDoubleBE(ID_SIZE);
        const record = events.get(position);
        if (record === undefined) throw new Error(`${stream}@${key[1]} is indexed at ${position}, where nothing is`);
        found.push({ revision: key[1], position, record });
        bytes += record.length;
        if (bytes >= SCAN_BYTES_MAX) break;
      }
      return found;
    },

    close: () => env.close(),
  };
}

/** A file just made survives a power loss only once its folder is flushed too. */
function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
