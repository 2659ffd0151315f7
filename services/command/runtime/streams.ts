import type { EventStore, StoredEvent } from '../../../shared/event-store/event-store.js';
import { type Draft, EMPTY_HEAD, type Head, seal } from '../../../shared/events/envelope.js';
import { decisionContext, type RequestContext } from './request-context.js';

/** A short stream, read whole. */
export async function readWhole<E>(
  store: EventStore,
  stream: string,
  decode: (event: StoredEvent) => E,
): Promise<{ events: E[]; head: Head }> {
  const events: E[] = [];
  let head = EMPTY_HEAD;
  for await (const stored of store.readStream(stream)) {
    events.push(decode(stored));
    head = { revision: stored.revision, hash: String(stored.metadata.hash) };
  }
  return { events, head };
}

/** Appends at the head that was read. @throws RevisionConflict when someone else was first. */
export async function appendAt(
  store: EventStore,
  stream: string,
  head: Head,
  drafts: readonly Draft[],
  schemaVersion: number,
  context: RequestContext,
): Promise<{ readonly revision: number; readonly position: bigint }> {
  const sealed = seal(stream, head, drafts, decisionContext(context, schemaVersion));
  return store.append(stream, sealed.events, head.revision === -1 ? 'no_stream' : head.revision);
}
