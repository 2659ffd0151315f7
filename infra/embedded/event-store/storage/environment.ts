import { type Database, open, type RootDatabase, type Transaction } from 'lmdb';
import { decodeIndexEntry, encodeIndexEntry } from './index-entry.js';
import { decodeLimits, type StoredLimits, type StreamLimits } from './stream-limits.js';

export type StreamKey = [stream: string, revision: number];

/** One LMDB environment, which is one file, with its tables; see the README. */
export type Environment = {
  readonly root: RootDatabase;
  readonly events: Database<Buffer, number>;
  readonly index: Database<Buffer, StreamKey>;
  readonly limits: Database<StoredLimits, string>;
};

export const DATA_FILE = 'data.mdb';
export const LOCK_FILE = 'lock.mdb';

const MAP_SIZE_AT_START = 4 * 1024 ** 3;

/** Opens, or makes, the file in this folder. */
export function openEnvironment(folder: string): Environment {
  const root = open({
    path: folder,
    // Off, so that a commit is LMDB's own: pages, fdatasync, then the meta page through an O_DSYNC handle. With it on,
    // lmdb-js shows data to readers, and resolves its promises, before the flush.
    overlappingSync: false,
    // Off, so that the unused part of a page is zeros, and not what the memory held before: maybe an erased event.
    noMemInit: false,
    mapSize: MAP_SIZE_AT_START,
    maxDbs: 4,
  });
  return {
    root,
    events: root.openDB<Buffer, number>({ name: 'events', encoding: 'binary' }),
    index: root.openDB<Buffer, StreamKey>({ name: 'streams', encoding: 'binary' }),
    // Its name is from the time when nothing else hid events.
    limits: root.openDB<StoredLimits, string>({ name: 'deletions', encoding: 'json' }),
  };
}

/** What `write` puts and removes is on disk, and seen by every reader after, when this resolves. */
export async function commitTo({ root }: Environment, write: () => void): Promise<void> {
  await root.batch(write);
  // Readers of this very turn of the event loop must not be left with the view from before.
  root.resetReadTxn();
}

export function putEvent(
  { events, index }: Environment,
  [stream, revision]: StreamKey,
  position: number,
  id: Buffer,
  record: Buffer,
): void {
  events.put(position, record);
  index.put([stream, revision], encodeIndexEntry(id, position));
}

export function removeEventsOf({ events, index }: Environment, stream: string): void {
  const range = { start: [stream, 0] satisfies StreamKey, end: [stream, Number.MAX_SAFE_INTEGER] satisfies StreamKey };
  // Collected first: a cursor does not survive removals under it.
  for (const { key, value } of [...index.getRange(range)]) {
    events.remove(decodeIndexEntry(value).position);
    index.remove(key);
  }
}

/** 0 when there is none. */
export function lastPositionOf({ events }: Environment, transaction?: Transaction): number {
  const options = { reverse: true, limit: 1, ...(transaction ? { transaction } : {}) };
  for (const key of events.getKeys(options)) return key;
  return 0;
}

/** -1 when nothing was ever written. */
export function lastRevisionOf({ index }: Environment, stream: string, transaction?: Transaction): number {
  const range = {
    start: [stream, Number.MAX_SAFE_INTEGER] satisfies StreamKey,
    end: [stream, -1] satisfies StreamKey,
    reverse: true,
    limit: 1,
    ...(transaction ? { transaction } : {}),
  };
  for (const key of index.getKeys(range)) return key[1];
  return -1;
}

export function limitsOf({ limits }: Environment, stream: string, transaction?: Transaction): StreamLimits {
  return decodeLimits(stream, transaction ? limits.get(stream, { transaction }) : limits.get(stream));
}
