import Router from '@koa/router';
import { CONTENT_SECURITY_POLICY } from '../html.js';
import type { OpenApiDocument } from './document.js';
import { documentPage } from './page.js';

/** `/openapi.json` for machines and `/docs` for people. The document is asked for at each request. */
export function documentRoutes(documentOf: () => OpenApiDocument | Promise<OpenApiDocument>): Router {
  const router = new Router();
  router.get('/openapi.json', async (ctx) => {
    ctx.type = 'application/json';
    ctx.body = JSON.stringify(await documentOf());
  });
  router.get('/docs', async (ctx) => {
    ctx.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    ctx.type = 'text/html; charset=utf-8';
    ctx.body = documentPage(await documentOf());
  });
  return router;
}
