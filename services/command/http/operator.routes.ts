import { z } from 'zod';
import { operatorAccess } from '../../../shared/http/access.js';
import type { OperatorAuth } from '../../../shared/http/operator-auth.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import type { CommandMetrics } from '../metrics.js';
import { creditBonus } from '../player/bonuses.js';
import type { Players } from '../runtime/players.js';
import { bonusCreditAnswer } from './answers.js';
import { REFERENCE_HEADERS, referencesOf, userBonusIdFor } from './fast-track-headers.js';
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
export function operatorRoutes({ players, auth, metrics, clock }: OperatorRoutes): Routes {
  const routes = createRoutes({
    prefix: '/operator',
    tag: 'Fast Track',
    access: operatorAccess(auth, 'bonuses:write', clock.nowMs),
    around: [metrics.countOutcomes],
  });
  routes.post(
    '/bonus-credit',
    {
      summary: 'Credits a bonus; unknown fields are ignored',
      description:
        'Given twice under one id it is one credit. The id is X-Fasttrack-Id, else activity, action and trigger hash ' +
        'together, else Idempotency-Key, else metadata.request_id.',
      body: bonusCreditBody,
      headers: [...REFERENCE_HEADERS, 'Idempotency-Key'],
      answers: { 200: bonusCreditAnswer },
      problems: [
        ...(['player_not_found', 'idempotency_conflict', 'player_blocked'] as const),
        ...(['bonus_not_available', 'invalid_amount'] as const),
      ],
    },
    async (ctx, { caller, body, sent }) => {
      metrics.ignoredFields(ctx, unknownFields(bonusCreditBody, sent));
      const playerId = playerIdOf(body.player_id);
      const userBonusId = userBonusIdFor(ctx, playerId, body.metadata);
      const bonus = {
        userBonusId,
        bonusId: body.bonus_id,
        amount: body.amount,
        fastTrackReferences: referencesOf(ctx),
      };
      const context = contextOf(ctx, `fast-track:${caller}`, clock);
      const answer = await answerOf(
        ctx,
        players.decide(playerId, context, (player) => creditBonus(player, bonus)),
      );
      if (answer.replayed) ctx.set('Idempotency-Replayed', 'true');
      ctx.body = { player_id: playerId, bonus_id: bonus.bonusId, user_bonus_id: userBonusId, status: answer.status };
    },
  );
  return routes;
}
