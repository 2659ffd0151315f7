import Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import { z } from 'zod';
import { type ConsentCasing, consentTypeIn } from '../../../shared/http/consent-types.js';
import { readBody } from '../../../shared/http/json-body.js';
import { admitOperator } from '../../../shared/http/operator-auth.js';
import { type PlayerTokenKey, verifyPlayerToken } from '../../../shared/http/player-token.js';
import { Problem, unauthorized } from '../../../shared/http/problem.js';
import { found, noStore, playerIdOf, whileReadable } from '../../../shared/http/reading.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { BonusOffer } from '../reads/bonus-offers.js';
import { readNativeBlocks, readNativeConsents, readNativeUserDetails } from '../reads/native-reads.js';
import { readStanding } from '../reads/player-reads.js';
import { isReconciled, readIdsOf } from '../reads/reconciliation-reads.js';
import type { OperatorRoutes } from './operator.routes.js';
import { atPosition } from './reading.js';
import { reconciliation } from './reconciliation.js';

export type NativeRoutes = OperatorRoutes & {
  readonly tokenKey: PlayerTokenKey;
  readonly offers: readonly BonusOffer[];
  /** The brand's name in Fast Track, as the events have it. */
  readonly origin: string;
  readonly consentCasing: ConsentCasing;
  readonly logger: Logger;
};

// Fast Track adds fields whenever it likes: unknown ones are ignored.

const reconciliationBody = z.object({ field: z.string().max(100) });
const authenticateBody = z.object({ sid: z.string().max(8_192) });

/** What Fast Track reads by its published contract. It may add query parameters; they are ignored. */
export function nativeRoutes({
  postgres,
  freshness,
  auth,
  nowMs,
  tokenKey,
  offers,
  origin,
  consentCasing,
  logger,
}: NativeRoutes): Router {
  const router = new Router();
  const admitted: Middleware = async (ctx, next) => {
    await admitOperator(ctx, auth, 'players:read', nowMs());
    await next();
  };
  // On each route rather than on the router, which has no prefix: it would answer for all of query's routes.
  const reading = [noStore, whileReadable, admitted, atPosition(freshness)];

  router.get('/userdetails/:id', ...reading, async (ctx) => {
    ctx.body = found(await readNativeUserDetails(postgres, playerOf(ctx), new Date(nowMs()), origin));
  });

  router.get('/userblocks/:id', ...reading, async (ctx) => {
    ctx.body = found(await readNativeBlocks(postgres, playerOf(ctx), new Date(nowMs())));
  });

  router.get('/userconsents/:id', ...reading, async (ctx) => {
    const nameOf = (type: string) => consentTypeIn(consentCasing, type);
    ctx.body = found(await readNativeConsents(postgres, playerOf(ctx), nameOf));
  });

  router.get('/bonus/list', ...reading, (ctx) => {
    ctx.body = { Data: offers, Success: true, Errors: [] };
  });

  router.post('/reconciliation', ...reading, async (ctx) => {
    const { field } = await readBody(ctx.req, reconciliationBody);
    if (!isReconciled(field)) throw new Problem(501, 'not_implemented', 'There is no such field to reconcile');
    const now = new Date(nowMs());
    ctx.type = 'application/json';
    ctx.body = await reconciliation(readIdsOf(postgres, field, now), now, (error) =>
      logger.error({ err: error, field }, 'a reconciliation broke off'),
    );
  });

  // Whose session a page shows to Fast Track: the token of the player's login is what a brand's page has.
  router.post('/authenticate', ...reading, async (ctx) => {
    const { sid } = await readBody(ctx.req, authenticateBody);
    const login = await verifyPlayerToken(tokenKey, sid, nowMs());
    const { revoked, forgotten } = await readStanding(postgres, login);
    if (revoked || forgotten) throw unauthorized();
    ctx.body = { user_id: Number(login.playerId) };
  });

  return router;
}

function playerOf(ctx: Context) {
  return playerIdOf(ctx.params.id);
}
