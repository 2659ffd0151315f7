import { LRUCache } from 'lru-cache';
import { type AppendDecision, decideAppend, type ExpectedState } from './append-decision.js';
import { createGroupCommit, type Plan } from './group-commit.js';
import { createPlannedState, idKeyOf, type PlannedState } from './planned-state.js';
import { newEventId } from './storage/event-id.js';
import type { Storage } from './storage/storage.js';
import { dataOf, describeRecord, encodeRecord, type NewEvent } from './storage/stored-record.js';
import { isSoftDeleted, TOMBSTONED } from './storage/stream-limits.js';
import {
  isMetastream,
  limitsFromMetadata,
  metadataReborn,
  metastreamOf,
  originalStreamOf,
  SOFT_DELETE_METADATA,
} from './stream-metadata.js';

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
    begin: () => createPlannedState(storage),
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
      if (described) recent.set(idKeyOf(described.id), described);
    }
  }

  function decide(state: PlannedState, stream: string, expected: ExpectedState, ids: readonly Buffer[]) {
    return decideAppend(expected, ids, {
      state: state.streamState(stream),
      metadataExists: () => state.streamState(metastreamOf(stream)).lastRevision >= 0,
      placeOf: (revision) => state.placeOf(stream, revision),
      recentRevision: (id) => {
        const idKey = idKeyOf(id);
        const place = recent.get(idKey);
        return state.revisionOf(stream, idKey) ?? (place?.stream === stream ? place.revision : undefined);
      },
    });
  }

  function planEvents(state: PlannedState, stream: string, events: readonly NewEvent[]): Written {
    const createdMs = clock();
    const firstRevision = state.streamState(stream).lastRevision + 1;
    const records = events.map((event, offset) => {
      const revision = firstRevision + offset;
      state.lastPosition += RECORD_OVERHEAD + event.data.length + event.customMetadata.length + event.type.length;
      const position = state.lastPosition;
      const record = encodeRecord(event, { stream, revision, position, createdMs });
      return { id: event.id, idKey: idKeyOf(event.id), revision, position, record };
    });
    state.append(stream, firstRevision, records);
    return {
      outcome: { kind: 'written', revision: firstRevision + events.length - 1, position: state.lastPosition },
      write() {
        for (const { revision, position, id, record } of records)
          storage.putEvent(stream, revision, position, id, record);
      },
      written() {
        for (const { idKey, revision } of records) recent.set(idKey, { stream, revision });
      },
    };
  }

  /** Metadata, and what it hides of its stream from now on. */
  function planMetadata(state: PlannedState, stream: string, events: readonly NewEvent[]): Written {
    const metastream = metastreamOf(stream);
    const plan = planEvents(state, metastream, events);
    const last = events.at(-1);
    // A stream that is deleted for ever stays so.
    if (last === undefined || state.streamState(stream).limits.tombstoned) return plan;
    const limits = limitsFromMetadata(last);
    state.limit(stream, limits);
    return withWrite(plan, () => storage.setLimits(stream, limits));
  }

  /** A soft-deleted stream comes back to life after what it held: as in EventStoreDB, its metadata says from where. */
  function planRevival(state: PlannedState, stream: string, metadata: Uint8Array, firstRevision: number): Written[] {
    const reborn = metadataReborn(metadata, firstRevision);
    return reborn === undefined ? [] : [planMetadata(state, stream, [metadataEvent(reborn)])];
  }

  function refusal(state: PlannedState, stream: string, decision: AppendDecision): Plan<WriteOutcome> | undefined {
    if (decision.kind === 'stream-deleted') return { outcome: { kind: 'stream-deleted' } };
    if (decision.kind !== 'wrong-expected-version') return undefined;
    return wrongExpectedVersion(state.streamState(stream).lastRevision);
  }

  function planAppend({ stream, expected, events, deadlineMs }: AppendRequest, state: PlannedState) {
    if (deadlineMs !== undefined && deadlineMs < clock()) return { outcome: { kind: 'too-late' } } as const;
    const ids = events.map((event) => event.id);
    const decision = decide(state, stream, expected, ids);
    if (decision.kind === 'already-there') {
      const position = state.placeOf(stream, decision.lastRevision)?.position;
      return { outcome: { kind: 'written', revision: decision.lastRevision, position } } as const;
    }
    const refused = refusal(state, stream, decision);
    if (refused) return refused;
    const { lastRevision, limits } = state.streamState(stream);
    if (events.length === 0) {
      const revision = lastRevision < 0 ? undefined : lastRevision;
      return { outcome: { kind: 'written', revision, position: undefined } } as const;
    }
    if (isMetastream(stream)) return planMetadataAppend(originalStreamOf(stream), events, state);
    if (!isSoftDeleted(limits)) return planEvents(state, stream, events);
    const metadata = lastMetadata(stream);
    return together(planEvents(state, stream, events), planRevival(state, stream, metadata, lastRevision + 1));
  }

  function planMetadataAppend(stream: string, events: readonly NewEvent[], state: PlannedState): Written {
    const { lastRevision, limits } = state.streamState(stream);
    const plan = planMetadata(state, stream, events);
    const data = events.at(-1)?.data;
    // What was deleted must not be read again because somebody sets, say, a count.
    const isRevived = isSoftDeleted(limits) && data !== undefined;
    return isRevived ? together(plan, planRevival(state, stream, data, lastRevision + 1)) : plan;
  }

  function lastMetadata(stream: string): Uint8Array {
    const [last] = storage.scanStream(metastreamOf(stream), {
      direction: 'backwards',
      from: Number.MAX_SAFE_INTEGER,
      maxCount: 1,
    });
    return last ? dataOf(last.record) : new Uint8Array();
  }

  function planSoftDelete({ stream, expected }: DeleteRequest, state: PlannedState): Plan<WriteOutcome> {
    const refused = refusal(state, stream, decide(state, stream, expected, [newEventId()]));
    if (refused) return refused;
    const metadata = state.streamState(metastreamOf(stream));
    if (state.streamState(stream).lastRevision < 0 && metadata.lastRevision < 0) return wrongExpectedVersion(-1);
    return planMetadata(state, stream, [metadataEvent(SOFT_DELETE_METADATA)]);
  }

  function planTombstone({ stream, expected }: DeleteRequest, state: PlannedState): Plan<WriteOutcome> {
    const refused = refusal(state, stream, decide(state, stream, expected, [newEventId()]));
    if (refused) return refused;
    state.lastPosition += RECORD_OVERHEAD;
    const position = state.lastPosition;
    const event = systemEvent('$streamDeleted', Buffer.alloc(0));
    const record = encodeRecord(event, { stream, revision: undefined, position, createdMs: clock() });
    return {
      outcome: { kind: 'written', revision: undefined, position },
      write() {
        storage.removeEventsOf(stream);
        storage.setLimits(stream, TOMBSTONED);
        storage.putRecord(position, record);
      },
    };
  }

  /** A stream and its metadata are written together. */
  function submit(stream: string, exclusive: boolean, plan: (state: PlannedState) => Plan<WriteOutcome>) {
    const base = isMetastream(stream) ? originalStreamOf(stream) : stream;
    return commits.submit({ streams: [base, metastreamOf(base)], exclusive, plan });
  }

  return {
    append: (request) => submit(request.stream, isMetastream(request.stream), (state) => planAppend(request, state)),
    softDelete: (request) => submit(request.stream, true, (state) => planSoftDelete(request, state)),
    tombstone: (request) => submit(request.stream, true, (state) => planTombstone(request, state)),
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

function wrongExpectedVersion(lastRevision: number): Plan<WriteOutcome> {
  const currentRevision = lastRevision < 0 ? undefined : lastRevision;
  return { outcome: { kind: 'wrong-expected-version', currentRevision } };
}

function withWrite(plan: Written, write: () => void): Written {
  return {
    ...plan,
    write() {
      plan.write();
      write();
    },
  };
}

/** One plan and what follows from it; the answer is the first one's. */
function together(plan: Written, consequences: readonly Written[]): Written {
  return {
    outcome: plan.outcome,
    write: () => [plan, ...consequences].forEach(({ write }) => void write()),
    written: () => [plan, ...consequences].forEach(({ written }) => void written()),
  };
}

function metadataEvent(metadata: string): NewEvent {
  return systemEvent('$metadata', Buffer.from(metadata));
}

export function systemEvent(type: string, data: Buffer): NewEvent {
  return { id: newEventId(), type, contentType: 'application/json', data, customMetadata: Buffer.alloc(0) };
}
