import type { Context } from 'koa';
import { z } from 'zod';
import type { Consents } from '../../../shared/events/player-events.js';
import { operatorAccess } from '../../../shared/http/access.js';
import { CONSENT_TYPES, consentOfType } from '../../../shared/http/consent-types.js';
import { JsonNumber } from '../../../shared/http/json-body.js';
import { shownAs } from '../../../shared/http/openapi/json-schema.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import { changeConsents } from '../player/account.js';
import { type BonusCredit, creditBonus } from '../player/bonuses.js';
import { doneAnswer } from './answers.js';
import { REFERENCE_HEADERS, referencesOf, userBonusIdFor } from './fast-track-headers.js';
import { amountField, callerIdField, currencyField, playerIdField, playerIdOf } from './fields.js';
import type { OperatorRoutes } from './operator.routes.js';
import { answerOf, contextOf, unknownFields } from './requests.js';

/** A string by Fast Track's contract; a number says the same. */
const userIdField = shownAs(
  z.union([playerIdField, z.instanceof(JsonNumber).transform((number) => number.text)], 'must be a user id'),
  { type: ['string', 'integer'] },
);

// Fast Track adds fields whenever it likes: unknown ones are ignored.

const creditBody = z.object({ user_id: userIdField, bonus_code: callerIdField });

const fundsBody = z.object({ ...creditBody.shape, amount: amountField, currency: currencyField });

const CONSENTS_MAX = 6;

const consentsBody = z.object({
  consents: z
    .array(
      z.object({
        type: shownAs(
          z.string().transform((type, context) => {
            const consent = consentOfType(type);
            if (consent !== undefined) return consent;
            context.addIssue('must be one of the six consents');
            return z.NEVER;
          }),
          { type: 'string', examples: CONSENT_TYPES.map(([type]) => type) },
        ),
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
export function nativeRoutes({ players, auth, metrics, clock }: OperatorRoutes): readonly Routes[] {
  const group = { tag: 'Fast Track, native', each: [metrics.countOutcomes] };
  const bonuses = createRoutes({ ...group, access: operatorAccess(auth, 'bonuses:write', clock.nowMs) });
  const consenting = createRoutes({ ...group, access: operatorAccess(auth, 'consents:write', clock.nowMs) });
  const refusals = [
    ...(['player_not_found', 'idempotency_conflict', 'player_blocked', 'currency_mismatch'] as const),
    ...(['bonus_not_available', 'invalid_amount'] as const),
  ];

  bonuses.post(
    '/bonus/credit',
    {
      summary: 'Credits a bonus, with the amount that its template says',
      body: creditBody,
      headers: [...REFERENCE_HEADERS, 'Idempotency-Key'],
      answers: { 200: doneAnswer },
      problems: refusals,
    },
    async (ctx, { caller, body: { user_id, bonus_code }, sent }) => {
      metrics.ignoredFields(ctx, unknownFields(creditBody, sent));
      await credit(ctx, caller, user_id, { bonusId: bonus_code });
    },
  );

  bonuses.post(
    '/bonus/credit/funds',
    {
      summary: 'Credits a bonus of this amount',
      body: fundsBody,
      headers: [...REFERENCE_HEADERS, 'Idempotency-Key'],
      answers: { 200: doneAnswer },
      problems: refusals,
    },
    async (ctx, { caller, body: { user_id, bonus_code, amount, currency }, sent }) => {
      metrics.ignoredFields(ctx, unknownFields(fundsBody, sent));
      await credit(ctx, caller, user_id, { bonusId: bonus_code, amount, currency });
    },
  );

  // Fast Track hears of the change as of any other, and then asks for all six.
  consenting.post(
    '/userconsents/:id',
    {
      summary: 'Changes what a player may be sent',
      body: consentsBody,
      answers: { 200: doneAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { caller, body: { consents }, sent }) => {
      metrics.ignoredFields(ctx, unknownFields(consentsBody, sent));
      const change: Partial<Consents> = Object.fromEntries(consents.map(({ type, opted_in }) => [type, opted_in]));
      const context = contextOf(ctx, `fast-track:${caller}`, clock);
      const playerId = playerIdOf(String(ctx.params.id));
      await answerOf(
        ctx,
        players.decide(playerId, context, (player) => changeConsents(player, change)),
      );
      ctx.body = { message: 'ok' };
    },
  );

  return [bonuses, consenting];

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
