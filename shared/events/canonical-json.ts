import type { Json } from '../event-store/event-store.js';

/**
 * RFC 8785 (JCS): members sorted by UTF-16 code units, numbers and strings as ECMAScript writes them.
 * @throws on what JSON cannot hold (NaN, undefined): such an event must not be hashed, let alone stored.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value} is not JSON`);
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    return JSON.stringify(value);
  }
  if (value === undefined) throw new Error('undefined is not JSON');
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
