import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { malformed, Problem, unavailable } from '../../../shared/http/problem.js';
import { parseAmount } from '../../../shared/money/money.js';
import type { Answer } from '../http-call.js';
import { type Random, seededRandom } from '../random.js';
import { readJson } from '../read-json.js';
import type { Rounds, SpinResult } from './rounds.js';
import type { WalletClient } from './wallet-client.js';

const games = [{ game_id: 'slot_abc', name: 'Slot ABC', category: 'Slots', provider: 'mock', rtp: '96.00' }];

const id = z.string().regex(/^[\x21-\x7e]{1,128}$/);

const spinRequest = z.strictObject({
  player_id: id,
  session_id: id,
  stake: z.string().regex(/^(0|[1-9]\d{0,11})(\.\d+)?$/, 'must be a decimal string'),
  currency: z.string(),
  mode: z.enum(['bet_and_win', 'play']).default('bet_and_win'),
  /** The same seed shows the same reels. */
  seed: z.int().optional(),
});

const balanceRequest = z.strictObject({ player_id: id, session_id: id });

export type ProviderRoutesOptions = {
  readonly rounds: Rounds;
  readonly wallet: WalletClient;
  readonly random: Random;
};

/** What a game client asks of the mock provider. */
export function providerRoutes({ rounds, wallet, random }: ProviderRoutesOptions): Router {
  const router = new Router();
  router.get('/games', (ctx) => {
    ctx.body = { games };
  });
  router.post('/games/:game_id/spin', async (ctx) => {
    const { player_id, session_id, stake, currency, mode, seed } = await readJson(ctx.req, spinRequest);
    const parsed = parseAmount(stake, currency);
    if (!parsed.ok) throw malformed([{ detail: parsed.fault, pointer: '/stake' }]);
    const result = await rounds.spin({
      playerId: player_id,
      sessionId: session_id,
      gameId: ctx.params.game_id ?? '',
      stake: parsed.amount,
      currency,
      mode,
      chance: seed === undefined ? random() : seededRandom(seed)(),
    });
    renderSpin(ctx, result);
  });
  router.post('/balance', async (ctx) => {
    const answer = await wallet.call({ route: 'balance', body: await readJson(ctx.req, balanceRequest) });
    if (answer === undefined) throw unavailable();
    renderAnswer(ctx, answer);
  });
  router.get('/rounds', (ctx) => {
    ctx.body = { open: rounds.openCount() };
  });
  router.get('/rounds/:round_id', (ctx) => {
    const round = rounds.get(ctx.params.round_id ?? '');
    if (round === undefined) throw new Problem(404, 'not_found', 'There is no such round');
    const { call: _, ...shown } = round;
    ctx.body = shown;
  });
  return router;
}

function renderSpin(ctx: Context, result: SpinResult): void {
  if (result.type === 'refused') {
    renderAnswer(ctx, result.answer);
    return;
  }
  const { round_id, transaction_ids, stake, win, outcome } = result.round;
  if (result.type === 'unknown') {
    throw new Problem(503, 'unavailable', 'The outcome is unknown; GET /rounds/:round_id says how it ended', {
      members: { round_id },
    });
  }
  const { balance, settled } = result;
  ctx.body = { round_id, transaction_ids, stake, win, outcome, balance, settled };
}

/**
 * What the wallet answered, to the player's client as it is; but that it does not know us is no fault of the player's, whose
 * page would take a 401 for the end of the login. @throws Problem 503 then
 */
function renderAnswer(ctx: Context, { status, body }: Answer): void {
  if (status === 401) throw new Problem(503, 'unavailable', 'The casino does not know the game; nothing has moved');
  ctx.status = status;
  if (status >= 400) ctx.type = 'application/problem+json';
  ctx.body = typeof body === 'string' ? body : JSON.stringify(body);
  if (status < 400) ctx.type = 'application/json';
}
