import type { Context } from 'koa';
import { Problem } from '../../../shared/http/problem.js';

const OWN_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whoever sits at this machine is let in; no page from elsewhere in its browser is. @throws Problem 403 */
export function assertOwnPage(ctx: Context): void {
  // A name of someone else's that leads here makes its page one of ours to the browser, but says so in Host.
  const isOwnHost = OWN_HOSTS.has(ctx.get('Host').replace(/:\d+$/, ''));
  // Browsers set it themselves: a page cannot.
  if (isOwnHost && ctx.get('Sec-Fetch-Site') === 'same-origin') return;
  throw new Problem(403, 'forbidden', 'Only the back office page on this machine is let in here');
}
