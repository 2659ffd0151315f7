import type { Context } from 'koa';
import { malformed } from '../../../shared/http/problem.js';
import { unreadable } from '../../../shared/http/reading.js';
import type { Freshness } from '../../../shared/postgres/freshness.js';

const POSITION = /^\d{1,20}$/;

/** For a group's `headers`: what `reached` listens to. */
export const POSITION_HEADERS = ['X-Min-Position'];

/** Waits until the read models have reached what the caller names in `X-Min-Position`. @throws Problem 503 when they do not. */
export function reached(freshness: Freshness): (ctx: Context) => Promise<void> {
  return async (ctx) => {
    const given = ctx.get('X-Min-Position');
    if (given === '') return;
    if (!POSITION.test(given)) throw malformed([{ detail: 'X-Min-Position must be a position', pointer: '' }]);
    if (!(await freshness.reached(BigInt(given)))) throw unreadable();
  };
}
