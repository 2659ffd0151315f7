import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import { z } from 'zod';
import { blockReason } from '../../../shared/events/player-events.js';
import { backofficeAccess } from '../../../shared/http/access.js';
import type { BackofficeCallers } from '../../../shared/http/api-key.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
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
import { blockChangeAnswer, bonusAnswer, bonusCreditAnswer, forgetAnswer, paymentAnswer } from './answers.js';
import { amountField, callerIdField, playerIdOf } from './fields.js';
import { idempotencyKeyOf, untilOf } from './player.routes.js';
import { problemOf } from './rejection-problem.js';
import { answerOf, type Clock, contextOf } from './requests.js';

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
export function backofficeRoutes({ players, erasure, payouts, keys, metrics, clock }: BackofficeRoutes): Routes {
  const routes = createRoutes({
    prefix: '/backoffice/players/:id',
    tag: 'back office',
    access: backofficeAccess(keys),
    around: [metrics.countOutcomes],
  });

  routes.post(
    '/blocks',
    {
      summary: 'Places a block, or lifts it',
      body: blockBody,
      answers: { 200: blockChangeAnswer },
      problems: ['player_not_found', 'invalid_transition'],
    },
    async (ctx, { caller, body: { reason, until, active } }) => {
      const end = active ? untilOf(until, clock) : null;
      await decided(
        ctx,
        caller,
        (player): PlayerDecision<unknown> =>
          active ? placeBlock(player, { reason, until: end }) : liftBlock(player, reason),
      );
      ctx.body = { reason, active, until: end };
    },
  );

  routes.post(
    '/bonuses',
    {
      summary: 'Credits a bonus',
      body: bonusBody,
      headers: ['Idempotency-Key'],
      answers: { 200: bonusCreditAnswer },
      problems: [
        ...(['player_not_found', 'idempotency_conflict', 'player_blocked'] as const),
        ...(['bonus_not_available', 'invalid_amount'] as const),
      ],
    },
    async (ctx, { caller, body: { bonus_id: bonusId, amount } }) => {
      const key = idempotencyKeyOf(ctx);
      const userBonusId = key === undefined ? randomUUID() : uuidV5(BONUS_NAMESPACE, `${ctx.params.id} ${key}`);
      const bonus = { userBonusId, bonusId, amount, fastTrackReferences: {} };
      const { status, replayed } = await decided(ctx, caller, (player) => creditBonus(player, bonus));
      if (replayed) ctx.set('Idempotency-Replayed', 'true');
      ctx.body = { player_id: ctx.params.id, bonus_id: bonusId, user_bonus_id: userBonusId, status };
    },
  );

  routes.delete(
    '/bonuses/:user_bonus_id',
    {
      summary: 'Cancels a bonus',

      answers: { 200: bonusAnswer },
      problems: ['player_not_found', 'not_found', 'invalid_transition'],
    },
    async (ctx, { caller }) => {
      const { user_bonus_id: userBonusId = '' } = ctx.params;
      const { status } = await decided(ctx, caller, (player) => endBonus(player, userBonusId, 'operator'));
      ctx.body = { user_bonus_id: userBonusId, status };
    },
  );

  routes.post(
    '/withdrawals/:payment_id/approve',
    {
      summary: 'Approves a withdrawal: its PSP is asked to pay',

      answers: { 200: paymentAnswer },
      problems: ['player_not_found', 'not_found', 'invalid_transition', 'insufficient_funds', 'player_blocked'],
    },
    async (ctx, { caller }) => {
      const { payment_id: paymentId = '' } = ctx.params;
      const { status } = await decided(ctx, caller, (player) => approveWithdrawal(player, paymentId));
      payouts.wake();
      ctx.body = { payment_id: paymentId, status };
    },
  );

  routes.post(
    '/withdrawals/:payment_id/reject',
    {
      summary: 'Rejects a withdrawal: the money goes back to the player',

      answers: { 200: paymentAnswer },
      problems: ['player_not_found', 'not_found', 'invalid_transition'],
    },
    async (ctx, { caller }) => {
      const { payment_id: paymentId = '' } = ctx.params;
      const { status } = await decided(ctx, caller, (player) => stopWithdrawal(player, paymentId, 'rejected'));
      ctx.body = { payment_id: paymentId, status };
    },
  );

  routes.post(
    '/forget',
    {
      summary: 'Erases the person; the ledger stays',
      query: forgetQuery,
      answers: { 200: forgetAnswer },
      problems: ['player_not_found', 'player_has_funds'],
    },
    async (ctx, { caller, query: { dry_run: dryRun } }) => {
      const playerId = playerIdOf(String(ctx.params.id));
      const context = contextOf(ctx, `back-office:${caller}`, clock);
      if (dryRun === 'true') {
        ctx.body = { player_id: playerId, ...foresightOf(await answerOf(ctx, erasure.foresee(playerId, context))) };
        return;
      }
      await answerOf(ctx, erasure.forget(playerId, context));
      ctx.body = { player_id: playerId, status: 'forgotten' };
    },
  );

  return routes;

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
