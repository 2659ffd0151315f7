import { type Environment, lastRevisionOf } from './environment.js';
import { decodeIndexEntry } from './index-entry.js';
import { createdMsOf } from './stored-record.js';
import { firstCountedRevision, type StreamLimits } from './stream-limits.js';

/** The first revision of the stream that its limits leave to readers; Infinity, or beyond the last, when none is. */
export function firstReadableRevision(
  environment: Environment,
  stream: string,
  limits: StreamLimits,
  nowMs: number,
): number {
  const first = firstCountedRevision(limits, () => lastRevisionOf(environment, stream));
  if (limits.maxAgeMs === undefined || first === Number.POSITIVE_INFINITY) return first;
  return firstNotOlder(environment, stream, first, nowMs - limits.maxAgeMs);
}

/** By halves, as in EventStoreDB: a stream with an age may have a long tail of events that nobody reads any more. */
function firstNotOlder(environment: Environment, stream: string, first: number, sinceMs: number): number {
  let low = first;
  let high = lastRevisionOf(environment, stream);
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    if (isNotOlder(environment, stream, middle, sinceMs)) high = middle - 1;
    else low = middle + 1;
  }
  return low;
}

function isNotOlder({ events, index }: Environment, stream: string, revision: number, sinceMs: number): boolean {
  const entry = index.get([stream, revision]);
  if (entry === undefined) return false;
  const { position, erased } = decodeIndexEntry(entry);
  // What a scavenge removed lay below what it left.
  const record = erased ? undefined : events.get(position);
  return record !== undefined && createdMsOf(record) >= sinceMs;
}
