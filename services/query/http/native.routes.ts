import type { Context } from 'koa';
import { z } from 'zod';
import { operatorAccess } from '../../../shared/http/access.js';
import { type ConsentCasing, consentTypeIn } from '../../../shared/http/consent-types.js';
import { type PlayerTokenKey, verifyPlayerToken } from '../../../shared/http/player-token.js';
import { Problem, unauthorized } from '../../../shared/http/problem.js';
import { found, noStore, playerIdOf, whileReadable } from '../../../shared/http/reading.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { BonusOffer } from '../reads/bonus-offers.js';
import { readNativeBlocks, readNativeConsents, readNativeUserDetails } from '../reads/native-reads.js';
import { readStanding } from '../reads/player-reads.js';
import { isReconciled, readIdsOf } from '../reads/reconciliation-reads.js';
import {
  authenticateAnswer,
  bonusListAnswer,
  nativeBlocksAnswer,
  nativeConsentsAnswer,
  nativeUserDetailsAnswer,
  reconciliationAnswer,
} from './answers.js';
import type { OperatorRoutes } from './operator.routes.js';
import { POSITION_HEADERS, reached } from './reading.js';
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
}: NativeRoutes): Routes {
  const routes = createRoutes({
    tag: 'Fast Track, native',
    access: operatorAccess(auth, 'players:read', nowMs),
    checks: [reached(freshness)],
    headers: POSITION_HEADERS,
    // On each route rather than on the router, which has no prefix: it would answer for all of query's routes.
    each: [noStore, whileReadable],
  });

  routes.get(
    '/userdetails/:id',
    { summary: 'Who a player is', answers: { 200: nativeUserDetailsAnswer }, problems: ['player_not_found'] },
    async (ctx) => {
      ctx.body = found(await readNativeUserDetails(postgres, playerOf(ctx), new Date(nowMs()), origin));
    },
  );

  routes.get(
    '/userblocks/:id',
    {
      summary: 'Whether a player is excluded, or blocked for another reason',
      answers: { 200: nativeBlocksAnswer },
      problems: ['player_not_found'],
    },
    async (ctx) => {
      ctx.body = found(await readNativeBlocks(postgres, playerOf(ctx), new Date(nowMs())));
    },
  );

  routes.get(
    '/userconsents/:id',
    { summary: 'What a player may be sent', answers: { 200: nativeConsentsAnswer }, problems: ['player_not_found'] },
    async (ctx) => {
      const nameOf = (type: string) => consentTypeIn(consentCasing, type);
      ctx.body = found(await readNativeConsents(postgres, playerOf(ctx), nameOf));
    },
  );

  routes.get('/bonus/list', { summary: 'Bonuses that may be credited', answers: { 200: bonusListAnswer } }, (ctx) => {
    ctx.body = { Data: offers, Success: true, Errors: [] };
  });

  routes.post(
    '/reconciliation',
    {
      summary: 'All players of whom something is true',
      description: 'An answer that breaks off in the middle ends with `"error":"timeout"`.',
      body: reconciliationBody,
      answers: { 200: reconciliationAnswer },
      problems: ['not_implemented'],
    },
    async (ctx, { body: { field } }) => {
      if (!isReconciled(field)) throw new Problem(501, 'not_implemented', 'There is no such field to reconcile');
      const now = new Date(nowMs());
      ctx.type = 'application/json';
      ctx.body = await reconciliation(readIdsOf(postgres, field, now), now, (error) =>
        logger.error({ err: error, field }, 'a reconciliation broke off'),
      );
    },
  );

  // Whose session a page shows to Fast Track: the token of the player's login is what a brand's page has.
  routes.post(
    '/authenticate',
    { summary: 'Whose session this is', body: authenticateBody, answers: { 200: authenticateAnswer } },
    async (ctx, { body: { sid } }) => {
      const login = await verifyPlayerToken(tokenKey, sid, nowMs());
      const { revoked, forgotten } = await readStanding(postgres, login);
      if (revoked || forgotten) throw unauthorized();
      ctx.body = { user_id: Number(login.playerId) };
    },
  );

  return routes;
}

function playerOf(ctx: Context) {
  return playerIdOf(ctx.params.id);
}
