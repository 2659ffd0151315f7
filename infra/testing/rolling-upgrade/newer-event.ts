import type { EventStore } from '../../../shared/event-store/event-store.js';
import { EMPTY_HEAD, type Head, seal } from '../../../shared/events/envelope.js';
import { PLAYER_SCHEMA_VERSION } from '../../../shared/events/player-events.js';

/** Appends what the version after this one would: a login whose data may say more than we know. */
export async function appendNewerEvent(store: EventStore, stream: string): Promise<void> {
  let head: Head = EMPTY_HEAD;
  for await (const { revision, metadata } of store.readStream(stream)) head = { revision, hash: String(metadata.hash) };
  const now = new Date().toISOString();
  const { events } = seal(stream, head, [{ type: 'PlayerLoggedIn', data: { loginId: 'next', impersonated: false } }], {
    ...{ schemaVersion: PLAYER_SCHEMA_VERSION + 1, occurredAt: now, recordedAt: now },
    ...{ correlationId: 'next', causationId: 'next', actor: 'system:next' },
  });
  await store.append(stream, events, head.revision);
}
