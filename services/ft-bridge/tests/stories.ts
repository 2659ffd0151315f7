import { toBusMessage } from '../../../shared/bus/messages.js';
import type { EventStore, JsonObject, StoredEvent } from '../../../shared/event-store/event-store.js';
import { EMPTY_HEAD, type Head, NO_HASH, seal } from '../../../shared/events/envelope.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import type { Arrival } from '../inbox/arrival.js';
import { readStored } from '../intake/read-arrival.js';

export function player(id: number): PlayerId {
  const playerId = parsePlayerId(String(id));
  if (playerId === undefined) throw new Error(`${id} is no player id`);
  return playerId;
}

export const OCCURRED_AT = '2026-02-03T04:05:06.789Z';

let position = 1_000n;

/** A player's events as the store holds them: sealed, chained, at growing positions. */
export function story(
  playerId: PlayerId,
  events: readonly PlayerEvent[],
  head: Head = EMPTY_HEAD,
  recordedAt = new Date().toISOString(),
): StoredEvent[] {
  const stream = playerStream(playerId);
  const context = {
    schemaVersion: 1,
    occurredAt: OCCURRED_AT,
    recordedAt,
    correlationId: 'test',
    causationId: 'test',
    actor: 'system:test',
  };
  const drafts = events.map(({ type, data }) => ({ type, data: JSON.parse(JSON.stringify(data)) as JsonObject }));
  return seal(stream, head, drafts, context).events.map((event, index) => {
    position += 1n;
    return { ...event, stream, revision: head.revision + 1 + index, position };
  });
}

/** What no version knows, as the next of a player's events. */
export function unreadable(events: readonly StoredEvent[]): StoredEvent {
  const head = headAfter(events);
  const stream = events[0]?.stream ?? '';
  const context = {
    ...{ schemaVersion: 1, occurredAt: OCCURRED_AT, recordedAt: OCCURRED_AT },
    ...{ correlationId: 'test', causationId: 'test', actor: 'system:test' },
  };
  const [event] = seal(stream, head, [{ type: 'PlayerTeleported', data: {} }], context).events;
  if (event === undefined) throw new Error('one draft is one event');
  return { ...event, stream, revision: head.revision + 1, position: (events.at(-1)?.position ?? 0n) + 1n };
}

export function headAfter(events: readonly StoredEvent[]): Head {
  const last = events.at(-1);
  return last === undefined ? EMPTY_HEAD : { revision: last.revision, hash: String(last.metadata.hash ?? NO_HASH) };
}

/** Logins, which are one message each. */
export function logins(count: number): PlayerEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    type: 'PlayerLoggedIn' as const,
    data: { loginId: `login-${index}`, impersonated: false },
  }));
}

export function arrivals(events: readonly StoredEvent[]): Arrival[] {
  return events.map(readStored);
}

export function messages(events: readonly StoredEvent[]) {
  return events.map((event) => toBusMessage(event, undefined));
}

/** A store that holds these events, and whatever a test adds to the list later. */
export function storeOf(events: readonly StoredEvent[]): Pick<EventStore, 'readStream' | 'close'> {
  return {
    close: async () => undefined,
    async *readStream(stream, { from, direction = 'forwards', maxCount = Number.POSITIVE_INFINITY } = {}) {
      const own = events.filter((event) => event.stream === stream).sort((a, b) => a.revision - b.revision);
      const ordered = direction === 'forwards' ? own : own.reverse();
      const inRange = ordered.filter(({ revision }) =>
        direction === 'forwards' ? revision >= (from ?? 0) : revision <= (from ?? Number.POSITIVE_INFINITY),
      );
      yield* inRange.slice(0, maxCount);
    },
  };
}
