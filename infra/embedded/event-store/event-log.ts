import { LRUCache } from 'lru-cache';
import { type AppendDecision, decideAppend, type ExpectedState } from './append-decision.js';
import { createGroupCommit, type Group, type Plan } from './group-commit.js';
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
  /** Runs this while nothing is written; writes wait. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** What is on disk is unknown: from now on every write is refused. */
  fail(error: unknown): void;
  /** Resolves once no write waits. */
  settled(): Promise<void>;
};

const RECENT_IDS_MAX = 100_000;
const RECENT_IDS_AT_START = 10_000;
/** Stands in for the header of a log record, so that positions grow with the bytes stored, as in EventStoreDB. */
const RECORD_OVERHEAD = 64;
const METASTREAM = '$$';

type Written = Required<Plan<WriteOutcome>>;

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
    lastPosition: storage.lastPosition,
    async commit(write) {
      if (failure !== undefined) throw failure;
      await storage.commit(write);
      for (const listener of listeners) listener();
    },
    onFailure: fail,
  });

  function fail(error: unknown): void {
    if (failure !== undefined) return;
    failure = error;
    options.onFailure(error);
  }

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

  function planEvents(group: Group, stream: string, events: readonly NewEvent[], firstRevision: number): Written {
    const createdMs = clock();
    const records = events.map((event, offset) => {
      const revision = firstRevision + offset;
      group.lastPosition += RECORD_OVERHEAD + event.data.length + event.customMetadata.length + event.type.length;
      const position = group.lastPosition;
      return {
        id: event.id,
        revision,
        position,
        record: encodeRecord(event, { stream, revision, position, createdMs }),
      };
    });
    const truncateBefore = truncateBeforeOf(stream, events.at(-1));
    return {
      outcome: { kind: 'written', revision: firstRevision + events.length - 1, position: group.lastPosition },
      write() {
        for (const { revision, position, id, record } of records)
          storage.putEvent(stream, revision, position, id, record);
        if (truncateBefore !== undefined) storage.setTruncateBefore(stream.slice(METASTREAM.length), truncateBefore);
      },
      written() {
        for (const { id, revision } of records) recent.set(id.toString('latin1'), { stream, revision });
      },
    };
  }

  function planMetadata(group: Group, stream: string, metadata: string): Written {
    const metastream = METASTREAM + stream;
    const event = systemEvent('$metadata', Buffer.from(metadata));
    return planEvents(group, metastream, [event], storage.streamState(metastream).lastRevision + 1);
  }

  function refusal(stream: string, decision: AppendDecision): Plan<WriteOutcome> | undefined {
    if (decision.kind === 'stream-deleted') return { outcome: { kind: 'stream-deleted' } };
    if (decision.kind !== 'wrong-expected-version') return undefined;
    const { lastRevision } = storage.streamState(stream);
    return {
      outcome: { kind: 'wrong-expected-version', currentRevision: lastRevision < 0 ? undefined : lastRevision },
    };
  }

  function planAppend({ stream, expected, events, deadlineMs }: AppendRequest, group: Group): Plan<WriteOutcome> {
    if (deadlineMs !== undefined && deadlineMs < clock()) return { outcome: { kind: 'too-late' } };
    const ids = events.map((event) => event.id);
    const decision = decide(stream, expected, ids);
    if (decision.kind === 'already-there') {
      const position = storage.indexEntry(stream, decision.lastRevision)?.position;
      return { outcome: { kind: 'written', revision: decision.lastRevision, position } };
    }
    if (decision.kind !== 'append') return refusal(stream, decision) ?? { outcome: { kind: 'stream-deleted' } };
    if (events.length === 0) {
      const revision = decision.firstRevision === 0 ? undefined : decision.firstRevision - 1;
      return { outcome: { kind: 'written', revision, position: undefined } };
    }
    if (storage.streamState(stream).truncateBefore !== Number.POSITIVE_INFINITY) {
      return planEvents(group, stream, events, decision.firstRevision);
    }
    // The stream comes back to life after what it held.
    const revival = planMetadata(group, stream, JSON.stringify({ $tb: decision.firstRevision }));
    const append = planEvents(group, stream, events, decision.firstRevision);
    return {
      outcome: append.outcome,
      write() {
        revival.write();
        append.write();
      },
      written: append.written,
    };
  }

  function planSoftDelete({ stream, expected }: DeleteRequest, group: Group): Plan<WriteOutcome> {
    // The largest event number there is: nothing the stream ever held is readable.
    return refusal(stream, decide(stream, expected, [])) ?? planMetadata(group, stream, '{"$tb":9223372036854775807}');
  }

  function planTombstone({ stream, expected }: DeleteRequest, group: Group): Plan<WriteOutcome> {
    const refused = refusal(stream, decide(stream, expected, []));
    if (refused) return refused;
    group.lastPosition += RECORD_OVERHEAD;
    const position = group.lastPosition;
    const event = systemEvent('$streamDeleted', Buffer.alloc(0));
    const record = encodeRecord(event, { stream, revision: undefined, position, createdMs: clock() });
    return {
      outcome: { kind: 'written', revision: undefined, position },
      write() {
        storage.removeEventsOf(stream);
        storage.setTombstoned(stream);
        storage.putRecord(position, record);
      },
    };
  }

  function submit(stream: string, plan: (group: Group) => Plan<WriteOutcome>): Promise<WriteOutcome> {
    // A stream and its metadata are written together.
    const base = stream.startsWith(METASTREAM) ? stream.slice(METASTREAM.length) : stream;
    return commits.submit({ streams: [base, METASTREAM + base], plan });
  }

  return {
    append: (request) => submit(request.stream, (group) => planAppend(request, group)),
    softDelete: (request) => submit(request.stream, (group) => planSoftDelete(request, group)),
    tombstone: (request) => submit(request.stream, (group) => planTombstone(request, group)),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    alone: (work) =>
      commits.alone(async () => {
        if (failure !== undefined) throw failure;
        return work();
      }),
    fail,
    settled: commits.settled,
  };
}

export function systemEvent(type: string, data: Buffer): NewEvent {
  return { id: newEventId(), type, contentType: 'application/json', data, customMetadata: Buffer.alloc(0) };
}

/** What metadata says of its stream: only `$tb` is honoured; see the README. */
function truncateBeforeOf(metastream: string, event: NewEvent | undefined): number | undefined {
  if (event?.type !== '$metadata' || !metastream.startsWith(METASTREAM)) return undefined;
  try {
    const metadata: unknown = JSON.parse(Buffer.from(event.data).toString('utf8'));
    if (typeof metadata !== 'object' || metadata === null) return undefined;
    const before = '$tb' in metadata ? metadata.$tb : 0;
    if (typeof before !== 'number') return undefined;
    return before > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : before;
  } catch {
    // Metadata is the user's text: what is not JSON says nothing about truncation.
    return undefined;
  }
}
