import type { EventStore, JsonObject, StoredEvent } from '../../../../shared/event-store/event-store.js';
import { EMPTY_HEAD, type Head, seal } from '../../../../shared/events/envelope.js';

export type Tamper = (events: readonly StoredEvent[]) => readonly StoredEvent[];
type ReadableStore = Pick<EventStore, 'readStream' | 'readAll' | 'close'>;

/** The store as it reads once somebody has laid hands on its files. */
export function tamperedStore(store: ReadableStore, tamper: Tamper): ReadableStore {
  async function eventsNow(): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of store.readAll()) events.push(event);
    return tamper(events);
  }
  return {
    async *readAll({ after = -1n, direction, maxCount, streamPrefixes = [''] } = {}) {
      const found = (await eventsNow()).filter(
        ({ position, stream }) => position > after && streamPrefixes.some((prefix) => stream.startsWith(prefix)),
      );
      yield* (direction === 'backwards' ? found.reverse() : found).slice(0, maxCount);
    },
    async *readStream(stream) {
      yield* (await eventsNow()).filter((event) => event.stream === stream);
    },
    close: () => store.close(),
  };
}

/** Puts other data in one event, and leaves all else, its hash too. */
export function withData(stream: string, revision: number, change: (data: JsonObject) => JsonObject): Tamper {
  return (events) =>
    events.map((event) =>
      event.stream === stream && event.revision === revision ? { ...event, data: change(event.data) } : event,
    );
}

/** Rewrites a stream from a revision on, as somebody would who knows how the chain is made: every hash is right. */
export function rewrittenFrom(stream: string, from: number, change: (data: JsonObject) => JsonObject): Tamper {
  return (events) => {
    let head: Head = EMPTY_HEAD;
    return events.map((event) => {
      if (event.stream !== stream) return event;
      if (event.revision < from) {
        head = { revision: event.revision, hash: String(event.metadata.hash) };
        return event;
      }
      const { hash: _hash, prevHash: _prevHash, ...context } = event.metadata;
      const data = event.revision === from ? change(event.data) : event.data;
      const sealed = seal(stream, head, [{ type: event.type, data }], context as Parameters<typeof seal>[3]);
      head = sealed.head;
      return { ...event, ...sealed.events[0] };
    });
  };
}
