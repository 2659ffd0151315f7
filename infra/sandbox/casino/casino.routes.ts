import Router from '@koa/router';
import { CONTENT_SECURITY_POLICY, escapeHtml, htmlPage } from '../../../shared/http/html.js';
import type { Forwarder } from '../gateway/forwarder.js';

export type SandboxUrls = { readonly [name: string]: string };

/** The casino's own origin: a page that says what is where, and the gateway's API for pages to call. */
export function casinoRoutes(gateway: Forwarder, urls: SandboxUrls): Router {
  const router = new Router();
  router.get('/', (ctx) => {
    ctx.type = 'html';
    ctx.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    ctx.body = indexPage(urls);
  });
  router.all('/*path', (ctx) => gateway.forward(ctx));
  return router;
}

function indexPage(urls: SandboxUrls): string {
  const items = Object.entries(urls).map(
    ([name, url]) => `<li>${escapeHtml(name)}: <a href="${escapeHtml(url)}">${escapeHtml(url)}</a></li>`,
  );
  return htmlPage('Croupier sandbox', `<p>What runs here, on this machine only:</p>\n<ul>\n${items.join('\n')}\n</ul>`);
}
