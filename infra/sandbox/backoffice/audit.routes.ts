import { PassThrough } from 'node:stream';
import Router from '@koa/router';
import { Problem } from '../../../shared/http/problem.js';
import type { AuditJob, AuditState } from './audit-job.js';

const WATCHERS_MAX = 16;

/** Starts audits and tells how they get on. A stream of events ends when the audit does. */
export function auditRoutes(prefix: string, job: AuditJob): Router {
  const router = new Router({ prefix });
  let watchers = 0;

  router.get('/audit', (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.body = job.state();
  });

  router.post('/audit', (ctx) => {
    if (!job.start()) throw new Problem(409, 'invalid_transition', 'An audit is running already');
    ctx.status = 202;
    ctx.body = job.state();
  });

  router.get('/audit/events', (ctx) => {
    if (watchers >= WATCHERS_MAX) throw new Problem(429, 'rate_limited', 'Too many watch the audit already');
    watchers += 1;
    const events = new PassThrough();
    let unwatch: (() => void) | undefined;
    events.once('close', () => {
      watchers -= 1;
      unwatch?.();
    });
    unwatch = job.watch((state) => {
      // A reader that does not keep up misses some of the progress, never the end.
      if (state.status === 'running' && events.writableNeedDrain) return;
      events.write(eventOf(state));
      if (state.status !== 'running') events.end();
    });
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'text/event-stream';
    ctx.body = events;
  });

  return router;
}

function eventOf(state: AuditState): string {
  return `data: ${JSON.stringify(state)}\n\n`;
}
