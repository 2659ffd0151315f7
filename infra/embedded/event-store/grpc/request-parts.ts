import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import { parseEventId } from '../storage/event-id.js';
import type { NewEvent } from '../storage/stored-record.js';
import { shared } from './generated.js';

/** A request that says something impossible. Its message goes back to the caller. */
export class BadRequest extends Error {
  override readonly name: string = 'BadRequest';
}

/** An event lacks what the store must know of it. */
export class MetadataMissing extends BadRequest {
  override readonly name = 'MetadataMissing';
  readonly property: string;

  constructor(property: string) {
    super(`an event lacks its ${property}`);
    this.property = property;
  }
}

/** Asks for what this server does not do. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered';
}

const STREAM_NAME_BYTES_MAX = 1024;
const TYPE_BYTES_MAX = 4096;
const JSON_TYPE = 'application/json';
const BINARY_TYPE = 'application/octet-stream';

export function streamNameOf(identifier: StreamIdentifier | undefined): string {
  const bytes = identifier?.getStreamName_asU8() ?? new Uint8Array();
  const name = Buffer.from(bytes).toString('utf8');
  if (name === '') throw new BadRequest('the stream name is empty');
  if (bytes.length > STREAM_NAME_BYTES_MAX)
    throw new BadRequest(`the stream name is over ${STREAM_NAME_BYTES_MAX} bytes`);
  // The index separates its key parts with zero bytes.
  if (name.includes('\0')) throw new BadRequest('the stream name holds a zero byte');
  return name;
}

export function streamIdentifier(stream: string): StreamIdentifier {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream, 'utf8'));
  return identifier;
}

type ProposedMessage = {
  getId(): UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getCustomMetadata_asU8(): Uint8Array;
  getData_asU8(): Uint8Array;
};

export function newEventOf(message: ProposedMessage): NewEvent {
  const id = message.getId();
  const bytes = id?.hasStructured() ? structuredBytes(id) : parseEventId(id?.getString() ?? '');
  if (bytes === undefined) throw new BadRequest(`not an event id: ${id?.getString() ?? ''}`);
  const metadata = message.getMetadataMap();
  const type = metadata.get('type');
  const contentType = metadata.get('content-type');
  if (type === undefined) throw new MetadataMissing('type');
  if (contentType === undefined) throw new MetadataMissing('content-type');
  if (type === '') throw new BadRequest('the event type is empty');
  if (bytes.every((byte) => byte === 0)) throw new BadRequest('the event id is empty');
  if (Buffer.byteLength(type) > TYPE_BYTES_MAX) throw new BadRequest(`an event type is over ${TYPE_BYTES_MAX} bytes`);
  return {
    id: bytes,
    type,
    // There are two kinds: JSON, and what the store does not look into.
    contentType: contentType === JSON_TYPE ? JSON_TYPE : BINARY_TYPE,
    data: message.getData_asU8(),
    customMetadata: message.getCustomMetadata_asU8(),
  };
}

function structuredBytes(id: UUID): Buffer {
  const bytes = Buffer.alloc(16);
  const structured = id.getStructured();
  bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(structured?.getMostSignificantBits() ?? 0)), 0);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(structured?.getLeastSignificantBits() ?? 0)), 8);
  return bytes;
}

/** EventStoreDB's default: one append holds at most a mebibyte. */
export const APPEND_BYTES_MAX = 1024 * 1024;

/** As its later releases count; 23.10 counts the data only, so that what passes here passes there. */
export function sizeOf(events: readonly NewEvent[]): number {
  let size = 0;
  for (const event of events) size += event.data.length + event.customMetadata.length + 2 * event.type.length;
  return size;
}
