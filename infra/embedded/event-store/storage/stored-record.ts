import { streams } from '../grpc/generated.js';
import { formatEventId, parseEventId } from './event-id.js';
import { fieldSize, varintSize, writeBytes, writeFieldHeader, writeNumber, writeText, writeVarint } from './wire.js';

export type NewEvent = {
  /** 16 bytes. */
  readonly id: Buffer;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly customMetadata: Uint8Array;
};

export type RecordPlace = {
  readonly stream: string;
  /** undefined for the tombstone, whose event number is the largest there is. */
  readonly revision: number | undefined;
  readonly position: number;
  readonly createdMs: number;
};

const TICKS_PER_MS = 10_000n;
/** 2^63 - 1 as a varint: the event number of a tombstone. */
const TOMBSTONE_REVISION = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
const HEADER_SIZE = 4;

/**
 * A record is a small header (stream and type, for filters) and then the bytes of the ReadResp message itself,
 * so that a read copies from disk to socket without decoding anything.
 */
export function encodeRecord(event: NewEvent, place: RecordPlace): Buffer {
  const id = formatEventId(event.id);
  const created = (BigInt(place.createdMs) * TICKS_PER_MS).toString();
  const streamLength = Buffer.byteLength(place.stream);
  const typeLength = Buffer.byteLength(event.type);
  const revision = place.revision ?? 0;
  const revisionSize = place.revision === undefined ? 1 + TOMBSTONE_REVISION.length : numberSize(revision);
  const positionSize = 1 + varintSize(place.position);
  const contentTypeLength = Buffer.byteLength(event.contentType);

  const recordedSize =
    fieldSize(fieldSize(id.length)) +
    fieldSize(fieldSize(streamLength)) +
    revisionSize +
    2 * positionSize +
    entrySize('type', typeLength) +
    entrySize('content-type', contentTypeLength) +
    entrySize('created', created.length) +
    (event.customMetadata.length > 0 ? fieldSize(event.customMetadata.length) : 0) +
    (event.data.length > 0 ? fieldSize(event.data.length) : 0);
  const readEventSize = fieldSize(recordedSize) + positionSize;

  const record = Buffer.allocUnsafe(HEADER_SIZE + streamLength + typeLength + fieldSize(readEventSize));
  record.writeUInt16LE(streamLength, 0);
  record.writeUInt16LE(typeLength, 2);
  let at = HEADER_SIZE;
  at += record.write(place.stream, at, 'utf8');
  at += record.write(event.type, at, 'utf8');

  at = writeFieldHeader(record, at, 1, readEventSize);
  at = writeFieldHeader(record, at, 1, recordedSize);
  at = writeFieldHeader(record, at, 1, fieldSize(id.length));
  at = writeText(record, at, 2, id, id.length);
  at = writeFieldHeader(record, at, 2, fieldSize(streamLength));
  at = writeText(record, at, 3, place.stream, streamLength);
  if (place.revision === undefined) {
    record[at] = 3 << 3;
    record.set(TOMBSTONE_REVISION, at + 1);
    at += 1 + TOMBSTONE_REVISION.length;
  } else if (revision > 0) at = writeNumber(record, at, 3, revision);
  at = writeNumber(record, at, 4, place.position);
  at = writeNumber(record, at, 5, place.position);
  at = writeEntry(record, at, 'type', event.type, typeLength);
  at = writeEntry(record, at, 'content-type', event.contentType, contentTypeLength);
  at = writeEntry(record, at, 'created', created, created.length);
  if (event.customMetadata.length > 0) at = writeBytes(record, at, 7, event.customMetadata);
  if (event.data.length > 0) at = writeBytes(record, at, 8, event.data);
  record[at] = 3 << 3;
  at = writeVarint(record, at + 1, place.position);
  if (at !== record.length) throw new Error(`record of ${record.length} bytes was written with ${at}`);
  return record;
}

/** The ReadResp message as it goes over the wire. */
export function wireOf(record: Buffer): Buffer {
  return record.subarray(HEADER_SIZE + record.readUInt16LE(0) + record.readUInt16LE(2));
}

export type RecordDescription = { readonly id: Buffer; readonly stream: string; readonly revision: number };

/** Decodes what an index knows of a record; undefined for a tombstone. */
export function describeRecord(record: Buffer): RecordDescription | undefined {
  const recorded = streams.ReadResp.deserializeBinary(wireOf(record)).getEvent()?.getEvent();
  const id = parseEventId(recorded?.getId()?.getString() ?? '');
  const revision = Number(recorded?.getStreamRevision());
  if (id === undefined || !Number.isSafeInteger(revision)) return undefined;
  return { id, stream: streamBytesOf(record).toString('utf8'), revision };
}

/** When it was appended. Decodes the record, so only for the streams where age counts. */
export function createdMsOf(record: Buffer): number {
  const recorded = streams.ReadResp.deserializeBinary(wireOf(record)).getEvent()?.getEvent();
  return Number(BigInt(recorded?.getMetadataMap().get('created') ?? 0) / TICKS_PER_MS);
}

/** What the event says, as its writer gave it. */
export function dataOf(record: Buffer): Uint8Array {
  return streams.ReadResp.deserializeBinary(wireOf(record)).getEvent()?.getEvent()?.getData_asU8() ?? new Uint8Array();
}

export function streamBytesOf(record: Buffer): Buffer {
  return record.subarray(HEADER_SIZE, HEADER_SIZE + record.readUInt16LE(0));
}

export function typeBytesOf(record: Buffer): Buffer {
  const start = HEADER_SIZE + record.readUInt16LE(0);
  return record.subarray(start, start + record.readUInt16LE(2));
}

function numberSize(value: number): number {
  return value === 0 ? 0 : 1 + varintSize(value);
}

function entrySize(key: string, valueLength: number): number {
  return fieldSize(fieldSize(key.length) + fieldSize(valueLength));
}

function writeEntry(target: Buffer, offset: number, key: string, value: string, valueLength: number): number {
  let at = writeFieldHeader(target, offset, 6, fieldSize(key.length) + fieldSize(valueLength));
  at = writeText(target, at, 1, key, key.length);
  return writeText(target, at, 2, value, valueLength);
}
