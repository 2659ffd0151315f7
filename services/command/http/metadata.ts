import { z } from 'zod';
import { JsonNumber } from '../../../shared/http/json-body.js';

const METADATA_BYTES_MAX = 4096;

/** Free-form, but not endless: what a caller wants back or wants us to recognise. */
export const metadataField = z
  .record(z.string(), z.unknown())
  .refine((metadata) => bytesOf(metadata) <= METADATA_BYTES_MAX, `at most ${METADATA_BYTES_MAX} bytes`)
  .default({});

/** Its length as JSON without spaces, in bytes; numbers as they were written. */
function bytesOf(value: unknown): number {
  if (value instanceof JsonNumber) return value.text.length;
  if (typeof value !== 'object' || value === null) return Buffer.byteLength(JSON.stringify(value));
  const members = Array.isArray(value)
    ? value.map(bytesOf)
    : Object.entries(value).map(([name, member]) => bytesOf(name) + 1 + bytesOf(member));
  // Two brackets, and a comma after each member but the last.
  return members.reduce((sum, bytes) => sum + bytes + 1, 1) + (members.length === 0 ? 1 : 0);
}
