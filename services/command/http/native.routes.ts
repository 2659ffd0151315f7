import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import type { Consents } from '../../../shared/events/player-events.js';
import { consentOfType } from '../../../shared/http/consent-types.js';
import { JsonNumber, parseJson, readRawBody, validate } from '../../../shared/http/json-body.js';
import { admitOperator } from '../../../shared/http/operator-auth.js';
import { changeConsents } from '../player/account.js';
import { type BonusCredit, creditBonus } from '../player/bonuses.js';
import { referencesOf, userBonusIdFor } from './fast-track-headers.js';
import { amountField, callerIdField, currencyField, playerIdField, playerIdOf } from './fields.js';
import type { OperatorRoutes } from './operator.routes.js';
import { answerOf, contextOf, unknownFields } from './requests.js';

/** A string by Fast Track's contract; a number says the same. */
const userIdField = z.union(
  [playerIdField, z.instanceof(JsonNumber).transform((number) => number.text)],
  'must be a user id',
);

// Fast Track adds fields whenever it likes: unknown ones are ignored.

const creditBody = z.object({ user_id: userIdField, bonus_code: callerIdField });

const fundsBody = z.object({ ...creditBody.shape, amount: amountField, currency: currencyField });

const CONSENTS_MAX = 6;

const consentsBody = z.object({
  consents: z
    .array(
      z.object({
        type: z.string().transform((type, context) => {
          const consent = consentOfType(type);
          if (consent !== undefined) return consent;
          context.addIssue('must be one of the six consents');
          return z.NEVER;
        }),
        opted_in: z.boolean(),
      }),
    )
    .min(1)
    .max(CONSENTS_MAX)
    .refine(
      (consents) => new Set(consents.map(({ type }) => type)).size === consents.length,
      'must name each consent once',
    ),
});

/** What Fast Track writes by its published contract. The answer's body is ours to choose: the status is what counts. */
export function nativeRoutes({ players, auth, metrics, clock }: OperatorRoutes): Router {
  const router = new Router();

  router.post('/bonus/credit', metrics.countOutcomes, async (ctx) => {
    const caller = await admitOperator(ctx, auth, 'bonuses:write', clock.nowMs());
    const { user_id, bonus_code } = await read(ctx, creditBody);
    await credit(ctx, caller, user_id, { bonusId: bonus_code });
  });

  router.post('/bonus/credit/funds', metrics.countOutcomes, async (ctx) => {
    const caller = await admitOperator(ctx, auth, 'bonuses:write', clock.nowMs());
    const { user_id, bonus_code, amount, currency } = await read(ctx, fundsBody);
    await credit(ctx, caller, user_id, { bonusId: bonus_code, amount, currency });
  });

  // Fast Track hears of the change as of any other, and then asks for all six.
  router.post('/userconsents/:id', metrics.countOutcomes, async (ctx) => {
    const caller = await admitOperator(ctx, auth, 'consents:write', clock.nowMs());
    const { consents } = await read(ctx, consentsBody);
    const change: Partial<Consents> = Object.fromEntries(consents.map(({ type, opted_in }) => [type, opted_in]));
    const context = contextOf(ctx, `fast-track:${caller}`, clock);
    const playerId = playerIdOf(String(ctx.params.id));
    await answerOf(
      ctx,
      players.decide(playerId, context, (player) => changeConsents(player, change)),
    );
    ctx.body = { message: 'ok' };
  });

  return router;

  async function read<S extends z.ZodObject>(ctx: Context, schema: S): Promise<z.infer<S>> {
    const parsed = parseJson(await readRawBody(ctx.req));
    const body = validate(schema, parsed);
    metrics.ignoredFields(ctx, unknownFields(schema, parsed));
    return body as z.infer<S>;
  }

  async function credit(
    ctx: Context,
    caller: string,
    userId: string,
    asked: Pick<BonusCredit, 'bonusId' | 'amount' | 'currency'>,
  ): Promise<void> {
    const playerId = playerIdOf(userId);
    const bonus = {
      userBonusId: userBonusIdFor(ctx, playerId),
      ...asked,
      fastTrackReferences: referencesOf(ctx),
    };
    const context = contextOf(ctx, `fast-track:${caller}`, clock);
    const { replayed } = await answerOf(
      ctx,
      players.decide(playerId, context, (player) => creditBonus(player, bonus)),
    );
    if (replayed) ctx.set('Idempotency-Replayed', 'true');
    ctx.body = { message: 'ok' };
  }
}
