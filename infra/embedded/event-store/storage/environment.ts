import { type Database, open, type RootDatabase, type Transaction } from 'lmdb';
import { decodeIndexEntry, encodeIndexEntry } from './index-entry.js';

export type StreamKey = [stream: string, revision: number];

/** One LMDB environment, which is one file, with its tables; see the README. */
export type Environment = {
  readonly root: RootDatabase;
  readonly events: Database<Buffer, number>;
  readonly index: Database<Buffer, StreamKey>;
  readonly deletions: Database<string | number, string>;
};

export const DATA_FILE = 'data.mdb';
export const LOCK_FILE = 'lock.mdb';
export const TOMBSTONE = 'tombstone';
export const SOFT_DELETED = 'soft-deleted';

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
    deletions: root.openDB<string | number, string>({ name: 'deletions', encoding: 'json' }),
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

/** Revisions below it are gone for readers; Infinity after a soft delete. */
export function truncateBeforeOf(deletion: string | number | undefined): number {
  if (deletion === SOFT_DELETED) return Number.POSITIVE_INFINITY;
  return Number(deletion === TOMBSTONE ? 0 : (deletion ?? 0));
}
