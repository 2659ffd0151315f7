import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { parse } from 'lossless-json';
import getRawBody from 'raw-body';
import type { core, ZodType } from 'zod';
import { escapePointer, jsonFlawOf } from './json-flaw.js';
import { malformed, Problem } from './problem.js';

/** Every body of every route is at most this long. */
export const BODY_BYTES_MAX = 64 * 1024;

/** A JSON number as it was written, so that 10.10 is not a float before it is money. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The raw bytes of a request. Signatures are checked over exactly these. @throws Problem 413, or 400 when cut short. */
export async function readRawBody(request: IncomingMessage): Promise<Buffer> {
  try {
    return await getRawBody(request, { limit: BODY_BYTES_MAX, length: request.headers['content-length'] ?? null });
  } catch (cause) {
    if (isTooLarge(cause)) {
      // What is still to come is thrown away, so that the client reads the answer instead of a reset.
      request.resume();
      throw new Problem(413, 'body_too_large', `A body is at most ${BODY_BYTES_MAX} bytes`, { cause });
    }
    throw malformed([{ detail: 'the body ended early', pointer: '' }]);
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'entity.too.large';
}

/**
 * Parses JSON without losing anything: numbers stay text (`JsonNumber`), a repeated key is refused, and so is what is
 * not UTF-8, for two requests that differ in their bytes must not look alike.
 * @throws Problem 400 `malformed`.
 */
export function parseJson(raw: Buffer): unknown {
  if (!isUtf8(raw)) throw malformed([{ detail: 'the body is not UTF-8', pointer: '' }]);
  const text = raw.toString('utf8');
  const flaw = jsonFlawOf(text);
  if (flaw !== undefined) throw malformed([flaw]);
  try {
    return parse(text, null, (number) => new JsonNumber(number));
  } catch {
    throw malformed([{ detail: 'the body is not JSON', pointer: '' }]);
  }
}

/** The body of a request, checked. @throws Problem 400 or 413 */
export async function readBody<T>(request: IncomingMessage, schema: ZodType<T>): Promise<T> {
  return validate(schema, parseJson(await readRawBody(request)));
}

/** Checks a parsed body against its schema. @throws Problem 400 `malformed` with a pointer to each error. */
export function validate<T>(schema: ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw malformed(result.error.issues.flatMap((issue) => errorsOf(issue, value)));
}

function errorsOf(
  issue: core.$ZodIssue,
  value: unknown,
): readonly { readonly detail: string; readonly pointer: string }[] {
  const pointer = pointerOf(issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ detail: issue.message, pointer }];
  // To zod a number that stayed text is an object with a field of its own.
  if (memberOf(value, issue.path) instanceof JsonNumber) return [{ detail: 'must be an object', pointer }];
  return issue.keys.map((key) => ({ detail: 'unknown field', pointer: pointerOf([...issue.path, key]) }));
}

function memberOf(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as { readonly [key: PropertyKey]: unknown } | undefined)?.[key], value);
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${escapePointer(String(key))}`).join('');
}
