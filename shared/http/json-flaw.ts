/** What a body may not hold though it is JSON, and where: a JSON pointer (RFC 6901). */
export type JsonFlaw = { readonly detail: string; readonly pointer: string };

/** Deeper than anything that means something here: the parser and all who walk over its result recurse. */
const DEPTH_MAX = 64;

/** An object or array that is not closed yet. */
type Level = {
  /** The names so far; undefined in an array. */
  readonly names: Set<string> | undefined;
  /** The member that is being read: its name or its index. */
  member: string | number;
  isNameNext: boolean;
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

/**
 * The first name that an object has twice, the first nesting that is too deep, or the first text that Postgres cannot
 * hold or RFC 8785 cannot hash (U+0000, half of a surrogate pair). Undefined says nothing about text that is not JSON.
 */
export function jsonFlawOf(text: string): JsonFlaw | undefined {
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const level = levels.at(-1);
    switch (text.charCodeAt(at)) {
      case OPENING_BRACE:
      case OPENING_BRACKET: {
        if (levels.length === DEPTH_MAX) return { detail: `nested deeper than ${DEPTH_MAX}`, pointer: '' };
        const isObject = text.charCodeAt(at) === OPENING_BRACE;
        levels.push({ names: isObject ? new Set() : undefined, member: isObject ? '' : 0, isNameNext: isObject });
        break;
      }
      case CLOSING_BRACE:
      case CLOSING_BRACKET:
        levels.pop();
        break;
      case COMMA:
        if (level?.names !== undefined) level.isNameNext = true;
        else if (typeof level?.member === 'number') level.member += 1;
        break;
      case QUOTE: {
        const end = endOfString(text, at);
        const string = end === -1 ? undefined : stringOf(text.slice(at, end + 1));
        if (string === undefined) return undefined;
        at = end;
        const isRepeated = level?.isNameNext === true && isTaken(level, string);
        if (isRepeated) return { detail: 'the key is repeated', pointer: pointerTo(levels) };
        if (!isText(string)) return { detail: 'U+0000 or half of a surrogate pair', pointer: pointerTo(levels) };
      }
    }
  }
  return undefined;
}

/** Notes the name of the member that follows. True when the object had one of this name before. */
function isTaken(level: Level, name: string): boolean {
  level.member = name;
  level.isNameNext = false;
  const isRepeated = level.names?.has(name) ?? false;
  level.names?.add(name);
  return isRepeated;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return -1;
}

/** What a quoted string stands for: `"\\u0061"` is the same name as `"a"`. Undefined when it is no JSON. */
function stringOf(quoted: string): string | undefined {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

/** With the flag `u`, a whole pair is one character that is not in the range of halves. */
function isText(string: string): boolean {
  return !/[\0\ud800-\udfff]/u.test(string);
}

function pointerTo(levels: readonly Level[]): string {
  return levels.map(({ member }) => `/${escapePointer(String(member))}`).join('');
}

/** A name as a step of a JSON pointer. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
