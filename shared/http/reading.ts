import type { Context, Middleware } from 'koa';
import { z } from 'zod';
import { type PlayerId, parsePlayerId } from '../ids/ids.js';
import { isTableMissing, PostgresUnavailable } from '../postgres/fault.js';
import type { Row } from '../postgres/postgres.js';
import { validate } from './json-body.js';
import { Problem } from './problem.js';

// What every route that reads from Postgres does around its question.

/** Answers 503 while the tables cannot be asked. */
export const whileReadable: Middleware = async (_ctx, next) => {
  try {
    await next();
  } catch (error) {
    throw error instanceof PostgresUnavailable || isTableMissing(error) ? unreadable(error) : error;
  }
};

export function unreadable(cause?: unknown): Problem {
  return new Problem(503, 'unavailable', 'The answer is not available yet; ask again', {
    headers: { 'Retry-After': '1' },
    cause,
  });
}

/** Nothing of a person is kept by whatever is between us and the caller. */
export const noStore: Middleware = async (ctx, next) => {
  ctx.set('Cache-Control', 'no-store');
  await next();
};

/** The query string, checked: an unknown or repeated parameter is refused. @throws Problem 400 with a pointer to each. */
export function queryOf<T>(ctx: Context, schema: z.ZodType<T>): T {
  return validate(schema, { ...ctx.query });
}

export const noParameters = z.strictObject({});

/** How many entries to answer at most. */
export function limitParameter(fallback: number, max: number) {
  return z
    .string()
    .regex(/^[1-9]\d{0,4}$/, `must be a number from 1 to ${max}`)
    .transform(Number)
    .refine((limit) => limit <= max, `must be at most ${max}`)
    .default(fallback);
}

export const playerParameter = z.string().transform((text, context) => {
  const playerId = parsePlayerId(text);
  if (playerId !== undefined) return playerId;
  context.addIssue('must be a player id');
  return z.NEVER;
});

/** The cursor of the next page; null when this one was not full. */
export function nextCursor<R extends Row>(rows: readonly R[], limit: number, cursorOf: (row: R) => string) {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return last === undefined ? null : cursorOf(last);
}

/** @throws Problem 404: no player has such an id. */
export function playerIdOf(text: string | undefined): PlayerId {
  const playerId = parsePlayerId(text ?? '');
  if (playerId === undefined) throw playerNotFound();
  return playerId;
}

export function playerNotFound(): Problem {
  return new Problem(404, 'player_not_found', 'There is no such player');
}

/** What was found, or 404. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw playerNotFound();
  return value;
}
