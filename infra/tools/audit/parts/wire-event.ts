import type { JsonObject, StoredEvent } from '../../../../shared/event-store/event-store.js';

/** One answer of the store to a read; it may hold no event, or none of ours. */
export type WireAnswer = { readonly event: StoredEvent | undefined };

// EventStoreDB's streams.proto, version 1: numbers of the fields that an audit needs. The client's own decoding makes
// several objects a field, which costs time; and what is read here is read by nobody else's code.
const RESPONSE_EVENT = 1;
const READ_EVENT_RECORDED = 1;
const RECORDED = { id: 1, stream: 2, revision: 3, commitPosition: 5, metadata: 6, customMetadata: 7, data: 8 } as const;
const UUID_TEXT = 2;
const STREAM_NAME = 3;
const ENTRY = { key: 1, value: 2 } as const;

const NOTHING: WireAnswer = { event: undefined };

/** @throws when the bytes are no answer, or hold a number that no event of ours can have */
export function decodeReadAnswer(bytes: Buffer): WireAnswer {
  reader.open(bytes);
  if (!reader.find(0, bytes.length, RESPONSE_EVENT)) return NOTHING;
  return reader.find(reader.start, reader.end, READ_EVENT_RECORDED) ? recordedEvent() : NOTHING;
}

function recordedEvent(): WireAnswer {
  let [id, stream, type, data, customMetadata] = ['', '', '', '', ''];
  let [revision, position] = [0, 0];
  for (let { start: at, end } = reader; at < end; ) {
    at = reader.read(at, end);
    switch (reader.field) {
      case RECORDED.data:
        data = reader.text();
        break;
      case RECORDED.customMetadata:
        customMetadata = reader.text();
        break;
      case RECORDED.revision:
        revision = reader.number;
        break;
      case RECORDED.commitPosition:
        position = reader.number;
        break;
      case RECORDED.id:
        id = textIn(reader.start, reader.end, UUID_TEXT);
        break;
      case RECORDED.stream:
        stream = textIn(reader.start, reader.end, STREAM_NAME);
        break;
      case RECORDED.metadata: {
        const { start, end: stop } = reader;
        if (textIn(start, stop, ENTRY.key) === 'type') type = textIn(start, stop, ENTRY.value);
        break;
      }
      default: // Nothing that an audit needs.
    }
  }
  // The store's own events ($metadata, $streamDeleted, …) lie in `$all` among ours.
  if (type.startsWith('$') || stream.startsWith('$')) return NOTHING;
  if (!Number.isSafeInteger(revision) || !Number.isSafeInteger(position)) {
    throw new Error(`${stream}: a revision of ${revision}, at position ${position}`);
  }
  const metadata = jsonOf(customMetadata) ?? {};
  return { event: { id, type, data: jsonOf(data), metadata, stream, revision, position: BigInt(position) } };
}

/** What is no JSON was not written by us: it has no hash, and the audit says so. */
function jsonOf(text: string): JsonObject {
  try {
    return JSON.parse(text);
  } catch {
    return text as unknown as JsonObject;
  }
}

/** How a field is written. */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const NO_BYTES: Buffer = Buffer.alloc(0);

/** Reads fields of messages. One for all answers: to make one for each would cost as much as reading it. */
const reader = {
  buffer: NO_BYTES,
  offset: 0,
  /** Which field was read last. */
  field: 0,
  /** Of a numeric field. */
  number: 0,
  /** Where the content of a field of bytes, text or a message lies; of a numeric one, nothing. */
  start: 0,
  end: 0,

  open(bytes: Buffer): void {
    reader.buffer = bytes;
  },

  /** Reads the field at `at` of a message that ends at `end`; answers where the next one begins. */
  read(at: number, end: number): number {
    reader.offset = at;
    const tag = varint();
    const kind = tag % 8;
    reader.field = Math.floor(tag / 8);
    reader.start = 0;
    reader.end = 0;
    if (kind === WIRE.varint) reader.number = varint();
    else if (kind === WIRE.bytes) {
      const length = varint();
      reader.start = reader.offset;
      reader.offset += length;
      reader.end = reader.offset;
    } else if (kind === WIRE.fixed64) reader.offset += 8;
    else if (kind === WIRE.fixed32) reader.offset += 4;
    else throw new Error(`an answer of the event store has a field of kind ${kind}`);
    if (reader.offset > end) throw new Error('an answer of the event store ends in the middle');
    return reader.offset;
  },

  /** Goes to the content of a field; of the last one, where it is there several times. */
  find(at: number, end: number, field: number): boolean {
    let [start, stop] = [-1, -1];
    for (let next = at; next < end; ) {
      next = reader.read(next, end);
      if (reader.field === field) [start, stop] = [reader.start, reader.end];
    }
    reader.start = start;
    reader.end = stop;
    return start !== -1;
  },

  text(): string {
    return reader.buffer.toString('utf8', reader.start, reader.end);
  },
};

function varint(): number {
  const { buffer } = reader;
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = buffer[reader.offset];
    if (byte === undefined) throw new Error('an answer of the event store ends in the middle');
    reader.offset += 1;
    // Multiplied, not shifted: a position has more than 32 bits.
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
}

function textIn(at: number, end: number, field: number): string {
  return reader.find(at, end, field) ? reader.text() : '';
}
