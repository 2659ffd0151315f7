import {
  type AppendResult,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadStreamOptions,
  RevisionConflict,
  type StoredEvent,
  StoreUnavailable,
  StreamDeleted,
  type SubscribeOptions,
  type SubscriptionMessage,
} from './event-store.js';

/** Positions grow in steps, as a real store's do, so that nobody comes to count on the next number. */
const POSITION_STEP = 100n;

/** The event store in memory, with the rules of the real one. */
export function createMemoryEventStore(): EventStore {
  let log: StoredEvent[] = [];
  const streams = new Map<string, StoredEvent[]>();
  const deleted = new Set<string>();
  let lastPosition = 0n;
  let closed = false;
  /** Wakes the subscriptions that have read everything. */
  let wakeUps: (() => void)[] = [];

  function wake(): void {
    const waiting = wakeUps;
    wakeUps = [];
    for (const wakeUp of waiting) wakeUp();
  }

  function appendNow(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): AppendResult {
    if (closed) throw new StoreUnavailable('the event store is closed');
    if (events.length === 0) throw new Error(`an append to ${stream} without an event`);
    if (deleted.has(stream)) throw new StreamDeleted(stream);
    const stored = streams.get(stream) ?? [];
    const start = expected === 'no_stream' ? 0 : expected + 1;
    // Only ids are compared, and all of them must be there at their place.
    const last = stored[start + events.length - 1];
    const isThere = events.every((event, offset) => stored[start + offset]?.id === event.id.toLowerCase());
    if (last && isThere) return { revision: last.revision, position: last.position };
    if (start !== stored.length) throw new RevisionConflict(stream, expected, headOf(stored));

    for (const event of events) {
      lastPosition += POSITION_STEP;
      const copy: EventToAppend = JSON.parse(JSON.stringify(event));
      stored.push({ ...copy, id: copy.id.toLowerCase(), stream, revision: stored.length, position: lastPosition });
    }
    streams.set(stream, stored);
    log.push(...stored.slice(start));
    wake();
    return { revision: stored.length - 1, position: lastPosition };
  }

  async function* readStream(stream: string, { from, direction, maxCount }: ReadStreamOptions = {}) {
    assertOpen();
    const stored = streams.get(stream) ?? [];
    const inOrder =
      direction === 'backwards' ? stored.slice(0, (from ?? stored.length - 1) + 1).reverse() : stored.slice(from ?? 0);
    yield* inOrder.slice(0, maxCount);
  }

  async function* readAll({ after, direction, maxCount, streamPrefixes }: ReadAllOptions = {}) {
    assertOpen();
    const backwards = direction === 'backwards';
    const isBeyond = (event: StoredEvent) =>
      after === undefined || (backwards ? event.position < after : event.position > after);
    const found = log.filter((event) => isBeyond(event) && isIn(event.stream, streamPrefixes));
    yield* (backwards ? found.reverse() : found).slice(0, maxCount);
  }

  async function* subscribeToAll({
    after,
    streamPrefixes,
    signal,
  }: SubscribeOptions): AsyncGenerator<SubscriptionMessage> {
    let seen = after ?? 0n;
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        assertOpen();
        const upTo = lastPosition;
        const news = log.slice(firstAfter(log, seen));
        let passedOver = false;
        for (const event of news) {
          passedOver = !isIn(event.stream, streamPrefixes);
          if (!passedOver) yield { kind: 'event', event };
          if (signal.aborted) return;
        }
        if (passedOver) yield { kind: 'checkpoint', position: upTo };
        seen = upTo;
        if (lastPosition === seen && !signal.aborted && !closed) {
          await new Promise<void>((resolve) => wakeUps.push(resolve));
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  function assertOpen(): void {
    if (closed) throw new StoreUnavailable('the event store is closed');
  }

  return {
    // Async, so that a throw is a rejection, as it is with the real one.
    append: async (stream, events, expected) => appendNow(stream, events, expected),
    readStream,
    readAll,
    subscribeToAll,
    async deleteStream(stream) {
      assertOpen();
      deleted.add(stream);
      streams.delete(stream);
      log = log.filter((event) => event.stream !== stream);
    },
    async isDeleted(stream) {
      assertOpen();
      return deleted.has(stream);
    },
    async close() {
      closed = true;
      wake();
    },
  };
}

function headOf(stored: readonly StoredEvent[]): ExpectedRevision {
  return stored.length === 0 ? 'no_stream' : stored.length - 1;
}

function isIn(stream: string, prefixes: readonly string[] | undefined): boolean {
  return prefixes === undefined || prefixes.length === 0 || prefixes.some((prefix) => stream.startsWith(prefix));
}

/** Index of the first event after this position: subscriptions ask at every append, so it is searched by halves. */
function firstAfter(log: readonly StoredEvent[], position: bigint): number {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log[middle]?.position ?? 0n) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
