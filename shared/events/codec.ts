import type { z } from 'zod';
import type { JsonObject, StoredEvent } from '../event-store/event-store.js';
import { type EmailEvent, emailEventSchemas } from './email-events.js';
import { type EventMetadata, metadataSchema } from './envelope.js';
import { type PlayerEvent, playerEventSchemas } from './player-events.js';
import { type ProfileEvent, profileEventSchemas } from './profile-events.js';

/** A stored event that this version of the code cannot read. Whoever reads on skips a fact: stop, or park. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

export type Decoded<E> = E & {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly metadata: EventMetadata;
};

type Wire = Omit<StoredEvent, 'position'>;

/** From older schema versions to today's: `{ [type]: { [fromVersion]: data => data } }`. Empty while all are at version 1. */
const UPCASTS: { readonly [type: string]: { readonly [fromVersion: number]: (data: JsonObject) => JsonObject } } = {};

/** @throws UnreadableEvent */
export function decodePlayerEvent(event: Wire): Decoded<PlayerEvent> {
  return decode<PlayerEvent>(event, playerEventSchemas);
}

/** @throws UnreadableEvent */
export function decodeProfileEvent(event: Wire): Decoded<ProfileEvent> {
  return decode<ProfileEvent>(event, profileEventSchemas);
}

/** @throws UnreadableEvent */
export function decodeEmailEvent(event: Wire): Decoded<EmailEvent> {
  return decode<EmailEvent>(event, emailEventSchemas);
}

function decode<E extends { type: string; data: unknown }>(
  event: Wire,
  schemas: { readonly [type: string]: z.ZodType },
): Decoded<E> {
  const schema = Object.hasOwn(schemas, event.type) ? schemas[event.type] : undefined;
  if (schema === undefined) throw new UnreadableEvent(`${event.stream}@${event.revision}: unknown type ${event.type}`);
  const metadata = metadataSchema.safeParse(event.metadata);
  if (!metadata.success)
    throw new UnreadableEvent(`${event.stream}@${event.revision}: metadata`, { cause: metadata.error });
  const data = schema.safeParse(upcast(event.type, metadata.data.schemaVersion, event.data));
  if (!data.success)
    throw new UnreadableEvent(`${event.stream}@${event.revision}: ${event.type}`, { cause: data.error });
  const { id, stream, revision, type } = event;
  // The schema of this very type has just passed.
  return { id, stream, revision, metadata: metadata.data, type, data: data.data } as unknown as Decoded<E>;
}

function upcast(type: string, fromVersion: number, data: JsonObject): JsonObject {
  let current = data;
  for (let version = fromVersion; ; version += 1) {
    const step = UPCASTS[type]?.[version];
    if (step === undefined) return current;
    current = step(current);
  }
}
