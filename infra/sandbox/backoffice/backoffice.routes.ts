import Router from '@koa/router';
import type { Context } from 'koa';
import { Problem } from '../../../shared/http/problem.js';
import type { Forwarder } from '../gateway/forwarder.js';
import type { Pages } from '../pages/pages.js';
import { auditRoutes } from './audit.routes.js';
import type { AuditJob } from './audit-job.js';
import { assertOwnPage } from './own-page.js';

export type BackofficeOptions = {
  readonly pages: Pages;
  readonly apiKey: string;
  readonly gateway: Forwarder;
  /** Whose operations API it is that retries and skips. Undefined: nobody said where it is. */
  readonly bridge: Forwarder | undefined;
  /** Undefined: nobody said which servers to audit. */
  readonly audits: AuditJob | undefined;
};

const API = '/backoffice/api';

/**
 * The back office page and its API: `/backoffice/api/…` is the gateway's `/backoffice/…`, below `operations` the
 * bridge's `/operations/…`, each with the back office's key, which so never reaches a browser.
 */
export function backofficeRoutes({ pages, apiKey, gateway, bridge, audits }: BackofficeOptions): Router {
  const router = new Router();
  const headers = { 'X-Api-Key': apiKey };
  const rest = (ctx: Context) => (ctx.req.url ?? '').slice(API.length);

  router.get('/backoffice', (ctx) => pages.page(ctx, 'backoffice'));
  router.all('/backoffice/api/*path', (ctx, next) => {
    assertOwnPage(ctx);
    return next();
  });
  if (audits !== undefined) router.use(auditRoutes(API, audits).routes());
  router.all('/backoffice/api/audit{/*path}', () => {
    throw notHere('no audit can be started from here');
  });
  router.all('/backoffice/api/operations/*path', async (ctx) => {
    if (bridge === undefined) throw notHere('the bridge is not reached from here');
    await bridge.forward(ctx, { path: rest(ctx), headers });
  });
  router.all('/backoffice/api/*path', (ctx) => gateway.forward(ctx, { path: `/backoffice${rest(ctx)}`, headers }));
  return router;
}

function notHere(detail: string): Problem {
  return new Problem(501, 'not_implemented', 'The sandbox was not set up for it', { detail });
}
