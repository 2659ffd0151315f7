import type { Middleware } from 'koa';
import { malformed } from '../../../shared/http/problem.js';
import { unreadable } from '../../../shared/http/reading.js';
import type { Freshness } from '../reads/freshness.js';

const POSITION = /^\d{1,20}$/;

/** Waits until the read models have reached what the caller names in `X-Min-Position`. @throws Problem 503 when they do not. */
export function atPosition(freshness: Freshness): Middleware {
  return async (ctx, next) => {
    const given = ctx.get('X-Min-Position');
    if (given !== '') {
      if (!POSITION.test(given)) throw malformed([{ detail: 'X-Min-Position must be a position', pointer: '' }]);
      if (!(await freshness.reached(BigInt(given)))) throw unreadable();
    }
    await next();
  };
}
