import {
  AppendOutcomeUnknown,
  type AppendResult,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  RevisionConflict,
  type StoredEvent,
  StoreUnavailable,
  StreamDeleted,
} from '../../../shared/event-store/event-store.js';
import type { Owner, Scheduler } from './scheduler.js';
import type { Fault } from './script.js';
import type { VirtualClock } from './virtual-clock.js';

/** One truth for all instances, with the rules of the real one; each operation waits for its turn. */
export type SimStore = {
  /** The store as one instance reaches it. */
  connect(owner: Owner): EventStore;
  events(stream: string): readonly StoredEvent[];
  /** Is there from the start; nobody is told of it. */
  put(stream: string, events: readonly EventToAppend[]): void;
  /** What this owner has sent and what has not arrived yet arrives now, or never; nobody hears of it. */
  cutOff(owner: Owner, writesUnderWay: 'stored' | 'lost'): void;
};

export type SimStoreOptions = {
  readonly scheduler: Scheduler;
  readonly clock: VirtualClock;
  /** Told of each append as it becomes true. */
  readonly onCommit: (stream: string, events: readonly StoredEvent[]) => void;
  /** Told of each deletion just before it becomes true. */
  readonly onDelete: (stream: string) => void;
  /** What goes wrong with this append, named by the requests that its events carry; each fault strikes once. */
  readonly appendFault: (causationIds: ReadonlySet<string>) => Fault['kind'] | undefined;
  /** What goes wrong with this read of an instance. */
  readonly readFault: (owner: Owner, stream: string) => Fault | undefined;
  /** What goes wrong with this deletion. */
  readonly deleteFault: (owner: Owner, stream: string) => Fault['kind'] | undefined;
};

/** As many events as one operation of a read returns. */
const READ_CHUNK = 32;

/** More than a request waits for a history, less than it waits for its turn. */
const SLOW_READ_MS = 2_000;

/** What is late is on its way between them, and belongs to no instance: it outlives a crash. */
const NETWORK: Owner = {};

export function createSimStore(options: SimStoreOptions): SimStore {
  const { scheduler, clock, onCommit, onDelete, appendFault, readFault, deleteFault } = options;
  const streams = new Map<string, StoredEvent[]>();
  const deleted = new Set<string>();
  const underWay = new Map<Owner, Set<() => void>>();
  let position = 0n;

  function commit(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): AppendResult {
    if (deleted.has(stream)) throw new StreamDeleted(stream);
    const stored = streams.get(stream) ?? [];
    const start = expected === 'no_stream' ? 0 : expected + 1;
    const last = stored[start + events.length - 1];
    if (last !== undefined && events.every((event, offset) => stored[start + offset]?.id === event.id))
      return { revision: last.revision, position: last.position };
    if (start !== stored.length)
      throw new RevisionConflict(stream, expected, stored.length === 0 ? 'no_stream' : stored.length - 1);
    onCommit(stream, put(stream, events));
    return { revision: start + events.length - 1, position };
  }

  function put(stream: string, events: readonly EventToAppend[]): readonly StoredEvent[] {
    const stored = streams.get(stream) ?? [];
    const start = stored.length;
    for (const [offset, { id, type, data, metadata }] of events.entries()) {
      position += 1n;
      // Written out: see metadataOf in envelope.ts.
      stored.push({ id, type, data, metadata, stream, revision: start + offset, position });
    }
    streams.set(stream, stored);
    return stored.slice(start);
  }

  /** As an append that nobody waits for any more: it fits, or it does not. */
  function commitUnheard(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): void {
    try {
      commit(stream, events, expected);
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }

  function sentBy(owner: Owner): Set<() => void> {
    const sent = underWay.get(owner) ?? new Set();
    underWay.set(owner, sent);
    return sent;
  }

  function deleteStream(owner: Owner, stream: string): Promise<void> {
    const sent = sentBy(owner);
    const arrive = () => {
      // Again is no error, and changes nothing.
      if (!deleted.has(stream)) onDelete(stream);
      deleted.add(stream);
      streams.delete(stream);
    };
    sent.add(arrive);
    return scheduler.enqueue(owner, () => {
      sent.delete(arrive);
      const fault = deleteFault(owner, stream);
      if (fault !== 'delete_lost_without_answer') arrive();
      if (fault !== undefined) throw new StoreUnavailable(`no answer to the deletion of ${stream}`);
    });
  }

  function append(owner: Owner, stream: string, events: readonly EventToAppend[], expected: ExpectedRevision) {
    const sent = sentBy(owner);
    const arrive = () => commitUnheard(stream, events, expected);
    sent.add(arrive);
    return scheduler.enqueue(owner, () => {
      sent.delete(arrive);
      switch (appendFault(new Set(events.map(({ metadata }) => String(metadata.causationId))))) {
        case 'append_lost_without_answer':
          throw new AppendOutcomeUnknown(stream);
        case 'append_stored_without_answer':
          arrive();
          throw new AppendOutcomeUnknown(stream);
        case 'append_late_without_answer':
          // Whatever goes wrong in it is the world's to notice: nobody awaits this.
          scheduler.enqueue(NETWORK, arrive).catch(() => undefined);
          throw new AppendOutcomeUnknown(stream);
        default:
          return commit(stream, events, expected);
      }
    });
  }

  function readStream(owner: Owner, stream: string, from: number): AsyncIterable<StoredEvent> {
    return {
      [Symbol.asyncIterator]() {
        let chunk: readonly StoredEvent[] = [];
        let at = 0;
        let next = from;
        let breaksAt = Number.POSITIVE_INFINITY;
        const one = () => {
          const value = chunk[at];
          if (value === undefined) return { done: true, value: undefined } as const;
          if (value.revision >= breaksAt) throw new StoreUnavailable(`the read of ${stream} broke`);
          at += 1;
          next += 1;
          return { done: false, value } as const;
        };
        const more = () => {
          const fault = readFault(owner, stream);
          if (fault?.kind === 'read_is_slow') clock.pass(SLOW_READ_MS);
          if (fault?.kind === 'read_breaks') breaksAt = next + fault.afterEvents;
          const stored = streams.get(stream) ?? [];
          if (fault?.kind === 'read_breaks' && breaksAt >= stored.length)
            throw new StoreUnavailable(`the read of ${stream} broke`);
          chunk = stored.slice(next, next + READ_CHUNK);
          at = 0;
          return one();
        };
        return {
          next: () => (at < chunk.length ? Promise.resolve(one()) : scheduler.enqueue(owner, more)),
        };
      },
    };
  }

  return {
    connect: (owner) => ({
      append: (stream, events, expected) => append(owner, stream, events, expected),
      readStream: (stream, { from = 0 } = {}) => readStream(owner, stream, from),
      readAll: () => notHere('readAll'),
      subscribeToAll: () => notHere('subscribeToAll'),
      deleteStream: (stream) => deleteStream(owner, stream),
      isDeleted: (stream) => scheduler.enqueue(owner, () => deleted.has(stream)),
      async close() {},
    }),
    events: (stream) => streams.get(stream) ?? [],
    put: (stream, events) => void put(stream, events),
    cutOff(owner, writesUnderWay) {
      const sent = underWay.get(owner) ?? [];
      underWay.delete(owner);
      scheduler.drop(owner);
      if (writesUnderWay === 'stored') for (const arrive of sent) arrive();
    },
  };
}

function notHere(operation: string): never {
  throw new Error(`the simulated store has no ${operation}: the command handler does not use it`);
}
