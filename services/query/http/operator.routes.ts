import { operatorAccess } from '../../../shared/http/access.js';
import type { OperatorAuth } from '../../../shared/http/operator-auth.js';
import { found, noStore, playerIdOf, whileReadable } from '../../../shared/http/reading.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import type { Freshness } from '../../../shared/postgres/freshness.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import { readOptIns, readPlayerBlocks, readUserDetails } from '../reads/operator-reads.js';
import { optInsAnswer, playerBlocksAnswer, userDetailsAnswer } from './answers.js';
import { POSITION_HEADERS, reached } from './reading.js';

export type OperatorRoutes = {
  readonly postgres: Postgres;
  readonly freshness: Freshness;
  readonly auth: OperatorAuth;
  readonly nowMs: () => number;
};

/** What Fast Track reads, as the developer guide has it. It may add query parameters; they are ignored. */
export function operatorRoutes({ postgres, freshness, auth, nowMs }: OperatorRoutes): Routes {
  const routes = createRoutes({
    prefix: '/operator',
    tag: 'Fast Track',
    access: operatorAccess(auth, 'players:read', nowMs),
    around: [noStore, whileReadable],
    checks: [reached(freshness)],
    headers: POSITION_HEADERS,
  });

  routes.get(
    '/user-details/:id',
    {
      summary: 'Who a player is',
      answers: { 200: userDetailsAnswer },
      problems: ['player_not_found'],
    },
    async (ctx) => {
      ctx.body = found(await readUserDetails(postgres, playerIdOf(ctx.params.id)));
    },
  );
  routes.get(
    '/player-blocks/:id',
    {
      summary: 'Whether a player is blocked, and why',
      answers: { 200: playerBlocksAnswer },
      problems: ['player_not_found'],
    },
    async (ctx) => {
      ctx.body = found(await readPlayerBlocks(postgres, playerIdOf(ctx.params.id), new Date(nowMs())));
    },
  );
  routes.get(
    '/consents/:id',
    {
      summary: 'What a player may be sent',
      answers: { 200: optInsAnswer },
      problems: ['player_not_found'],
    },
    async (ctx) => {
      ctx.body = found(await readOptIns(postgres, playerIdOf(ctx.params.id)));
    },
  );
  return routes;
}
