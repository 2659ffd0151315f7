import type { IncomingMessage } from 'node:http';
import { parse } from 'lossless-json';
import getRawBody from 'raw-body';
import type { ZodType } from 'zod';
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
 * Parses JSON without losing anything: numbers stay text (`JsonNumber`), a repeated key is refused.
 * @throws Problem 400 `malformed`.
 */
export function parseJson(raw: Buffer): unknown {
  const text = raw.toString('utf8');
  try {
    return parse(text, null, {
      parseNumber: (number) => new JsonNumber(number),
      onDuplicateKey: ({ key }) => {
        throw malformed([{ detail: 'the key is repeated', pointer: `/${escapePointer(key)}` }]);
      },
    });
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw malformed([{ detail: 'the body is not JSON', pointer: '' }]);
  }
}

/** Checks a parsed body against its schema. @throws Problem 400 `malformed` with a pointer to each error. */
export function validate<T>(schema: ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw malformed(
    result.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ detail: 'unknown field', pointer: pointerOf([...issue.path, key]) }))
        : [{ detail: issue.message, pointer: pointerOf(issue.path) }],
    ),
  );
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${escapePointer(String(key))}`).join('');
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
