import type { IncomingMessage } from 'node:http';
import type { ZodType } from 'zod';
import { readRawBody, validate } from '../../shared/http/json-body.js';
import { malformed } from '../../shared/http/problem.js';

/** The body of a request by its schema; an empty one counts as `{}`. @throws Problem 400 or 413. */
export async function readJson<T>(request: IncomingMessage, schema: ZodType<T>): Promise<T> {
  return validate(schema, parseJsonOrRefuse(await readRawBody(request)));
}

/** @throws Problem 400. */
export function parseJsonOrRefuse(raw: Buffer): unknown {
  if (raw.length === 0) return {};
  try {
    return JSON.parse(raw.toString('utf8')) as unknown;
  } catch {
    throw malformed([{ detail: 'the body is not JSON', pointer: '' }]);
  }
}
