import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import { z } from 'zod';
import { operatorAccess } from '../../../shared/http/access.js';
import { JsonNumber } from '../../../shared/http/json-body.js';
import type { OperatorAuth } from '../../../shared/http/operator-auth.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import { uuidV5 } from '../../../shared/ids/ids.js';
import type { CommandMetrics } from '../metrics.js';
import { creditBonus } from '../player/bonuses.js';
import type { Players } from '../runtime/players.js';
import { bonusCreditAnswer } from './answers.js';
import { amountField, callerIdField, playerIdField, playerIdOf } from './fields.js';
import { metadataField } from './metadata.js';
import { idempotencyKeyOf } from './player.routes.js';
import { answerOf, type Clock, contextOf, unknownFields } from './requests.js';

/** Fast Track adds fields whenever it likes: unknown ones are ignored. */
const bonusCreditBody = z.object({
  player_id: playerIdField,
  bonus_id: callerIdField,
  amount: amountField,
  metadata: metadataField,
});

/** Bonus ids are made of (player, idempotency key) in this namespace. */
const BONUS_NAMESPACE = '1d0c6d35-6a0e-5b9e-a7a1-4f8f3d2b5c77';

/** Fast Track's headers, and what it calls them in the references it wants back. */
const REFERENCE_HEADERS = {
  'X-Fasttrack-Id': 'id',
  'X-Fasttrack-Activityid': 'activity_id',
  'X-Fasttrack-Actionid': 'action_id',
  'X-Fasttrack-Actiongroupid': 'action_group_id',
  'X-Fasttrack-Actioncommunicationprofileid': 'action_communication_profile_id',
  'X-Fasttrack-Triggerhash': 'trigger_hash',
};

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
    access: operatorAccess(auth, clock.nowMs),
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
      headers: [...Object.keys(REFERENCE_HEADERS), 'Idempotency-Key'],
      answers: { 200: bonusCreditAnswer },
      problems: [
        ...(['player_not_found', 'idempotency_conflict', 'player_blocked'] as const),
        ...(['bonus_not_available', 'invalid_amount'] as const),
      ],
    },
    async (ctx, { caller, body, sent }) => {
      metrics.ignoredFields(ctx, unknownFields(bonusCreditBody, sent));
      const playerId = playerIdOf(body.player_id);
      const key = idempotencyOf(ctx, body.metadata);
      const userBonusId = key === undefined ? randomUUID() : uuidV5(BONUS_NAMESPACE, `${playerId} ${key}`);
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
    },
  );
  return routes;
}

/** What makes two credits the same one, by Fast Track's own rule first; undefined when the caller gave nothing. */
function idempotencyOf(ctx: Context, metadata: { readonly [name: string]: unknown }): string | undefined {
  const id = ctx.get('X-Fasttrack-Id');
  if (id !== '') return `fast-track ${id}`;
  const tuple = ['X-Fasttrack-Activityid', 'X-Fasttrack-Actionid', 'X-Fasttrack-Triggerhash'].map((name) =>
    ctx.get(name),
  );
  const action = `action ${JSON.stringify(tuple)}`;
  if (tuple.every((part) => part !== '')) return action;
  const key = idempotencyKeyOf(ctx);
  if (key !== undefined) return `key ${key}`;
  const requestId = metadata.request_id;
  if (typeof requestId === 'string') return `request ${requestId}`;
  if (requestId instanceof JsonNumber) return `request ${requestId.text}`;
  // Half of the triple is better than nothing: a credit that is held back can be given again, one too many is gone.
  return tuple.some((part) => part !== '') ? action : undefined;
}

function referencesOf(ctx: Context): { [name: string]: string } {
  const references = Object.entries(REFERENCE_HEADERS).map(([header, name]) => [name, ctx.get(header).slice(0, 200)]);
  return Object.fromEntries(references.filter(([, value]) => value !== ''));
}
