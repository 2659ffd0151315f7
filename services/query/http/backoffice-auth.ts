import type { Middleware } from 'koa';
import { type BackofficeCallers, callerOf } from '../../../shared/http/api-key.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import type { Freshness } from '../reads/freshness.js';

export type BackofficeOptions = {
  readonly postgres: Postgres;
  readonly freshness: Freshness;
  readonly keys: BackofficeCallers;
};

/** Lets the brand's operators in by `X-Api-Key`. Fast Track's keys are others, and do not open this door. */
export function onlyBackoffice(keys: BackofficeCallers): Middleware {
  return async (ctx, next) => {
    callerOf(ctx, keys);
    await next();
  };
}
