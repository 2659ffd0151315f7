import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Database, Key, PutOptions } from 'lmdb';
import {
  commitTo,
  type Environment,
  lastPositionOf,
  lastRevisionOf,
  limitsOf,
  openEnvironment,
  putEvent,
  removeEventsOf,
} from './environment.js';
import { decodeIndexEntry, erasedIndexEntry } from './index-entry.js';
import { createdMsOf, describeRecord, streamBytesOf } from './stored-record.js';
import { firstCountedRevision, type StoredLimits, UNLIMITED } from './stream-limits.js';

/** A second file with all that may still be read, and nothing of what may not; for `Storage.replaceBy`. */
export type CompactingCopy = {
  readonly folder: string;
  readonly environment: Environment;
  /** Copies what was there at the beginning, page by page, while others read and write. */
  copySnapshot(signal: AbortSignal): Promise<void>;
  /** Copies a page of what was written since. Answers how many records it found: none when the copy is level. */
  catchUp(): Promise<number>;
  /** Only while nobody writes. @throws Error when the copy is not level or lost something: a defect of ours */
  verify(): void;
  /** Closes the copy and removes its file. */
  discard(): Promise<void>;
};

const PAGE_ROWS_MAX = 512;
const PAGE_BYTES_MAX = 1024 * 1024;
const METASTREAM = '$$';

/**
 * The rows are copied, not the pages: a page also holds what was once removed from it. Revisions, positions and
 * the index stay as they are, so that every append, also a retried one, is answered as before.
 */
export function startCompactingCopy(source: Environment, folder: string, nowMs: number): CompactingCopy {
  mkdirSync(folder);
  const target = openEnvironment(folder);
  const transaction = source.root.useReadTransaction();
  let isReading = true;
  // What came later stays whole: so the last position, from which new ones grow, is always kept.
  const head = lastPositionOf(source, transaction);
  let copiedTo = head;

  function endReading(): void {
    if (isReading) transaction.done();
    isReading = false;
  }

  /** What the limits of the stream hide at the beginning, by number or by age. */
  function isErased(stream: string, revision: () => number, position: number, record: () => Buffer | undefined) {
    if (position >= head) return false;
    const limits = limitsOf(source, stream, transaction);
    if (limits === UNLIMITED) return false;
    if (revision() < firstCountedRevision(limits, () => lastRevisionOf(source, stream, transaction))) return true;
    if (limits.maxAgeMs === undefined) return false;
    const found = record();
    return found === undefined || createdMsOf(found) < nowMs - limits.maxAgeMs;
  }

  function isErasedRecord(position: number, record: Buffer): boolean {
    const revision = () => describeRecord(record)?.revision ?? Number.POSITIVE_INFINITY;
    return isErased(streamBytesOf(record).toString('utf8'), revision, position, () => record);
  }

  function isErasedEntry(stream: string, revision: number, position: number): boolean {
    return isErased(
      stream,
      () => revision,
      position,
      () => source.events.get(position, { transaction }),
    );
  }

  async function copyTable<V extends Buffer | StoredLimits, K extends Key>(
    [from, to]: readonly [Database<V, K>, Database<V, K>],
    signal: AbortSignal,
    copied: (key: K, value: V) => V | undefined,
  ): Promise<void> {
    // Its own types leave out the options; without `append`, keys in order leave every page half empty.
    const put = to.put.bind(to) as unknown as (key: K, value: V, options: PutOptions) => Promise<boolean>;
    for (let after: { start: K; exclusiveStart: true } | undefined; ; ) {
      signal.throwIfAborted();
      const page = pageOf(from.getRange({ ...after, transaction }));
      const last = page.at(-1);
      if (last === undefined) return;
      await commitTo(target, () => {
        for (const { key, value } of page) {
          const copy = copied(key, value);
          if (copy !== undefined) put(key, copy, { append: true });
        }
      });
      after = { start: last.key, exclusiveStart: true };
    }
  }

  /** Limits are not in the order of the log, but each is set together with a record of its stream or metastream. */
  function copyLimits(stream: string): void {
    const limits = source.limits.get(stream);
    if (limits !== undefined) target.limits.put(stream, limits);
  }

  function replay(position: number, record: Buffer): void {
    const stream = streamBytesOf(record).toString('utf8');
    const described = describeRecord(record);
    if (described === undefined) {
      // A tombstone.
      removeEventsOf(target, stream);
      target.events.put(position, record);
    } else putEvent(target, [stream, described.revision], position, described.id, record);
    copyLimits(stream);
    if (stream.startsWith(METASTREAM)) copyLimits(stream.slice(METASTREAM.length));
  }

  return {
    folder,
    environment: target,

    async copySnapshot(signal) {
      try {
        await copyTable([source.limits, target.limits], signal, (_, limits) => limits);
        await copyTable([source.events, target.events], signal, (position, record) =>
          isErasedRecord(position, record) ? undefined : record,
        );
        await copyTable([source.index, target.index], signal, ([stream, revision], entry) =>
          isErasedEntry(stream, revision, decodeIndexEntry(entry).position) ? erasedIndexEntry(entry) : entry,
        );
      } finally {
        endReading();
      }
    },

    async catchUp() {
      const page = pageOf(source.events.getRange({ start: copiedTo, exclusiveStart: true }));
      await commitTo(target, () => {
        for (const { key, value } of page) replay(key, value);
      });
      copiedTo = page.at(-1)?.key ?? copiedTo;
      return page.length;
    },

    verify() {
      const facts = [source, target].map((environment) => ({
        lastPosition: lastPositionOf(environment),
        indexed: rowsOf(environment.index),
        limits: rowsOf(environment.limits),
      }));
      const [before, after] = facts.map((fact) => JSON.stringify(fact));
      if (before !== after) throw new Error(`the copy has ${after}, where the store has ${before}`);
    },

    async discard() {
      endReading();
      await target.root.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function rowsOf<V, K extends Key>(table: Database<V, K>): number {
  const stats: { entryCount?: unknown } = table.getStats();
  if (typeof stats.entryCount !== 'number') throw new Error('the table does not tell its number of rows');
  return stats.entryCount;
}

function pageOf<K, V>(rows: Iterable<{ key: K; value: V }>): { key: K; value: V }[] {
  const page: { key: K; value: V }[] = [];
  let bytes = 0;
  for (const row of rows) {
    page.push(row);
    bytes += row.value instanceof Buffer ? row.value.length : 0;
    if (page.length >= PAGE_ROWS_MAX || bytes >= PAGE_BYTES_MAX) break;
  }
  return page;
}
