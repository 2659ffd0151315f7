import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { parseJson, readRawBody, validate } from '../../../shared/http/json-body.js';
import { malformed, Problem } from '../../../shared/http/problem.js';
import { isSignedBy } from '../../../shared/http/signature.js';
import type { CommandMetrics } from '../metrics.js';
import type { BalanceAnswer } from '../player/balance-answer.js';
import { placeBet } from '../player/bets.js';
import type { DecideOptions, PlayerDecision } from '../player/decision.js';
import { readBalance } from '../player/game-sessions.js';
import { playRound } from '../player/plays.js';
import { rollBack } from '../player/rollbacks.js';
import type { Unfolding } from '../player/unfolding.js';
import { creditWin } from '../player/wins.js';
import type { Players } from '../runtime/players.js';
import {
  amountField,
  amountOf,
  callerIdField,
  currencyField,
  playerIdField,
  playerIdOf,
  positiveAmountOf,
} from './fields.js';
import { answerOf, type Clock, contextOf } from './requests.js';

/** A caller that signs its requests; two secrets are live during a rotation. */
export type SigningCaller = { readonly id: string; readonly secrets: readonly string[] };

const round = {
  player_id: playerIdField,
  session_id: callerIdField,
  game_id: callerIdField,
  round_id: callerIdField,
  currency: currencyField,
};

const betBody = z.strictObject({ transaction_id: callerIdField, ...round, amount: amountField });
const winBody = z.strictObject({
  transaction_id: callerIdField,
  reference_transaction_id: callerIdField,
  ...round,
  amount: amountField,
  round_closed: z.boolean().default(false),
});
const rollbackBody = z.strictObject({
  transaction_id: callerIdField,
  reference_transaction_id: callerIdField,
  player_id: playerIdField,
  round_id: callerIdField,
});
const playBody = z.strictObject({
  ...round,
  round_closed: z.boolean().default(false),
  bet: z.strictObject({ transaction_id: callerIdField, amount: amountField }),
  win: z.strictObject({ transaction_id: callerIdField, amount: amountField }),
});
const balanceBody = z.strictObject({ player_id: playerIdField, session_id: callerIdField });

/** Bets that were taken are settled, also when their player was forgotten meanwhile. */
const SETTLING: DecideOptions = { alsoForgotten: true };

export type ProviderRoutes = {
  readonly players: Players;
  readonly providers: readonly SigningCaller[];
  readonly metrics: CommandMetrics;
  readonly clock: Clock;
};

/** The wallet API of game providers: signed, idempotent by (provider, player, transaction_id). */
export function providerRoutes({ players, providers, metrics, clock }: ProviderRoutes): Router {
  const router = new Router({ prefix: '/provider/v1' });
  router.use(metrics.countOutcomes);

  router.post('/balance', async (ctx) => {
    const { provider, body } = await signedBody(ctx, balanceBody);
    const answer = await decided(ctx, provider, body.player_id, (player) =>
      readBalance(player, body.session_id, provider),
    );
    ctx.body = { balance: balanceOf(answer) };
  });

  router.post('/bet', async (ctx) => {
    const { provider, body } = await signedBody(ctx, betBody);
    const bet = { ...roundOf(provider, body), amount: positiveAmountOf(body.amount, body.currency) };
    const answer = await decided(ctx, provider, body.player_id, (player) =>
      placeBet(player, { ...bet, transactionId: body.transaction_id }),
    );
    ctx.body = { transaction_id: body.transaction_id, balance: balanceOf(answer) };
  });

  router.post('/win', async (ctx) => {
    const { provider, body } = await signedBody(ctx, winBody);
    const win = {
      ...roundOf(provider, body),
      transactionId: body.transaction_id,
      referenceTransactionId: body.reference_transaction_id,
      amount: amountOf(body.amount, body.currency),
      roundClosed: body.round_closed,
    };
    const answer = await decided(ctx, provider, body.player_id, (player) => creditWin(player, win), SETTLING);
    ctx.body = { transaction_id: body.transaction_id, balance: balanceOf(answer) };
  });

  router.post('/rollback', async (ctx) => {
    const { provider, body } = await signedBody(ctx, rollbackBody);
    const rollback = {
      provider,
      transactionId: body.transaction_id,
      referenceTransactionId: body.reference_transaction_id,
      roundId: body.round_id,
    };
    const answer = await decided(ctx, provider, body.player_id, (player) => rollBack(player, rollback), SETTLING);
    // The tombstone is recorded, and the provider is told that there was nothing to undo.
    if (answer === 'tombstoned') throw new Problem(404, 'transaction_not_found', 'There is no such transaction');
    ctx.body = { transaction_id: body.transaction_id, balance: balanceOf(answer) };
  });

  router.post('/play', async (ctx) => {
    const { provider, body } = await signedBody(ctx, playBody);
    if (body.bet.transaction_id === body.win.transaction_id) {
      throw malformed([{ detail: 'bet and win have one id', pointer: '/win/transaction_id' }]);
    }
    const play = {
      ...roundOf(provider, body),
      roundClosed: body.round_closed,
      bet: { transactionId: body.bet.transaction_id, amount: positiveAmountOf(body.bet.amount, body.currency) },
      win: { transactionId: body.win.transaction_id, amount: amountOf(body.win.amount, body.currency) },
    };
    const answer = await decided(ctx, provider, body.player_id, (player) => playRound(player, play));
    ctx.body = { transaction_ids: [play.bet.transactionId, play.win.transactionId], balance: balanceOf(answer) };
  });

  return router;

  /** The signature is checked over the raw bytes before anything is parsed. */
  async function signedBody<T>(ctx: Context, schema: z.ZodType<T>): Promise<{ provider: string; body: T }> {
    const raw = await readRawBody(ctx.req);
    const provider = signerOf(ctx, providers, 'X-Provider-Id', raw, clock);
    return { provider, body: validate(schema, parseJson(raw)) };
  }

  async function decided<Answer extends BalanceAnswer | 'tombstoned'>(
    ctx: Context,
    provider: string,
    playerIdText: string,
    decide: (player: Unfolding) => PlayerDecision<Answer>,
    options: DecideOptions = {},
  ): Promise<Answer> {
    const playerId = playerIdOf(playerIdText);
    const context = contextOf(ctx, `provider:${provider}`, clock);
    const execution = players.decide(playerId, context, decide, options);
    const answer = await answerOf(ctx, execution);
    if (typeof answer === 'object' && answer.replayed) ctx.set('Idempotency-Replayed', 'true');
    return answer;
  }
}

/** The id of the caller that signed these bytes. @throws Problem 401, the same for every reason. */
export function signerOf(
  ctx: Context,
  callers: readonly SigningCaller[],
  header: string,
  raw: Buffer,
  clock: Clock,
): string {
  const caller = callers.find(({ id }) => id === ctx.get(header));
  const request = { timestamp: ctx.get('X-Timestamp'), method: ctx.method, path: ctx.path, body: raw };
  if (caller !== undefined && isSignedBy(caller.secrets, ctx.get('X-Signature'), request, clock.nowMs()))
    return caller.id;
  throw new Problem(401, 'invalid_signature', 'The signature is missing, wrong or out of date');
}

function roundOf(provider: string, body: { session_id: string; game_id: string; round_id: string; currency: string }) {
  const { session_id: sessionId, game_id: gameId, round_id: roundId, currency } = body;
  return { provider, sessionId, gameId, roundId, currency };
}

function balanceOf({ balance, currency }: BalanceAnswer) {
  return { cash: balance.cash, bonus: balance.bonus, currency };
}
