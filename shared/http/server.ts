import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Router from '@koa/router';
import Koa, { type Context, type Middleware } from 'koa';
import { Histogram, type Registry } from 'prom-client';
import type { Logger } from '../telemetry/log.js';
import { Problem } from './problem.js';

/** Empty when ready; otherwise what is missing, in words for an operator. */
export type Readiness = () => Promise<readonly string[]> | readonly string[];

export type HttpServerOptions = {
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly routers: readonly Router[];
  readonly readiness: Readiness;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
};

export type HttpServer = { readonly url: string; stop(): Promise<void> };

const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const DRAIN_TIMEOUT_MS = 5_000;

/** Serves the routers with what every process has: problem answers, correlation ids, health, metrics. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app = new Koa();
  app.silent = true;
  app.use(observe(options));
  app.use(renderProblems(options.logger));
  app.use(health(options));
  for (const router of options.routers) app.use(router.routes());
  app.use(refuseTheRest(options.routers));

  const server = createServer(app.callback());
  // Longer than any client of ours keeps an idle socket: the client closes first, so no request meets a closing socket.
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;

  let stopping: Promise<void> | undefined;
  return {
    url: `http://${options.host}:${port}`,
    stop() {
      stopping ??= new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MS);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      });
      return stopping;
    },
  };
}

function observe({ metrics, logger }: HttpServerOptions): Middleware {
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
    await next();
    // The route's pattern, never the path: a label per player would grow without end.
    end({ route: ctx._matchedRoute?.toString() ?? 'none', method: ctx.method, status: ctx.status });
    logger.debug({ method: ctx.method, path: ctx.path, status: ctx.status, correlationId: ctx.state.correlationId });
  };
}

function correlationIdOf(ctx: Context): string {
  const given = ctx.get('X-Correlation-Id');
  return /^[\x21-\x7e]{1,128}$/.test(given) ? given : randomUUID();
}

function renderProblems(logger: Logger): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(500, 'internal', 'Something broke on our side');
      if (problem.status >= 500) {
        const cause = problem === error ? problem.cause : error;
        logger.error({ err: cause, path: ctx.path, correlationId: ctx.state.correlationId }, problem.title);
      }
      ctx.status = problem.status;
      ctx.set(problem.headers);
      ctx.type = 'application/problem+json';
      ctx.body = problem.body();
    }
  };
}

function health({ readiness, metrics }: HttpServerOptions): Middleware {
  return async (ctx, next) => {
    if (ctx.method !== 'GET') return next();
    if (ctx.path === '/health/live') {
      ctx.body = { status: 'live' };
    } else if (ctx.path === '/health/ready') {
      const missing = await readiness();
      ctx.status = missing.length === 0 ? 200 : 503;
      ctx.body = missing.length === 0 ? { status: 'ready' } : { status: 'not_ready', missing };
    } else if (ctx.path === '/metrics') {
      ctx.type = metrics.contentType;
      ctx.body = await metrics.metrics();
    } else {
      await next();
    }
  };
}

function refuseTheRest(routers: readonly Router[]): Middleware {
  return (ctx) => {
    if (ctx._matchedRoute !== undefined) return;
    const allowed = new Set(
      routers.flatMap((router) =>
        router.stack.filter((layer) => layer.match(ctx.path)).flatMap((layer) => layer.methods),
      ),
    );
    if (allowed.size > 0) {
      throw new Problem(405, 'method_not_allowed', 'This route has other methods', {
        headers: { Allow: [...allowed].join(', ') },
      });
    }
    throw new Problem(404, 'not_found', 'There is no such route');
  };
}
