import type { Context } from 'koa';
import { match } from 'ts-pattern';
import { StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { Problem, unavailable } from '../../../shared/http/problem.js';
import { playerNotFound } from '../../../shared/http/reading.js';
import { PostgresUnavailable } from '../../../shared/postgres/fault.js';
import type { Outcome, Refusal } from '../operations/outcome.js';
import { ReplayRaced } from '../operations/replay.js';

/** What was done, or had been done before. @throws Problem for a refusal */
export function answerOf<T>(ctx: Context, outcome: Outcome<T>): T {
  if (!outcome.ok) throw problemOf(outcome);
  if (outcome.replayed) ctx.set('Idempotency-Replayed', 'true');
  return outcome.value;
}

function problemOf(refusal: Refusal): Problem {
  return match(refusal)
    .with({ type: 'PlayerUnknown' }, playerNotFound)
    .with(
      { type: 'WrongPlace' },
      ({ why }) => new Problem(409, 'invalid_transition', 'Its state does not allow this', { detail: why }),
    )
    .exhaustive();
}

const PASSING = [PostgresUnavailable, StoreUnavailable, ReplayRaced];

/** What an action came to. @throws Problem 503 when it is not known whether something was done */
export async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw PASSING.some((passing) => error instanceof passing) ? unavailable(error) : error;
  }
}
