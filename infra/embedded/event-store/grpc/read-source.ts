import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { Scan, Storage } from '../storage/storage.js';
import { isSoftDeleted } from '../storage/stream-limits.js';
import { type RecordFilter, recordFilterOf } from './record-filter.js';
import { BadRequest, streamNameOf } from './request-parts.js';

export type Item = { readonly at: number; readonly record: Buffer };

/** What is read: one stream, by revision, or `$all`, by position. Both are scanned by a growing number. */
export type ReadSource = {
  readonly stream: string | undefined;
  readonly filter: RecordFilter | undefined;
  /** Where a read begins, that number included. */
  readonly from: number;
  /** A subscription begins after this. */
  readonly after: number;
  /** It was asked for what comes after the end. */
  readonly fromEnd: boolean;
  state(): 'readable' | 'missing' | 'deleted';
  scan(scan: Scan): Item[];
};

export function readSourceOf(options: ReadReq.Options, direction: Scan['direction'], storage: Storage): ReadSource {
  const all = options.getAll();
  if (all) return allSource(options, all, direction, storage);
  const stream = options.getStream();
  if (stream && options.hasFilter()) throw new BadRequest('only $all can be filtered');
  if (stream) return streamSource(stream, direction, storage);
  throw new BadRequest('the request names neither a stream nor $all');
}

function allSource(
  options: ReadReq.Options,
  all: ReadReq.Options.AllOptions,
  direction: Scan['direction'],
  storage: Storage,
): ReadSource {
  const named = all.getPosition();
  const position = named && Number(named.getCommitPosition());
  const end = all.hasEnd();
  const backwards = direction === 'backwards';
  return {
    stream: undefined,
    filter: recordFilterOf(options),
    // Forwards a position is included, backwards it is not: a position lies before its event.
    from: position === undefined ? (end ? Number.MAX_SAFE_INTEGER : 0) : backwards ? position - 1 : position,
    after: position ?? (end ? storage.lastPosition() : 0),
    fromEnd: end,
    state: () => 'readable',
    scan: (scan) => storage.scanAll(scan).map(({ position: at, record }) => ({ at, record })),
  };
}

function streamSource(
  options: ReadReq.Options.StreamOptions,
  direction: Scan['direction'],
  storage: Storage,
): ReadSource {
  const stream = streamNameOf(options.getStreamIdentifier());
  const { lastRevision } = storage.streamState(stream);
  const named = options.hasRevision() ? Number(options.getRevision()) : undefined;
  const end = options.hasEnd();
  return {
    stream,
    filter: undefined,
    from: named ?? (end ? (direction === 'backwards' ? lastRevision : Number.MAX_SAFE_INTEGER) : 0),
    after: named ?? (end ? lastRevision : -1),
    fromEnd: end,
    state() {
      const state = storage.streamState(stream);
      if (state.limits.tombstoned) return 'deleted';
      // One of which everything is truncated is empty, but it is there.
      return state.lastRevision < 0 || isSoftDeleted(state.limits) ? 'missing' : 'readable';
    },
    scan: (scan) =>
      Number.isSafeInteger(scan.from)
        ? storage.scanStream(stream, scan).map(({ revision, record }) => ({ at: revision, record }))
        : [],
  };
}
