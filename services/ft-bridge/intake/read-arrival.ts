import { z } from 'zod';
import type { BusDelivery } from '../../../shared/bus/bus-consumer.js';
import type { JsonObject, StoredEvent } from '../../../shared/event-store/event-store.js';
import { decodePlayerEvent, UnreadableEvent } from '../../../shared/events/codec.js';
import { isIntact } from '../../../shared/events/envelope.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { playerIdOf, playerStream } from '../../../shared/ids/streams.js';
import type { Arrival } from '../inbox/arrival.js';

/** A message that is not what the projector publishes. */
export type Refused = { readonly refused: string; readonly playerId: PlayerId | undefined };

const object = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const bodySchema = z.object({
  id: z.string(),
  stream: z.string(),
  revision: z.number().int().nonnegative(),
  type: z.string(),
  data: object,
  metadata: object,
});

/** The event that a message carries, or why it is not taken. */
export function readDelivery(delivery: BusDelivery): Arrival | Refused {
  const playerId = parsePlayerId(delivery.subject.split('.').at(-1) ?? '');
  const refuse = (refused: string): Refused => ({ refused, playerId });
  if (playerId === undefined) return refuse('the subject names no player');
  const position = delivery.header('Croupier-Position') ?? '';
  if (!/^\d{1,20}$/.test(position)) return refuse('no position');
  const body = parse(delivery.body);
  if (!body.success) return refuse('not an event');
  if (body.data.stream !== playerStream(playerId)) return refuse('the subject names another player');
  try {
    return readStored({ ...body.data, position: BigInt(position) });
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    return refuse(error.message);
  }
}

/** @throws UnreadableEvent when the bytes are not what their hash says, or this version does not know them. */
export function readStored(stored: StoredEvent): Arrival {
  const { id, stream, revision, type, data, metadata, position } = stored;
  const wire = { id, stream, revision, type, data, metadata };
  const event = decodePlayerEvent(wire);
  if (!isIntact(wire)) throw new UnreadableEvent(`${stream}@${revision}: the hash is not that of the event`);
  for (const time of [event.metadata.occurredAt, event.metadata.recordedAt]) {
    // The inbox and Fast Track both need a time; an event that has none must not hold up all the others.
    if (!isTime(time)) throw new UnreadableEvent(`${stream}@${revision}: ${time} is no time`);
  }
  return { playerId: playerIdOf(stream), event, body: JSON.stringify(wire), position };
}

/** The inbox and Postgres both need one that they know. */
export function isTime(text: string): boolean {
  return /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

function parse(text: string) {
  try {
    return bodySchema.safeParse(JSON.parse(text));
  } catch {
    return bodySchema.safeParse(undefined);
  }
}
