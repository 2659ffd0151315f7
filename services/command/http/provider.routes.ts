import type { Context } from 'koa';
import { z } from 'zod';
import { malformed, Problem, type ProblemCode } from '../../../shared/http/problem.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
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
import { balanceAnswer, playAnswer, transactionAnswer } from './answers.js';
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
import { type SigningCaller, signedAccess } from './signed-access.js';

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

/** Refusals of whatever stakes money, in a bet or a play. */
const STAKE_PROBLEMS: readonly ProblemCode[] = [
  ...(['player_not_found', 'session_not_found', 'idempotency_conflict', 'transaction_rolled_back'] as const),
  ...(['currency_mismatch', 'player_blocked', 'session_ended', 'limit_exceeded'] as const),
  ...(['bonus_bet_limit_exceeded', 'insufficient_funds', 'invalid_amount'] as const),
];

/** Bets that were taken are settled, also when their player was forgotten meanwhile. */
const SETTLING: DecideOptions = { alsoForgotten: true };

export type ProviderRoutes = {
  readonly players: Players;
  readonly providers: readonly SigningCaller[];
  readonly metrics: CommandMetrics;
  readonly clock: Clock;
};

/** The wallet API of game providers: signed, idempotent by (provider, player, transaction_id). */
export function providerRoutes({ players, providers, metrics, clock }: ProviderRoutes): Routes {
  const routes = createRoutes({
    prefix: '/provider/v1',
    tag: 'game provider',
    access: signedAccess('providerSignature', 'X-Provider-Id', providers, clock),
    around: [metrics.countOutcomes],
  });

  routes.post(
    '/balance',
    {
      summary: 'What a player has',
      body: balanceBody,
      answers: { 200: balanceAnswer },
      problems: ['player_not_found', 'session_not_found'],
    },
    async (ctx, { caller: provider, body }) => {
      const answer = await decided(ctx, provider, body.player_id, (player) =>
        readBalance(player, body.session_id, provider),
      );
      ctx.body = { balance: balanceOf(answer) };
    },
  );

  routes.post(
    '/bet',
    {
      summary: 'Takes a stake',
      body: betBody,
      answers: { 200: transactionAnswer },
      problems: STAKE_PROBLEMS,
    },
    async (ctx, { caller: provider, body }) => {
      const bet = { ...roundOf(provider, body), amount: positiveAmountOf(body.amount, body.currency) };
      const answer = await decided(ctx, provider, body.player_id, (player) =>
        placeBet(player, { ...bet, transactionId: body.transaction_id }),
      );
      ctx.body = { transaction_id: body.transaction_id, balance: balanceOf(answer) };
    },
  );

  routes.post(
    '/win',
    {
      summary: 'Pays a win of a bet; a win of 0 closes a losing round',
      body: winBody,
      answers: { 200: transactionAnswer },
      problems: [
        ...(['player_not_found', 'session_not_found', 'transaction_not_found', 'idempotency_conflict'] as const),
        ...(['transaction_rolled_back', 'currency_mismatch', 'invalid_amount'] as const),
      ],
    },
    async (ctx, { caller: provider, body }) => {
      const win = {
        ...roundOf(provider, body),
        transactionId: body.transaction_id,
        referenceTransactionId: body.reference_transaction_id,
        amount: amountOf(body.amount, body.currency),
        roundClosed: body.round_closed,
      };
      const answer = await decided(ctx, provider, body.player_id, (player) => creditWin(player, win), SETTLING);
      ctx.body = { transaction_id: body.transaction_id, balance: balanceOf(answer) };
    },
  );

  routes.post(
    '/rollback',
    {
      summary: 'Undoes a bet or a win; of one that never came, it makes sure that it never will',
      body: rollbackBody,
      answers: { 200: transactionAnswer },
      problems: [
        ...(['player_not_found', 'transaction_not_found', 'idempotency_conflict'] as const),
        ...(['transaction_rolled_back', 'transaction_already_settled'] as const),
      ],
    },
    async (ctx, { caller: provider, body }) => {
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
    },
  );

  routes.post(
    '/play',
    {
      summary: 'A bet and its win in one: both happen or none',
      body: playBody,
      answers: { 200: playAnswer },
      problems: STAKE_PROBLEMS,
    },
    async (ctx, { caller: provider, body }) => {
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
    },
  );

  return routes;

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

function roundOf(provider: string, body: { session_id: string; game_id: string; round_id: string; currency: string }) {
  const { session_id: sessionId, game_id: gameId, round_id: roundId, currency } = body;
  return { provider, sessionId, gameId, roundId, currency };
}

function balanceOf({ balance, currency }: BalanceAnswer) {
  return { cash: balance.cash, bonus: balance.bonus, currency };
}
