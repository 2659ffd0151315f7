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
  const reader = createReader(bytes);
  let recorded: Span | undefined;
  for (const at = { start: 0, end: bytes.length }; reader.next(at); ) {
    if (reader.field !== RESPONSE_EVENT) continue;
    const inner = { ...reader.span };
    while (reader.next(inner)) if (reader.field === READ_EVENT_RECORDED) recorded = { ...reader.span };
  }
  return recorded === undefined ? NOTHING : recordedEvent(reader, recorded);
}

function recordedEvent(reader: Reader, at: Span): WireAnswer {
  let [id, stream, type, data, customMetadata] = ['', '', '', '', ''];
  let [revision, position] = [0, 0];
  while (reader.next(at)) {
    const { field, span } = reader;
    if (field === RECORDED.data) data = reader.text(span);
    else if (field === RECORDED.customMetadata) customMetadata = reader.text(span);
    else if (field === RECORDED.revision) revision = reader.number;
    else if (field === RECORDED.commitPosition) position = reader.number;
    else if (field === RECORDED.id) id = textIn(reader, span, UUID_TEXT);
    else if (field === RECORDED.stream) stream = textIn(reader, span, STREAM_NAME);
    else if (field === RECORDED.metadata && textIn(reader, span, ENTRY.key) === 'type')
      type = textIn(reader, span, ENTRY.value);
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

type Span = { start: number; end: number };

/** Walks through the fields of a message. It is one object for all of an answer, and says where it is. */
type Reader = {
  readonly field: number;
  /** The content of a field of bytes, text or a message. */
  readonly span: Span;
  /** Of a numeric field. */
  readonly number: number;
  /** Goes to the next field, and moves the span's start behind it; false at its end. */
  next(at: Span): boolean;
  text(span: Span): string;
};

/** How a field is written. */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

function createReader(buffer: Buffer): Reader {
  let offset = 0;
  let field = 0;
  let number = 0;
  let span: Span = { start: 0, end: 0 };

  function varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = buffer[offset];
      if (byte === undefined) throw new Error('an answer of the event store ends in the middle');
      offset += 1;
      // Multiplied, not shifted: a position has more than 32 bits.
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  return {
    get field() {
      return field;
    },
    get span() {
      return span;
    },
    get number() {
      return number;
    },
    next(at) {
      if (at.start >= at.end) return false;
      offset = at.start;
      const tag = varint();
      field = Math.floor(tag / 8);
      const kind = tag % 8;
      if (kind === WIRE.varint) number = varint();
      else if (kind === WIRE.bytes) {
        const length = varint();
        span = { start: offset, end: offset + length };
        offset += length;
      } else if (kind === WIRE.fixed64) offset += 8;
      else if (kind === WIRE.fixed32) offset += 4;
      else throw new Error(`an answer of the event store has a field of kind ${kind}`);
      if (offset > at.end) throw new Error('an answer of the event store ends in the middle');
      at.start = offset;
      return true;
    },
    text: ({ start, end }) => buffer.toString('utf8', start, end),
  };
}

function textIn(reader: Reader, span: Span, field: number): string {
  const at = { start: span.start, end: span.end };
  while (reader.next(at)) if (reader.field === field) return reader.text(reader.span);
  return '';
}
