import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CompactingCopy, rowsOf, startCompactingCopy } from './compacting-copy.js';
import {
  commitTo,
  DATA_FILE,
  LOCK_FILE,
  lastPositionOf,
  lastRevisionOf,
  limitsOf,
  openEnvironment,
  putEvent,
  removeEventsOf,
} from './environment.js';
import { decodeIndexEntry, type IndexEntry } from './index-entry.js';
import { firstReadableRevision } from './readable-range.js';
import { encodeLimits, type StreamLimits } from './stream-limits.js';

export type StoredRecord = { readonly position: number; readonly record: Buffer };

export type StreamState = {
  /** -1 when nothing was ever written. */
  readonly lastRevision: number;
  readonly limits: StreamLimits;
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
  setLimits(stream: string, limits: StreamLimits): void;
  removeEventsOf(stream: string): void;

  streamState(stream: string): StreamState;
  indexEntry(stream: string, revision: number): IndexEntry | undefined;
  /** 0 when the store is empty. */
  lastPosition(): number;
  scanAll(scan: Scan): StoredRecord[];
  /** Without the events that its limits hide. */
  scanStream(stream: string, scan: Scan): (StoredRecord & { readonly revision: number })[];

  /** Of the data file, freed pages included. */
  size(): { readonly events: number; readonly bytes: number };
  startCopy(): CompactingCopy;
  /**
   * Reads and writes go to the copy from now on, after a crash too. The copy must be level, and nobody may be writing.
   * The returned function lets the old file go.
   *
   * @throws Error when it is unknown which of the two files the folder has: only a fresh start knows.
   */
  replaceBy(copy: CompactingCopy): () => Promise<void>;
  close(): Promise<void>;
};

/** One scan returns at most so much, so that a slow reader holds a page and not a history. */
const SCAN_BYTES_MAX = 1024 * 1024;
const COPY_PREFIX = 'scavenge-';

/** Opens, or makes, the store in this folder. The clock says how old an event is. */
export function openStorage(dataDir: string, clock: () => number = Date.now): Storage {
  mkdirSync(dataDir, { recursive: true });
  removeAbandonedCopies(dataDir);
  let current = openEnvironment(dataDir);
  let copies = 0;
  flushFolder(dataDir);

  return {
    commit: (write) => commitTo(current, write),

    putEvent: (stream, revision, position, id, record) => putEvent(current, [stream, revision], position, id, record),

    putRecord: (position, record) => {
      current.events.put(position, record);
    },

    setLimits: (stream, limits) => {
      current.limits.put(stream, encodeLimits(limits));
    },

    removeEventsOf: (stream) => removeEventsOf(current, stream),

    streamState: (stream) => ({ lastRevision: lastRevisionOf(current, stream), limits: limitsOf(current, stream) }),

    indexEntry(stream, revision) {
      const entry = current.index.get([stream, revision]);
      return entry && decodeIndexEntry(entry);
    },

    lastPosition: () => lastPositionOf(current),

    scanAll({ direction, from, maxCount }) {
      const found: StoredRecord[] = [];
      let bytes = 0;
      for (const { key, value } of current.events.getRange({
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
      const first = firstReadableRevision(current, stream, limitsOf(current, stream), clock());
      const start = direction === 'forwards' ? Math.max(from, first) : from;
      const end = direction === 'forwards' ? Number.MAX_SAFE_INTEGER : first - 1;
      // Nothing is readable in a soft-deleted stream, and keys are finite.
      if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return found;
      let bytes = 0;
      for (const { key, value } of current.index.getRange({
        start: [stream, start],
        end: [stream, end],
        reverse: direction === 'backwards',
      })) {
        const { position, erased } = decodeIndexEntry(value);
        // Its limit was taken back, but a scavenge had been there.
        if (erased) continue;
        const record = current.events.get(position);
        if (record === undefined) throw new Error(`${stream}@${key[1]} is indexed at ${position}, where nothing is`);
        found.push({ revision: key[1], position, record });
        bytes += record.length;
        if (found.length >= maxCount || bytes >= SCAN_BYTES_MAX) break;
      }
      return found;
    },

    size: () => ({ events: rowsOf(current.events), bytes: statSync(join(dataDir, DATA_FILE)).size }),

    startCopy() {
      copies += 1;
      return startCompactingCopy(current, join(dataDir, `${COPY_PREFIX}${copies}`), clock());
    },

    replaceBy({ folder, environment }) {
      // The one step that a crash falls before or after. The lock file is made anew by whoever opens the store alone,
      // so it only has to follow.
      renameSync(join(folder, DATA_FILE), join(dataDir, DATA_FILE));
      renameSync(join(folder, LOCK_FILE), join(dataDir, LOCK_FILE));
      // Before anyone is answered from the new file, a power loss must not bring the old one back.
      flushFolder(dataDir);
      const old = current;
      current = environment;
      return async () => {
        await old.root.close();
        await rm(folder, { recursive: true });
      };
    },

    close: () => current.root.close(),
  };
}

/** Of a scavenge that was killed: half a copy, or the empty folder of one that took its place. */
function removeAbandonedCopies(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(COPY_PREFIX)) rmSync(join(dataDir, name), { recursive: true });
  }
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
