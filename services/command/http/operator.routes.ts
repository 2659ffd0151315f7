import Router from '@koa/router';
import { z } from 'zod';
import { parseJson, readRawBody, validate } from '../../../shared/http/json-body.js';
import { admitOperator, type OperatorAuth } from '../../../shared/http/operator-auth.js';
import type { CommandMetrics } from '../metrics.js';
import { creditBonus } from '../player/bonuses.js';
import type { Players } from '../runtime/players.js';
import { referencesOf, userBonusIdFor } from './fast-track-headers.js';
import { amountField, callerIdField, playerIdField, playerIdOf } from './fields.js';
import { metadataField } from './metadata.js';
import { answerOf, type Clock, contextOf, unknownFields } from './requests.js';

/** Fast Track adds fields whenever it likes: unknown ones are ignored. */
const bonusCreditBody = z.object({
  player_id: playerIdField,
  bonus_id: callerIdField,
  amount: amountField,
  metadata: metadataField,
});

export type OperatorRoutes = {
  readonly players: Players;
  readonly auth: OperatorAuth;
  readonly metrics: CommandMetrics;
  readonly clock: Clock;
};

/** What Fast Track writes. */
export function operatorRoutes({ players, auth, metrics, clock }: OperatorRoutes): Router {
  const router = new Router({ prefix: '/operator' });
  router.use(metrics.countOutcomes);
  router.post('/bonus-credit', async (ctx) => {
    const caller = await admitOperator(ctx, auth, 'bonuses:write', clock.nowMs());
    const parsed = parseJson(await readRawBody(ctx.req));
    const body = validate(bonusCreditBody, parsed);
    metrics.ignoredFields(ctx, unknownFields(bonusCreditBody, parsed));
    const playerId = playerIdOf(body.player_id);
    const userBonusId = userBonusIdFor(ctx, playerId, body.metadata);
    const bonus = {
      ...{ userBonusId, bonusId: body.bonus_id, amount: body.amount },
      fastTrackReferences: referencesOf(ctx),
    };
    const context = contextOf(ctx, `fast-track:${caller}`, clock);
    const answer = await answerOf(
      ctx,
      players.decide(playerId, context, (player) => creditBonus(player, bonus)),
    );
    if (answer.replayed) ctx.set('Idempotency-Replayed', 'true');
    ctx.body = { player_id: playerId, bonus_id: bonus.bonusId, user_bonus_id: userBonusId, status: answer.status };
  });
  return router;
}
