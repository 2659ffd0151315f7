import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { blockReason } from '../../../shared/events/player-events.js';
import { type BackofficeCallers, callerOf } from '../../../shared/http/api-key.js';
import { validate } from '../../../shared/http/json-body.js';
import { uuidV5 } from '../../../shared/ids/ids.js';
import type { CommandMetrics } from '../metrics.js';
import { liftBlock, placeBlock } from '../player/account.js';
import { creditBonus, endBonus } from '../player/bonuses.js';
import type { PlayerDecision } from '../player/decision.js';
import { approveWithdrawal, stopWithdrawal } from '../player/payments.js';
import type { Unfolding } from '../player/unfolding.js';
import type { Erasure, Foresight } from '../runtime/erasure.js';
import type { Payouts } from '../runtime/payouts.js';
import type { Players } from '../runtime/players.js';
import { amountField, callerIdField, playerIdOf } from './fields.js';
import { idempotencyKeyOf, untilOf } from './player.routes.js';
import { problemOf } from './rejection-problem.js';
import { answerOf, bodyOf, type Clock, contextOf } from './requests.js';

const blockBody = z.strictObject({
  reason: blockReason,
  until: z.iso.datetime({ offset: true }).optional(),
  active: z.boolean(),
});
const bonusBody = z.strictObject({ bonus_id: callerIdField, amount: amountField });

/** Bonus ids made of a back office's `Idempotency-Key`. */
const BONUS_NAMESPACE = '5be1e7a0-90d5-5d4c-9a56-0e3f7c8b6a21';

const forgetQuery = z.strictObject({ dry_run: z.enum(['true', 'false']).optional() });

export type BackofficeRoutes = {
  readonly players: Players;
  readonly erasure: Erasure;
  readonly payouts: Payouts;
  readonly keys: BackofficeCallers;
  readonly metrics: CommandMetrics;
  readonly clock: Clock;
};

/** What operators of the brand do to a player; each action is an event with who did it. */
export function backofficeRoutes({ players, erasure, payouts, keys, metrics, clock }: BackofficeRoutes): Router {
  const router = new Router({ prefix: '/backoffice/players/:id' });
  router.use(metrics.countOutcomes);

  router.post('/blocks', async (ctx) => {
    const caller = callerOf(ctx, keys);
    const { reason, until, active } = await bodyOf(ctx, blockBody);
    const end = active ? untilOf(until, clock) : null;
    await decided(
      ctx,
      caller,
      (player): PlayerDecision<unknown> =>
        active ? placeBlock(player, { reason, until: end }) : liftBlock(player, reason),
    );
    ctx.body = { reason, active, until: end };
  });

  router.post('/bonuses', async (ctx) => {
    const caller = callerOf(ctx, keys);
    const { bonus_id: bonusId, amount } = await bodyOf(ctx, bonusBody);
    const key = idempotencyKeyOf(ctx);
    const userBonusId = key === undefined ? randomUUID() : uuidV5(BONUS_NAMESPACE, `${ctx.params.id} ${key}`);
    const bonus = { userBonusId, bonusId, amount, fastTrackReferences: {} };
    const { status, replayed } = await decided(ctx, caller, (player) => creditBonus(player, bonus));
    if (replayed) ctx.set('Idempotency-Replayed', 'true');
    ctx.body = { player_id: ctx.params.id, bonus_id: bonusId, user_bonus_id: userBonusId, status };
  });

  router.delete('/bonuses/:user_bonus_id', async (ctx) => {
    const caller = callerOf(ctx, keys);
    const { user_bonus_id: userBonusId = '' } = ctx.params;
    const { status } = await decided(ctx, caller, (player) => endBonus(player, userBonusId, 'operator'));
    ctx.body = { user_bonus_id: userBonusId, status };
  });

  router.post('/withdrawals/:payment_id/approve', async (ctx) => {
    const caller = callerOf(ctx, keys);
    const { payment_id: paymentId = '' } = ctx.params;
    const { status } = await decided(ctx, caller, (player) => approveWithdrawal(player, paymentId));
    payouts.wake();
    ctx.body = { payment_id: paymentId, status };
  });

  router.post('/withdrawals/:payment_id/reject', async (ctx) => {
    const caller = callerOf(ctx, keys);
    const { payment_id: paymentId = '' } = ctx.params;
    const { status } = await decided(ctx, caller, (player) => stopWithdrawal(player, paymentId, 'rejected'));
    ctx.body = { payment_id: paymentId, status };
  });

  router.post('/forget', async (ctx) => {
    const caller = callerOf(ctx, keys);
    const { dry_run: dryRun } = validate(forgetQuery, { ...ctx.query });
    const playerId = playerIdOf(String(ctx.params.id));
    const context = contextOf(ctx, `back-office:${caller}`, clock);
    if (dryRun === 'true') {
      ctx.body = { player_id: playerId, ...foresightOf(await answerOf(ctx, erasure.foresee(playerId, context))) };
      return;
    }
    await answerOf(ctx, erasure.forget(playerId, context));
    ctx.body = { player_id: playerId, status: 'forgotten' };
  });

  return router;

  function decided<Answer>(
    ctx: Context,
    caller: string,
    decide: (player: Unfolding) => PlayerDecision<Answer>,
  ): Promise<Answer> {
    const context = contextOf(ctx, `back-office:${caller}`, clock);
    return answerOf(ctx, players.decide(playerIdOf(String(ctx.params.id)), context, decide));
  }
}

/** What a dry run of `forget` says: the events and deletions it would lead to, or the members of its refusal. */
function foresightOf({ decision, streams }: Foresight): object {
  if (!decision.ok) return { would: 'refuse', ...problemOf(decision.rejection).members };
  const { events, answer } = decision;
  return { would: 'forget', events: events.map(({ type }) => type), streams, email_kept: answer.selfExcluded };
}
