import type { NewEvent } from './storage/stored-record.js';
import { type StreamLimits, UNLIMITED } from './storage/stream-limits.js';

const METASTREAM = '$$';
const MS_PER_SECOND = 1_000;

export function isMetastream(stream: string): boolean {
  return stream.startsWith(METASTREAM);
}

export function metastreamOf(stream: string): string {
  return METASTREAM + stream;
}

export function originalStreamOf(metastream: string): string {
  return metastream.slice(METASTREAM.length);
}

/** What a soft delete writes: the largest event number there is, so nothing the stream ever held is readable. */
export const SOFT_DELETE_METADATA = '{"$tb":9223372036854775807}';

/** What an event of the metastream says of its stream. As in EventStoreDB, one that cannot be understood says nothing. */
export function limitsFromMetadata(event: Pick<NewEvent, 'contentType' | 'data'>): StreamLimits {
  const metadata = event.contentType === 'application/json' ? parseMetadata(event.data) : undefined;
  if (metadata === undefined) return UNLIMITED;
  const { $tb: before, $maxCount: maxCount, $maxAge: maxAge } = metadata;
  if (![before, maxCount, maxAge].every((value) => value === undefined || Number.isInteger(value))) return UNLIMITED;
  return {
    tombstoned: false,
    truncateBefore: truncateBeforeOf(Number(before ?? 0)),
    ...(Number(maxCount ?? 0) > 0 ? { maxCount: Number(maxCount) } : {}),
    ...(Number(maxAge ?? 0) > 0 ? { maxAgeMs: Number(maxAge) * MS_PER_SECOND } : {}),
  };
}

/** The metadata with which a soft-deleted stream begins anew; undefined if what there is cannot be understood. */
export function metadataReborn(data: Uint8Array, firstRevision: number): string | undefined {
  const metadata = parseMetadata(data);
  return metadata && JSON.stringify({ ...metadata, $tb: firstRevision });
}

function truncateBeforeOf(before: number): number {
  return before > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : Math.max(0, before);
}

export function parseMetadata(data: Uint8Array): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? { ...parsed } : undefined;
  } catch {
    // Metadata is the user's text.
    return undefined;
  }
}
