import type { Context, Middleware } from 'koa';
import { z } from 'zod';
import { validate } from '../../../shared/http/json-body.js';
import { malformed, Problem } from '../../../shared/http/problem.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { isTableMissing, PostgresUnavailable } from '../../../shared/postgres/fault.js';
import type { Freshness } from '../reads/freshness.js';

// What every reading route does around its question.

const POSITION = /^\d{1,20}$/;

/** Answers 503 while the read models cannot be asked. */
export const whileReadable: Middleware = async (_ctx, next) => {
  try {
    await next();
  } catch (error) {
    throw error instanceof PostgresUnavailable || isTableMissing(error) ? unreadable(error) : error;
  }
};

/** Waits until the read models have reached what the caller names in `X-Min-Position`. @throws Problem 503 when they do not. */
export function atPosition(freshness: Freshness): Middleware {
  return async (ctx, next) => {
    const given = ctx.get('X-Min-Position');
    if (given !== '') {
      if (!POSITION.test(given)) throw malformed([{ detail: 'X-Min-Position must be a position', pointer: '' }]);
      if (!(await freshness.reached(BigInt(given)))) throw unreadable();
    }
    await next();
  };
}

function unreadable(cause?: unknown): Problem {
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
