import { randomUUID } from 'node:crypto';
import type Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import { Histogram, type Registry } from 'prom-client';
import type { Logger } from '../telemetry/log.js';
import { NO_TRACER, type Tracer } from '../telemetry/tracing.js';
import { isNativePath, nativeError } from './native-errors.js';
import { malformed, Problem } from './problem.js';

/** What is missing, in words for an operator: not ready. What is degraded: ready, but not for everything. */
export type ReadinessReport = {
  readonly missing: readonly string[];
  readonly degraded: readonly string[];
  /** Which part it plays, where several processes take turns. */
  readonly role?: string;
};

/** Empty when ready; otherwise what is missing. */
export type Readiness = () => Promise<readonly string[] | ReadinessReport> | readonly string[] | ReadinessReport;

type Observed = { readonly metrics: Registry; readonly logger: Logger; readonly tracer?: Tracer };

/** On every answer. Pages of ours may have scripts and styles of their own, so only framing is forbidden. */
export const SECURITY_HEADERS: { readonly [name: string]: string } = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "frame-ancestors 'none'; base-uri 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Outermost: the correlation id, the trace, one measurement and one debug line for each request. */
export function observe({ metrics, logger, tracer = NO_TRACER }: Observed, isStopping: () => boolean): Middleware {
  const duration = new Histogram({
    name: 'croupier_http_request_duration_seconds',
    help: 'From the request line to the answer, by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [metrics],
  });
  return async (ctx, next) => {
    const end = duration.startTimer();
    ctx.state.correlationId = correlationIdOf(ctx);
    ctx.set('X-Correlation-Id', ctx.state.correlationId);
    ctx.set(SECURITY_HEADERS);
    // Whoever looks at health and metrics does so every few seconds, and means nothing by it.
    const isOwn = ctx.path.startsWith('/health/') || ctx.path === '/metrics';
    const span = (isOwn ? NO_TRACER : tracer).start(ctx.method, { kind: 'server', parent: ctx.get('traceparent') });
    ctx.state.traceparent = span.traceparent;
    await next();
    if (isStopping()) ctx.set('Connection', 'close');
    // The route's pattern, never the path: a label per player would grow without end.
    const route = ctx._matchedRoute?.toString() ?? 'none';
    end({ route, method: ctx.method, status: ctx.status });
    span.end({
      name: `${ctx.method} ${route}`,
      attributes: {
        ...{ 'http.request.method': ctx.method, 'http.route': route, 'http.response.status_code': ctx.status },
        'croupier.correlation_id': String(ctx.state.correlationId),
      },
      ...(ctx.status >= 500 ? { error: String(ctx.status) } : {}),
    });
    logger.debug({
      method: ctx.method,
      path: loggedPath(ctx),
      status: ctx.status,
      correlationId: ctx.state.correlationId,
    });
  };
}

/** As far as it is of our making: a path that no route has, or a segment that is none of our ids, may be anybody's name. */
function loggedPath(ctx: Context): string | undefined {
  if (ctx._matchedRoute === undefined) return undefined;
  return ctx.path.replaceAll(/[^/]*[^/\w.~-][^/]*/g, '…');
}

function correlationIdOf(ctx: Context): string {
  const given = ctx.get('X-Correlation-Id');
  return /^[\x21-\x7e]{1,128}$/.test(given) ? given : randomUUID();
}

/** Makes a problem of whatever is thrown further in. What is no Problem is a defect: 500, and only the log says what. */
export function renderProblems(logger: Logger): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      // Here rather than in Koa, whose answer to a body that is no JSON would be plain text.
      if (isJsonBody(ctx)) ctx.body = JSON.stringify(ctx.body);
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(500, 'internal', 'Something broke on our side');
      if (problem.status >= 500) {
        const cause = problem === error ? problem.cause : error;
        logger.error({ err: cause, path: loggedPath(ctx), correlationId: ctx.state.correlationId }, problem.title);
      }
      render(ctx, problem);
    }
  };
}

function isJsonBody({ body, respond }: Context): boolean {
  if (typeof body !== 'object' || body === null || respond === false) return false;
  const prototype: unknown = Object.getPrototypeOf(body);
  return Array.isArray(body) || prototype === Object.prototype || prototype === null;
}

function render(ctx: Context, problem: Problem): void {
  ctx.status = problem.status;
  ctx.set(problem.headers);
  const isNative = isNativePath(ctx.path);
  ctx.type = isNative ? 'application/json' : 'application/problem+json';
  ctx.body = isNative ? JSON.stringify(nativeError(problem)) : problem.body();
}

/** What no route can mean, whatever it does with its parameters: no Host, a broken escape, a NUL (Postgres holds none). */
export const refuseOddUrls: Middleware = (ctx, next) => {
  if (ctx.req.httpVersion === '1.1' && ctx.req.headers.host === undefined) throw refusal('the Host header is missing');
  if (ctx.url.includes('%00')) throw refusal('the URL has a NUL in it');
  if (ctx.path.includes('%') && !isDecodable(ctx.path)) throw refusal('the path has a broken escape in it');
  return next();
};

function refusal(detail: string): Problem {
  return malformed([{ detail, pointer: '' }]);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** `/health/live`, `/health/ready` and `/metrics` of every process. */
export function health({
  readiness,
  metrics,
}: {
  readonly readiness: Readiness;
  readonly metrics: Registry;
}): Middleware {
  const answers: { readonly [path: string]: (ctx: Context) => Promise<void> } = {
    async '/health/live'(ctx) {
      ctx.body = { status: 'live' };
    },
    async '/health/ready'(ctx) {
      const report = await readiness();
      const { missing, degraded, ...more } = 'missing' in report ? report : { missing: report, degraded: [] };
      if (missing.length === 0) ctx.body = { status: 'ready', ...more, ...(degraded.length === 0 ? {} : { degraded }) };
      // Not thrown: it is no error of ours, so it is not logged as one at every probe.
      else render(ctx, new Problem(503, 'unavailable', 'Not ready yet', { members: { missing, ...more } }));
    },
    async '/metrics'(ctx) {
      ctx.type = metrics.contentType;
      ctx.body = await metrics.metrics();
    },
  };
  return async (ctx, next) => {
    const answer = Object.hasOwn(answers, ctx.path) ? answers[ctx.path] : undefined;
    if (answer === undefined) return next();
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw methodNotAllowed(['GET', 'HEAD']);
    return answer(ctx);
  };
}

/** Innermost: 405 where other methods have a route, else 404. */
export function refuseTheRest(routers: readonly Router[]): Middleware {
  return (ctx) => {
    if (ctx._matchedRoute !== undefined) return;
    const allowed = new Set(
      routers.flatMap((router) =>
        router.stack.filter((layer) => layer.match(ctx.path)).flatMap((layer) => layer.methods),
      ),
    );
    if (allowed.size > 0) throw methodNotAllowed([...allowed]);
    throw new Problem(404, 'not_found', 'There is no such route');
  };
}

function methodNotAllowed(allowed: readonly string[]): Problem {
  return new Problem(405, 'method_not_allowed', 'This route has other methods', {
    headers: { Allow: allowed.join(', ') },
  });
}
