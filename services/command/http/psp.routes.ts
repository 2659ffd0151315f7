import { z } from 'zod';
import { Problem } from '../../../shared/http/problem.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import { parsePlayerId } from '../../../shared/ids/ids.js';
import type { CommandMetrics } from '../metrics.js';
import { reportPayment } from '../player/payments.js';
import type { Players } from '../runtime/players.js';
import { paymentAnswer } from './answers.js';
import { callerIdField } from './fields.js';
import { answerOf, type Clock, contextOf, unknownFields } from './requests.js';
import { type SigningCaller, signedAccess } from './signed-access.js';

/** Unknown fields are ignored: a PSP adds some whenever it likes. */
const callbackBody = z.object({
  payment_id: callerIdField,
  psp_reference: callerIdField,
  status: z.enum(['completed', 'failed', 'reversed']),
});

export type PspRoutes = {
  readonly players: Players;
  readonly psps: readonly SigningCaller[];
  readonly metrics: CommandMetrics;
  readonly clock: Clock;
};

/** What payment providers report, signed; idempotent by (psp, payment_id, status). */
export function pspRoutes({ players, psps, metrics, clock }: PspRoutes): Routes {
  const routes = createRoutes({
    prefix: '/psp/v1',
    tag: 'payment provider',
    access: signedAccess('pspSignature', 'X-Psp-Id', psps, clock),
    around: [metrics.countOutcomes],
  });
  routes.post(
    '/callback',
    {
      summary: 'Reports what became of a deposit or a withdrawal; unknown fields are ignored',
      body: callbackBody,
      answers: { 200: paymentAnswer },
      problems: ['not_found', 'player_not_found', 'invalid_transition'],
    },
    async (ctx, { caller: psp, body, sent }) => {
      metrics.ignoredFields(ctx, unknownFields(callbackBody, sent));
      // A payment's id begins with its player's, so a callback needs no look-up.
      const playerId = parsePlayerId(body.payment_id.slice(0, body.payment_id.indexOf('-')));
      if (playerId === undefined) throw new Problem(404, 'not_found', 'There is no such payment');
      const context = contextOf(ctx, `psp:${psp}`, clock);
      const report = { psp, paymentId: body.payment_id, pspReference: body.psp_reference, status: body.status };
      const { paymentId, status } = await answerOf(
        ctx,
        // Money moved, whatever became of the player.
        players.decide(playerId, context, (player) => reportPayment(player, report), { alsoForgotten: true }),
      );
      ctx.body = { payment_id: paymentId, status };
    },
  );
  return routes;
}
