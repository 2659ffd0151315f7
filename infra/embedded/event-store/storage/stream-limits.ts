/** What hides a stream's events from readers: its deletion, and what its metadata says. */
export type StreamLimits = {
  readonly tombstoned: boolean;
  /** Revisions below are gone for readers; Infinity after a soft delete. */
  readonly truncateBefore: number;
  /** Only so many of the last are readable. */
  readonly maxCount?: number;
  /** Only what is not older is readable. */
  readonly maxAgeMs?: number;
};

/** As the table keeps it: the common ones short, and as they were before there was anything but deletions. */
export type StoredLimits =
  | string
  | number
  | { readonly tb: number | string; readonly count?: number; readonly age?: number };

const TOMBSTONE = 'tombstone';
const SOFT_DELETED = 'soft-deleted';
const METASTREAM = '$$';

export const UNLIMITED: StreamLimits = { tombstoned: false, truncateBefore: 0 };
export const TOMBSTONED: StreamLimits = { tombstoned: true, truncateBefore: 0 };
/** EventStoreDB's rule: of a stream's metadata only the last is of interest. */
const OF_METASTREAM: StreamLimits = { tombstoned: false, truncateBefore: 0, maxCount: 1 };

export function encodeLimits({ tombstoned, truncateBefore, maxCount, maxAgeMs }: StreamLimits): StoredLimits {
  if (tombstoned) return TOMBSTONE;
  const tb = truncateBefore === Number.POSITIVE_INFINITY ? SOFT_DELETED : truncateBefore;
  if (maxCount === undefined && maxAgeMs === undefined) return tb;
  return {
    tb,
    ...(maxCount === undefined ? {} : { count: maxCount }),
    ...(maxAgeMs === undefined ? {} : { age: maxAgeMs }),
  };
}

export function decodeLimits(stream: string, stored: StoredLimits | undefined): StreamLimits {
  if (stored === TOMBSTONE) return TOMBSTONED;
  if (stream.startsWith(METASTREAM)) return OF_METASTREAM;
  if (stored === undefined) return UNLIMITED;
  if (typeof stored !== 'object') return { tombstoned: false, truncateBefore: truncateBeforeOf(stored) };
  return {
    tombstoned: false,
    truncateBefore: truncateBeforeOf(stored.tb),
    ...(stored.count === undefined ? {} : { maxCount: stored.count }),
    ...(stored.age === undefined ? {} : { maxAgeMs: stored.age }),
  };
}

export function isSoftDeleted({ truncateBefore }: StreamLimits): boolean {
  return truncateBefore === Number.POSITIVE_INFINITY;
}

/** The first revision that is readable as far as counts go; how old it is, is another question. */
export function firstCountedRevision(limits: StreamLimits, lastRevision: () => number): number {
  if (limits.maxCount === undefined) return limits.truncateBefore;
  return Math.max(limits.truncateBefore, lastRevision() - limits.maxCount + 1);
}

function truncateBeforeOf(stored: string | number): number {
  return stored === SOFT_DELETED ? Number.POSITIVE_INFINITY : Number(stored);
}
