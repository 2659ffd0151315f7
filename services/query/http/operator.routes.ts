import Router from '@koa/router';
import { admitOperator, type OperatorAuth } from '../../../shared/http/operator-auth.js';
import { found, noStore, playerIdOf, whileReadable } from '../../../shared/http/reading.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import type { Freshness } from '../reads/freshness.js';
import { readOptIns, readPlayerBlocks, readUserDetails } from '../reads/operator-reads.js';
import { atPosition } from './reading.js';

export type OperatorRoutes = {
  readonly postgres: Postgres;
  readonly freshness: Freshness;
  readonly auth: OperatorAuth;
  readonly nowMs: () => number;
};

/** What Fast Track reads, as the developer guide has it. It may add query parameters; they are ignored. */
export function operatorRoutes({ postgres, freshness, auth, nowMs }: OperatorRoutes): Router {
  const router = new Router({ prefix: '/operator' });
  router.use(noStore, whileReadable);
  router.use(async (ctx, next) => {
    await admitOperator(ctx, auth, 'players:read', nowMs());
    await next();
  });
  router.use(atPosition(freshness));

  router.get('/user-details/:id', async (ctx) => {
    ctx.body = found(await readUserDetails(postgres, playerIdOf(ctx.params.id)));
  });
  router.get('/player-blocks/:id', async (ctx) => {
    ctx.body = found(await readPlayerBlocks(postgres, playerIdOf(ctx.params.id), new Date(nowMs())));
  });
  router.get('/consents/:id', async (ctx) => {
    ctx.body = found(await readOptIns(postgres, playerIdOf(ctx.params.id)));
  });
  return router;
}
