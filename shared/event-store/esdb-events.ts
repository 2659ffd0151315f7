import type { AllStreamRecordedEvent, RecordedEvent } from '@eventstore/db-client';
import { type JsonObject, type StoredEvent, StoreUnavailable } from './event-store.js';

/** The store's own events ($metadata, $streamDeleted, …) lie in `$all` among ours. */
export function isSystemEvent(event: RecordedEvent | AllStreamRecordedEvent): boolean {
  return event.type.startsWith('$') || event.streamId.startsWith('$');
}

export function storedEvent(event: RecordedEvent | AllStreamRecordedEvent): StoredEvent {
  if (event.position === undefined) throw new StoreUnavailable(`no position on ${event.streamId}@${event.revision}`);
  return {
    id: event.id,
    type: event.type,
    data: event.data as JsonObject,
    metadata: (event.metadata ?? {}) as JsonObject,
    stream: event.streamId,
    revision: Number(event.revision),
    position: event.position.commit,
  };
}
