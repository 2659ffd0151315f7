import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { ZodObject, ZodType } from 'zod';
import { AppendOutcomeUnknown, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { NewerEvent } from '../../../shared/events/codec.js';
import { readBody } from '../../../shared/http/json-body.js';
import { Problem, unavailable } from '../../../shared/http/problem.js';
import { CallerGone, HashingBusy } from '../adapters/hashing-line.js';
import { TemplateUnknown } from '../catalogue/catalogue.js';
import type { PlayerDecision } from '../player/decision.js';
import { type Executed, TooManyConflicts, TooManyWaiting } from '../runtime/players.js';
import type { RequestContext } from '../runtime/request-context.js';
import { problemOf } from './rejection-problem.js';

/** Where the edge takes time from; a test puts its own. */
export type Clock = { nowMs(): number };

/** Who asks, and when: made once here, data from here on. */
export function contextOf(ctx: Context, actor: string, clock: Clock): RequestContext {
  const traceparent: unknown = ctx.state.traceparent;
  return {
    now: new Date(clock.nowMs()).toISOString(),
    correlationId: String(ctx.state.correlationId),
    causationId: randomUUID(),
    actor,
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
  };
}

/** Aborted when the connection of a request is closed: nobody waits for what is still to be done. */
export function callerOf(ctx: Context): AbortSignal {
  const gone = new AbortController();
  ctx.res.once('close', () => gone.abort());
  return gone.signal;
}

/** The body, checked. @throws Problem 400 or 413 */
export function bodyOf<T>(ctx: Context, schema: ZodType<T>): Promise<T> {
  return readBody(ctx.req, schema);
}

/**
 * How many fields of the body the schema does not know. They are ignored: Fast Track and PSPs add some whenever they
 * like. But they are counted: one of them may have been meant.
 */
export function unknownFields({ shape }: ZodObject, body: unknown): number {
  const names = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  return names.filter((name) => !Object.hasOwn(shape, name)).length;
}

/**
 * The answer of an accepted decision, with where it was stored in `X-Position`.
 * @throws Problem for a refusal, and 503 when the outcome is not known.
 */
export async function answerOf<Answer>(ctx: Context, execution: Promise<Executed<Answer>>): Promise<Answer> {
  const { decision, position } = await orUnavailable(execution);
  if (position !== undefined) ctx.set('X-Position', String(position));
  return acceptedOf(decision);
}

/**
 * Says that the answer is one given before: nothing was appended for a request whose ids come from its key.
 * Only for routes whose first request always appends.
 */
export function markReplay(ctx: Context): void {
  if (ctx.get('Idempotency-Key') !== '' && !ctx.res.hasHeader('X-Position')) ctx.set('Idempotency-Replayed', 'true');
}

/** @throws Problem for a refusal. */
export function acceptedOf<Answer>(decision: PlayerDecision<Answer>): Answer {
  if (decision.ok) return decision.answer;
  throw problemOf(decision.rejection);
}

/** Whatever the store could not do is safe to ask again. @throws Problem 503 */
export async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CallerGone) throw new Problem(408, 'request_timeout', 'The connection was closed');
    throw PASSING.some((passing) => error instanceof passing) ? unavailable(error) : error;
  }
}

/** Also what a newer instance wrote, during an upgrade: the caller comes back, and finds that one. */
const PASSING = [
  AppendOutcomeUnknown,
  StoreUnavailable,
  TooManyConflicts,
  TooManyWaiting,
  TemplateUnknown,
  HashingBusy,
  NewerEvent,
];
