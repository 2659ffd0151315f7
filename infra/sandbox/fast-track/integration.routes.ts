import { setTimeout as wait } from 'node:timers/promises';
import Router from '@koa/router';
import type { Context } from 'koa';
import { readRawBody } from '../../../shared/http/json-body.js';
import { Problem } from '../../../shared/http/problem.js';
import type { FaultPlan, Faults } from './faults.js';
import { userIdIn } from './message.js';
import { parseBody, type Sender, whatIsWrong } from './message-checks.js';
import type { MessageRoute, Profile } from './profile.js';
import type { Staging } from './staging.js';

export type IntegrationOptions = {
  readonly profile: Profile;
  readonly staging: Staging;
  readonly faults: Faults;
  readonly sender: Sender;
};

/** What is answered and kept. A status of 0 is a connection that was cut. */
type Verdict = {
  readonly status: number;
  readonly taken: boolean;
  readonly duplicate: boolean;
  readonly problem?: Problem;
};

/** The routes that an operator's events arrive on. Whatever arrives is kept in its order, taken or not. */
export function integrationRoutes(options: IntegrationOptions): Router {
  const router = new Router();
  for (const route of options.profile.routes) {
    router.register(route.path, [route.method], (ctx) => receive(ctx, options, route));
  }
  // A message of another profile or a misspelt path is a fault of the sender that someone will look for here.
  router.all(/^\/v\d+\/integration(\/|$)/, (ctx) => receive(ctx, options, undefined));
  return router;
}

async function receive(ctx: Context, options: IntegrationOptions, route: MessageRoute | undefined): Promise<void> {
  const { staging, faults, sender } = options;
  const receivedAt = new Date().toISOString();
  const raw = await readOrProblem(ctx);
  const { body, json } = raw instanceof Problem ? { body: undefined, json: 'null' } : parseBody(raw);
  const idempotencyKey = ctx.get('Idempotency-Key') || undefined;
  const problem = raw instanceof Problem ? raw : whatIsWrong(ctx, sender, route, body);
  const fault = problem === undefined ? faults.next(userIdIn(body)) : undefined;
  if (fault?.mode === 'delay') await wait(fault.delay_ms);
  // From here to `record` nothing waits, so that two copies that arrive together are not both taken.
  const verdict = problem ? refused(problem) : judge(fault, staging.isTaken(idempotencyKey ?? ''));
  const status = ctx.req.socket.destroyed ? 0 : verdict.status;
  const { taken, duplicate } = verdict;
  const headers = headersOf(ctx, sender);
  const { method, path } = ctx;
  await staging.record(
    { receivedAt, method, path, headers, bodyJson: json, idempotencyKey, status, taken, duplicate },
    body,
  );
  if (verdict.status === 0) cut(ctx, taken);
  else if (verdict.problem !== undefined) throw verdict.problem;
  else ctx.body = { status: duplicate ? 'duplicate' : 'ok' };
}

async function readOrProblem(ctx: Context): Promise<Buffer | Problem> {
  try {
    return await readRawBody(ctx.req);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function refused(problem: Problem): Verdict {
  return { status: problem.status, taken: false, duplicate: false, problem };
}

function judge(fault: FaultPlan | undefined, isTaken: boolean): Verdict {
  if (fault?.mode === 'reset') return { status: 0, taken: false, duplicate: false };
  if (fault?.mode === 'status') return refused(faultProblem(fault));
  return { status: fault?.mode === 'drop' ? 0 : 200, taken: !isTaken, duplicate: isTaken };
}

function faultProblem({ status, retry_after }: FaultPlan): Problem {
  return new Problem(status, status === 429 ? 'rate_limited' : 'unavailable', 'Staging was told to answer this', {
    headers: retry_after === null ? {} : { 'Retry-After': String(retry_after) },
  });
}

/** `drop` ends the connection after the message was taken, `reset` breaks it before. */
function cut(ctx: Context, taken: boolean): void {
  ctx.respond = false;
  if (taken) ctx.req.socket.destroy();
  else ctx.req.socket.resetAndDestroy();
}

/** The headers as they came, but never the key. */
function headersOf(ctx: Context, { keyHeader }: Sender): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(ctx.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const key = keyHeader.toLowerCase();
  if (key in headers) headers[key] = '[redacted]';
  return headers;
}
