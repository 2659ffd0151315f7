import { LRUCache } from 'lru-cache';
import { type AppendDecision, decideAppend, type ExpectedState } from './append-decision.js';
import { createGroupCommit } from './group-commit.js';
import { newEventId } from './storage/event-id.js';
import type { Storage } from './storage/storage.js';
import { describeRecord, encodeRecord, type NewEvent } from './storage/stored-record.js';

export type AppendRequest = {
  readonly stream: string;
  readonly expected: ExpectedState;
  readonly events: readonly NewEvent[];
  /** Unix milliseconds; an append that waits longer than this is refused, and not stored. */
  readonly deadlineMs?: number | undefined;
};

export type WriteOutcome =
  | { readonly kind: 'written'; readonly revision: number | undefined; readonly position: number | undefined }
  | { readonly kind: 'wrong-expected-version'; readonly currentRevision: number | undefined }
  | { readonly kind: 'stream-deleted' }
  | { readonly kind: 'too-late' };

export type DeleteRequest = { readonly stream: string; readonly expected: ExpectedState };

/** The one writer. Every promise resolves after the flush of the transaction that holds the answer's truth. */
export type EventLog = {
  append(request: AppendRequest): Promise<WriteOutcome>;
  /** The stream reads as missing; a later append goes on after its last revision. */
  softDelete(request: DeleteRequest): Promise<WriteOutcome>;
  /** The stream can never be written again, and its events are removed at once. */
  tombstone(request: DeleteRequest): Promise<WriteOutcome>;
  /** Calls back after each commit, until the returned function is called. */
  onCommit(listener: () => void): () => void;
  /** Resolves once no write waits. */
  settled(): Promise<void>;
};

const RECENT_IDS_MAX = 100_000;
const RECENT_IDS_AT_START = 10_000;
/** Stands in for the header of a log record, so that positions grow with the bytes stored, as in EventStoreDB. */
const RECORD_OVERHEAD = 64;
const TEXT = 'application/json';

export function createEventLog(options: {
  readonly storage: Storage;
  readonly clock: () => number;
  /** A commit failed: what is on disk is unknown, so the server must stop and start afresh. */
  readonly onFailure: (error: unknown) => void;
}): EventLog {
  const { storage, clock } = options;
  const recent = new LRUCache<string, { stream: string; revision: number }>({ max: RECENT_IDS_MAX });
  const listeners = new Set<() => void>();
  let failure: unknown;

  const commits = createGroupCommit({
    commit(write) {
      if (failure !== undefined) throw failure;
      storage.commit(write);
      for (const listener of listeners) listener();
    },
    onFailure(error) {
      if (failure !== undefined) return;
      failure = error;
      options.onFailure(error);
    },
  });

  rememberLatest();

  /** So that a retry with `any` is recognised after a restart too. */
  function rememberLatest(): void {
    const latest = storage.scanAll({
      direction: 'backwards',
      from: Number.MAX_SAFE_INTEGER,
      maxCount: RECENT_IDS_AT_START,
    });
    for (const { record } of latest) {
      const described = describeRecord(record);
      if (described) recent.set(described.id.toString('latin1'), described);
    }
  }

  function decide(stream: string, expected: ExpectedState, ids: readonly Buffer[]): AppendDecision {
    return decideAppend(expected, ids, {
      state: storage.streamState(stream),
      metadataExists: expected === 'stream_exists' && storage.streamState(`$$${stream}`).lastRevision >= 0,
      indexEntry: (revision) => storage.indexEntry(stream, revision),
      recentRevision: (id) => {
        const place = recent.get(id.toString('latin1'));
        return place?.stream === stream ? place.revision : undefined;
      },
    });
  }

  function write(stream: string, events: readonly NewEvent[], firstRevision: number): WriteOutcome {
    let position = storage.lastPosition();
    const createdMs = clock();
    for (const [offset, event] of events.entries()) {
      const revision = firstRevision + offset;
      position += RECORD_OVERHEAD + event.data.length + event.customMetadata.length + event.type.length;
      const record = encodeRecord(event, { stream, revision, position, createdMs });
      storage.putEvent(stream, revision, position, event.id, record);
      recent.set(event.id.toString('latin1'), { stream, revision });
    }
    const last = events.at(-1);
    if (last !== undefined && stream.startsWith('$$') && last.type === '$metadata') {
      applyMetadata(stream.slice(2), last.data);
    }
    return { kind: 'written', revision: firstRevision + events.length - 1, position };
  }

  /** Only `$tb` is honoured; see the README. */
  function applyMetadata(stream: string, data: Uint8Array): void {
    const before = truncateBeforeOf(data);
    if (before !== undefined) storage.setTruncateBefore(stream, before);
  }

  function writeMetadata(stream: string, metadata: string): WriteOutcome {
    const metastream = `$$${stream}`;
    const event = {
      id: newEventId(),
      type: '$metadata',
      contentType: TEXT,
      data: Buffer.from(metadata),
      customMetadata: Buffer.alloc(0),
    };
    return write(metastream, [event], storage.streamState(metastream).lastRevision + 1);
  }

  function refusal(stream: string, decision: AppendDecision): WriteOutcome | undefined {
    if (decision.kind === 'stream-deleted') return { kind: 'stream-deleted' };
    if (decision.kind !== 'wrong-expected-version') return undefined;
    const { lastRevision } = storage.streamState(stream);
    return { kind: 'wrong-expected-version', currentRevision: lastRevision < 0 ? undefined : lastRevision };
  }

  function append({ stream, expected, events, deadlineMs }: AppendRequest): WriteOutcome {
    if (deadlineMs !== undefined && deadlineMs < clock()) return { kind: 'too-late' };
    const ids = events.map((event) => event.id);
    const decision = decide(stream, expected, ids);
    if (decision.kind === 'already-there') {
      return {
        kind: 'written',
        revision: decision.lastRevision,
        position: storage.indexEntry(stream, decision.lastRevision)?.position,
      };
    }
    if (decision.kind !== 'append') return refusal(stream, decision) ?? { kind: 'stream-deleted' };
    if (events.length === 0) {
      return {
        kind: 'written',
        revision: decision.firstRevision === 0 ? undefined : decision.firstRevision - 1,
        position: undefined,
      };
    }
    const wasSoftDeleted = storage.streamState(stream).truncateBefore === Number.POSITIVE_INFINITY;
    if (wasSoftDeleted) writeMetadata(stream, JSON.stringify({ $tb: decision.firstRevision }));
    return write(stream, events, decision.firstRevision);
  }

  function softDelete({ stream, expected }: DeleteRequest): WriteOutcome {
    const refused = refusal(stream, decide(stream, expected, []));
    if (refused) return refused;
    // The largest event number there is: nothing the stream ever held is readable.
    return { ...writeMetadata(stream, '{"$tb":9223372036854775807}') };
  }

  function tombstone({ stream, expected }: DeleteRequest): WriteOutcome {
    const refused = refusal(stream, decide(stream, expected, []));
    if (refused) return refused;
    storage.removeEventsOf(stream);
    storage.setTombstoned(stream);
    const event = {
      id: newEventId(),
      type: '$streamDeleted',
      contentType: TEXT,
      data: Buffer.alloc(0),
      customMetadata: Buffer.alloc(0),
    };
    const position = storage.lastPosition() + RECORD_OVERHEAD;
    storage.putRecord(position, encodeRecord(event, { stream, revision: undefined, position, createdMs: clock() }));
    return { kind: 'written', revision: undefined, position };
  }

  return {
    append: (request) => commits.submit(() => append(request)),
    softDelete: (request) => commits.submit(() => softDelete(request)),
    tombstone: (request) => commits.submit(() => tombstone(request)),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: commits.settled,
  };
}

function truncateBeforeOf(data: Uint8Array): number | undefined {
  try {
    const metadata: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    if (typeof metadata !== 'object' || metadata === null) return undefined;
    const before = '$tb' in metadata ? metadata.$tb : 0;
    if (typeof before !== 'number') return undefined;
    return before > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : before;
  } catch {
    // Metadata is the user's text: what is not JSON says nothing about truncation.
    return undefined;
  }
}
