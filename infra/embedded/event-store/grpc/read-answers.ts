import { parseEventId } from '../storage/event-id.js';
import { wireOf } from '../storage/stored-record.js';
import { shared, streams } from './generated.js';
import { streamIdentifier } from './request-parts.js';

/** The stored bytes are the answer, for clients that take UUIDs as text (Node's does). */
export function eventAnswer(record: Buffer, structuredIds: boolean): Buffer {
  const wire = wireOf(record);
  return structuredIds ? withStructuredId(wire) : wire;
}

export function confirmation(subscriptionId: string): Buffer {
  const body = new streams.ReadResp.SubscriptionConfirmation();
  body.setSubscriptionId(subscriptionId);
  const response = new streams.ReadResp();
  response.setConfirmation(body);
  return bytesOf(response);
}

export function caughtUp(): Buffer {
  const response = new streams.ReadResp();
  response.setCaughtUp(new streams.ReadResp.CaughtUp());
  return bytesOf(response);
}

export function checkpoint(position: number): Buffer {
  const body = new streams.ReadResp.Checkpoint();
  body.setCommitPosition(String(position));
  body.setPreparePosition(String(position));
  const response = new streams.ReadResp();
  response.setCheckpoint(body);
  return bytesOf(response);
}

export function streamNotFound(stream: string): Buffer {
  const body = new streams.ReadResp.StreamNotFound();
  body.setStreamIdentifier(streamIdentifier(stream));
  const response = new streams.ReadResp();
  response.setStreamNotFound(body);
  return bytesOf(response);
}

function withStructuredId(wire: Buffer): Buffer {
  const response = streams.ReadResp.deserializeBinary(wire);
  const id = response.getEvent()?.getEvent()?.getId();
  const bytes = parseEventId(id?.getString() ?? '');
  if (id && bytes) {
    const structured = new shared.UUID.Structured();
    structured.setMostSignificantBits(bytes.readBigInt64BE(0).toString());
    structured.setLeastSignificantBits(bytes.readBigInt64BE(8).toString());
    id.setStructured(structured);
  }
  return bytesOf(response);
}

function bytesOf(response: { serializeBinary(): Uint8Array }): Buffer {
  return Buffer.from(response.serializeBinary());
}
