import type { Json, JsonObject } from '../event-store/event-store.js';

/** Printable ASCII but `"` and backslash: stands for itself. Nearly every string of an event is such a one. */
const STANDS_FOR_ITSELF = /^[ !#-[\]-~]*$/;

/** With the flag `u`, a whole pair is one character that is not in this range. */
const HALF_A_PAIR = /[\ud800-\udfff]/u;

/**
 * RFC 8785 (JCS): members sorted by UTF-16 code units, numbers and strings as ECMAScript writes them.
 * @throws on what JSON cannot hold (NaN, undefined, a Date) or other languages cannot read (half of a surrogate pair):
 * such an event must not be hashed, let alone stored.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return canonicalString(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`${value} is not JSON`);
    return JSON.stringify(value);
  }
  if (isArray(value)) return canonicalArray(value);
  if (!isPlainObject(value)) throw new Error(`${String(value)} is not JSON`);
  return canonicalObject(value);
}

// Loops, and names sorted and quoted by hand: every event is hashed three times on its way, and a rebuild or an audit
// hashes them all.

function canonicalArray(values: readonly Json[]): string {
  let text = '[';
  for (const value of values) text += text === '[' ? canonicalJson(value) : `,${canonicalJson(value)}`;
  return `${text}]`;
}

/** As `canonicalJson`, of the object as if it did not have this member. */
export function canonicalJsonWithout(member: string, object: JsonObject): string {
  return canonicalObject(object, member);
}

function canonicalObject(object: JsonObject, leftOut?: string): string {
  let text = '{';
  for (const name of sorted(Object.keys(object))) {
    if (name === leftOut) continue;
    if (text !== '{') text += ',';
    text += quotedName(name) + canonicalJson(object[name] as Json);
  }
  return `${text}}`;
}

/** Few enough that inserting each where it belongs beats `sort`, which allocates. */
const FEW_NAMES = 32;

/** In place, by UTF-16 code units: the order of `<`, and the default one of `sort`. */
function sorted(names: string[]): readonly string[] {
  if (names.length > FEW_NAMES) return names.sort();
  for (let next = 1; next < names.length; next += 1) {
    const name = names[next] as string;
    let at = next;
    for (; at > 0 && (names[at - 1] as string) > name; at -= 1) names[at] = names[at - 1] as string;
    names[at] = name;
  }
  return names;
}

/** The names of events are few; what somebody else made up must not fill the memory. */
const QUOTED_NAMES_MAX = 1_000;
const QUOTED_NAME_LENGTH_MAX = 64;
const quotedNames = new Map<string, string>();

function quotedName(name: string): string {
  const known = quotedNames.get(name);
  if (known !== undefined) return known;
  const quoted = `${canonicalString(name)}:`;
  if (quotedNames.size < QUOTED_NAMES_MAX && name.length <= QUOTED_NAME_LENGTH_MAX) quotedNames.set(name, quoted);
  return quoted;
}

function canonicalString(text: string): string {
  if (STANDS_FOR_ITSELF.test(text)) return `"${text}"`;
  // RFC 8785, 3.2.2.2. `JSON.stringify` would escape the half pair, and most other languages cannot.
  if (HALF_A_PAIR.test(text)) throw new Error('half of a surrogate pair is not JSON');
  return JSON.stringify(text);
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** A class instance has members that its JSON has not, or the other way round: its hash would not be that of its JSON. */
function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
