import type { Context } from 'koa';
import { Problem } from '../../../shared/http/problem.js';
import type { Forwarder } from '../gateway/forwarder.js';

const PREFIX = '/backoffice/api';
const OWN_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * `/backoffice/api/…` is the gateway's `/backoffice/…` with the back office's key, which so never reaches a browser.
 * Whoever sits at this machine is let in; no page from elsewhere in its browser is.
 */
export function backofficeProxy(gateway: Forwarder, apiKey: string): { forward(ctx: Context): Promise<void> } {
  return {
    async forward(ctx) {
      assertOwnPage(ctx);
      const path = `/backoffice${(ctx.req.url ?? '').slice(PREFIX.length)}`;
      await gateway.forward(ctx, { path, headers: { 'X-Api-Key': apiKey } });
    },
  };
}

/** @throws Problem 403 */
function assertOwnPage(ctx: Context): void {
  // A name of someone else's that leads here makes its page one of ours to the browser, but says so in Host.
  const isOwnHost = OWN_HOSTS.has(ctx.get('Host').replace(/:\d+$/, ''));
  // Browsers set it themselves: a page cannot.
  if (isOwnHost && ctx.get('Sec-Fetch-Site') === 'same-origin') return;
  throw new Problem(403, 'forbidden', 'Only the back office page on this machine is let in here');
}
