import type { IndexEntry } from './storage/index-entry.js';
import type { Storage, StreamState } from './storage/storage.js';
import type { StreamLimits } from './storage/stream-limits.js';

export type PlannedEvent = { readonly id: Buffer; readonly idKey: string; readonly position: number };
type Place = Pick<IndexEntry, 'id' | 'position'>;

/** The store as it will be once the group of writes under way is on disk: what is stored, and what is planned on top. */
export type PlannedState = {
  /** Of the last event. */
  lastPosition: number;
  streamState(stream: string): StreamState;
  placeOf(stream: string, revision: number): Place | undefined;
  /** Of an event in the group. */
  revisionOf(stream: string, idKey: string): number | undefined;
  append(stream: string, firstRevision: number, events: readonly PlannedEvent[]): void;
  limit(stream: string, limits: StreamLimits): void;
};

type PlannedStream = {
  state: StreamState;
  firstPlanned: number;
  readonly events: PlannedEvent[];
  readonly revisions: Map<string, number>;
};

/** Keys of ids: buffers are no keys, and this is their shortest text. */
export function idKeyOf(id: Buffer): string {
  return id.toString('latin1');
}

export function createPlannedState(storage: Storage): PlannedState {
  const streams = new Map<string, PlannedStream>();

  function planned(stream: string): PlannedStream {
    let found = streams.get(stream);
    if (found === undefined) {
      found = { state: storage.streamState(stream), firstPlanned: 0, events: [], revisions: new Map() };
      streams.set(stream, found);
    }
    return found;
  }

  return {
    lastPosition: storage.lastPosition(),
    streamState: (stream) => planned(stream).state,
    placeOf(stream, revision) {
      const { firstPlanned, events } = planned(stream);
      return events.length > 0 && revision >= firstPlanned
        ? events[revision - firstPlanned]
        : storage.indexEntry(stream, revision);
    },
    revisionOf: (stream, idKey) => streams.get(stream)?.revisions.get(idKey),
    append(stream, firstRevision, events) {
      const entry = planned(stream);
      if (entry.events.length === 0) entry.firstPlanned = firstRevision;
      for (const event of events) {
        entry.revisions.set(event.idKey, entry.firstPlanned + entry.events.length);
        entry.events.push(event);
      }
      entry.state = { ...entry.state, lastRevision: firstRevision + events.length - 1 };
    },
    limit(stream, limits) {
      const entry = planned(stream);
      entry.state = { ...entry.state, limits };
    },
  };
}
