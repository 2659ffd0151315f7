import Router from '@koa/router';
import type { ExecutionContext } from 'ava';
import { pino } from 'pino';
import { createMetrics } from '../../telemetry/metrics.js';
import { parseJson, readRawBody } from '../json-body.js';
import type { Readiness } from '../middleware.js';
import { Problem } from '../problem.js';
import { type HttpServer, startHttpServer } from '../server.js';

export type ServerInTest = {
  readonly url: string;
  readonly server: HttpServer;
  /** What was logged, one JSON line an entry. */
  readonly log: readonly string[];
  /** Resolves once a request is in `GET /slow` or `GET /relayed`. */
  readonly slowBegan: Promise<void>;
  /** Lets it answer. */
  finishSlow(): void;
};

/** Longer than any test waits: a stop that needs the cut is one that fails its test. */
const DRAIN_TIMEOUT_MS = 120_000;

export type ServerInTestOptions = {
  readonly requestTimeoutMs?: number;
  readonly drainTimeoutMs?: number;
  readonly readiness?: Readiness;
};

/** A server with routes that do what routes do: echo, answer late, refuse, and break. */
export async function serverInTest(t: ExecutionContext, options: ServerInTestOptions = {}): Promise<ServerInTest> {
  const log: string[] = [];
  const began = signal();
  const finish = signal();
  const router = new Router();
  router.post('/echo', async (ctx) => {
    ctx.body = { parsed: parseJson(await readRawBody(ctx.req)) };
  });
  router.post('/length', async (ctx) => {
    ctx.body = { bytes: (await readRawBody(ctx.req)).length };
  });
  router.get('/items/:id', (ctx) => {
    ctx.body = { id: ctx.params.id };
  });
  router.delete('/items/:id', (ctx) => {
    ctx.status = 204;
  });
  router.get('/slow', async (ctx) => {
    began.fire();
    await finish.fired;
    ctx.body = { slow: true };
  });
  router.get('/relayed', async (ctx) => {
    ctx.respond = false;
    began.fire();
    await finish.fired;
    ctx.res.end('relayed');
  });
  router.get('/broken', () => {
    throw new Error('the secret is hunter2');
  });
  router.get('/refused', () => {
    throw new Problem(422, 'insufficient_funds', 'Not enough', {
      detail: 'only 1.00',
      members: { balance: { cash: '1.00' } },
      headers: { 'Retry-After': '1' },
      cause: new Error('the secret is hunter2'),
    });
  });
  router.get('/no-json', (ctx) => {
    ctx.body = { count: 1n };
  });
  const server = await startHttpServer({
    logger: pino({ level: 'warn' }, { write: (line: string) => void log.push(line) }),
    metrics: createMetrics('test'),
    routers: [router],
    readiness: options.readiness ?? (() => []),
    host: '127.0.0.1',
    port: 0,
    drainTimeoutMs: options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS,
    ...(options.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.requestTimeoutMs }),
  });
  t.teardown(async () => {
    finish.fire();
    await server.stop();
  });
  return { url: server.url, server, log, slowBegan: began.fired, finishSlow: finish.fire };
}

function signal(): { readonly fired: Promise<void>; fire(): void } {
  let fire: () => void = () => undefined;
  const fired = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return { fired, fire };
}
