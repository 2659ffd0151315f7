import type { z } from 'zod';
import type { StoredEvent } from '../event-store/event-store.js';
import { CATALOGUE_SCHEMA_VERSION, type CatalogueEvent, catalogueEventSchemas } from './catalogue-events.js';
import { EMAIL_SCHEMA_VERSION, type EmailEvent, emailEventSchemas } from './email-events.js';
import { type EventMetadata, metadataSchema } from './envelope.js';
import { PLAYER_SCHEMA_VERSION, type PlayerEvent, playerEventSchemas } from './player-events.js';
import { PROFILE_SCHEMA_VERSION, type ProfileEvent, profileEventSchemas } from './profile-events.js';
import { type Upcasts, upcast } from './upcast.js';

/** A stored event that this version of the code cannot read. Whoever reads on skips a fact: stop, or park. */
export class UnreadableEvent extends Error {
  override readonly name: string = 'UnreadableEvent';
}

/**
 * A newer version of the code wrote this. Nothing is wrong with it but the reader: wait for one that knows, and leave
 * the work to it meanwhile. Whoever writes a new type, or new data of an old one, raises the version of its streams.
 */
export class NewerEvent extends UnreadableEvent {
  override readonly name: string = 'NewerEvent';
}

export type Decoded<E> = E & {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly metadata: EventMetadata;
};

type Wire = Omit<StoredEvent, 'position'>;

const PLAYER_UPCASTS: Upcasts = {
  BonusGranted: { 1: (data) => ({ ...data, deposit: null }) },
  TransactionRolledBack: {
    1: (data) => ({ ...data, undone: null }),
    2: (data) => ({ ...data, sessionId: null, originalAt: null }),
  },
};

/** All events are at version 1. */
const NO_UPCASTS: Upcasts = {};

/** @throws UnreadableEvent */
export function decodePlayerEvent(event: Wire): Decoded<PlayerEvent> {
  return decode<PlayerEvent>(event, playerEventSchemas, PLAYER_SCHEMA_VERSION, PLAYER_UPCASTS);
}

/** @throws UnreadableEvent */
export function decodeProfileEvent(event: Wire): Decoded<ProfileEvent> {
  return decode<ProfileEvent>(event, profileEventSchemas, PROFILE_SCHEMA_VERSION, NO_UPCASTS);
}

/** @throws UnreadableEvent */
export function decodeEmailEvent(event: Wire): Decoded<EmailEvent> {
  return decode<EmailEvent>(event, emailEventSchemas, EMAIL_SCHEMA_VERSION, NO_UPCASTS);
}

/** @throws UnreadableEvent */
export function decodeCatalogueEvent(event: Wire): Decoded<CatalogueEvent> {
  return decode<CatalogueEvent>(event, catalogueEventSchemas, CATALOGUE_SCHEMA_VERSION, NO_UPCASTS);
}

function decode<E extends { type: string; data: unknown }>(
  event: Wire,
  schemas: { readonly [type: string]: z.ZodType },
  today: number,
  upcasts: Upcasts,
): Decoded<E> {
  const { id, stream, revision, type } = event;
  const place = `${stream}@${revision}`;
  const metadata = metadataSchema.safeParse(event.metadata);
  if (!metadata.success) throw new UnreadableEvent(`${place}: metadata`, { cause: metadata.error });
  const { schemaVersion } = metadata.data;
  // A newer version may say what this code would drop without a word.
  if (schemaVersion > today) throw new NewerEvent(`${place}: ${type} of version ${schemaVersion}, newer than ${today}`);
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (schema === undefined) throw new UnreadableEvent(`${place}: unknown type ${type}`);
  const data = parse(schema, () => upcast(upcasts, type, event.data, schemaVersion, today));
  if (!data.success) throw new UnreadableEvent(`${place}: ${type}`, { cause: data.error });
  // The schema of this very type has just passed.
  return { id, stream, revision, metadata: metadata.data, type, data: data.data } as unknown as Decoded<E>;
}

/** An upcast of data that never was valid may throw. */
function parse(schema: z.ZodType, upcasted: () => unknown) {
  try {
    return schema.safeParse(upcasted());
  } catch (error) {
    return { success: false, error } as const;
  }
}
