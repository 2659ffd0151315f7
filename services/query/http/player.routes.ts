import type { KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Router from '@koa/router';
import type { Context } from 'koa';
import {
  bearerTokenOf,
  type PlayerLogin,
  type PlayerTokenKey,
  verifyPlayerToken,
} from '../../../shared/http/player-token.js';
import { Problem, unauthorized } from '../../../shared/http/problem.js';
import {
  found,
  nextCursor,
  noParameters,
  noStore,
  playerNotFound,
  queryOf,
  whileReadable,
} from '../../../shared/http/reading.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import { readPerson } from '../reads/export-reads.js';
import type { Freshness } from '../reads/freshness.js';
import { readGameSessions } from '../reads/game-session-reads.js';
import {
  readBalance,
  readBonuses,
  readLimits,
  readPayments,
  readPlayer,
  readStanding,
  readTransactions,
} from '../reads/player-reads.js';
import { exportStream } from './data-export.js';
import { FRONT_END_TOKEN_TTL_S, frontEndToken } from './front-end-token.js';
import { page, transactionPage } from './paging.js';
import { atPosition } from './reading.js';

/** How long a player who has a token, so exists, may take to arrive in the read models. */
const ARRIVAL_TIMEOUT_MS = 1_000;
const ARRIVAL_POLL_MS = 10;

export type PlayerRoutes = {
  readonly postgres: Postgres;
  readonly freshness: Freshness;
  readonly key: PlayerTokenKey;
  readonly nowMs: () => number;
  /** Of Fast Track's front end; undefined where the brand does not use it. */
  readonly frontEndKey?: KeyObject;
};

/** What a player reads about itself, with the token of its login. */
export function playerRoutes({ postgres, freshness, key, nowMs, frontEndKey }: PlayerRoutes): Router {
  const router = new Router({ prefix: '/me' });
  router.use(noStore, whileReadable);
  router.use(async (ctx, next) => {
    ctx.state.login = await verifyPlayerToken(key, bearerTokenOf(ctx.get('Authorization')), nowMs());
    await next();
  });
  router.use(atPosition(freshness));
  router.use(async (ctx, next) => {
    const { revoked, forgotten } = await readStanding(postgres, ctx.state.login);
    if (revoked) throw unauthorized();
    if (forgotten) throw playerNotFound();
    await next();
  });

  router.get('/', async (ctx) => {
    queryOf(ctx, noParameters);
    ctx.body = found(await arrived(() => readPlayer(postgres, playerOf(ctx), new Date(nowMs()))));
  });

  router.get('/balance', async (ctx) => {
    queryOf(ctx, noParameters);
    ctx.body = found(await arrived(() => readBalance(postgres, playerOf(ctx))));
  });

  // What is used up of them is not here: command counts it, and says what remains when it refuses.
  router.get('/limits', async (ctx) => {
    queryOf(ctx, noParameters);
    ctx.body = { limits: await readLimits(postgres, playerOf(ctx), new Date(nowMs())) };
  });

  router.get('/transactions', async (ctx) => {
    const wanted = queryOf(ctx, transactionPage);
    const transactions = await readTransactions(postgres, playerOf(ctx), wanted);
    const next_before = nextCursor(transactions, wanted.limit, ({ revision, part }) => `${revision}.${part}`);
    ctx.body = { transactions, next_before };
  });

  router.get('/bonuses', async (ctx) => {
    const wanted = queryOf(ctx, page);
    const bonuses = await readBonuses(postgres, playerOf(ctx), wanted);
    ctx.body = { bonuses, next_before: nextCursor(bonuses, wanted.limit, (row) => String(row.user_bonus_id)) };
  });

  router.get('/payments', async (ctx) => {
    const wanted = queryOf(ctx, page);
    const payments = await readPayments(postgres, playerOf(ctx), wanted);
    ctx.body = { payments, next_before: nextCursor(payments, wanted.limit, (row) => String(row.payment_id)) };
  });

  router.get('/game-sessions', async (ctx) => {
    const wanted = queryOf(ctx, page);
    const sessions = await readGameSessions(postgres, playerOf(ctx), wanted, new Date(nowMs()));
    const next_before = nextCursor(sessions, wanted.limit, (row) => String(row.session_id));
    ctx.body = { game_sessions: sessions, next_before };
  });

  router.get('/fast-track-token', async (ctx) => {
    queryOf(ctx, noParameters);
    if (frontEndKey === undefined) throw new Problem(404, 'not_found', "Fast Track's front end is not used here");
    const token = await frontEndToken(frontEndKey, playerOf(ctx), nowMs());
    ctx.body = { token, expires_in: FRONT_END_TOKEN_TTL_S };
  });

  router.get('/data', async (ctx) => {
    queryOf(ctx, noParameters);
    const playerId = playerOf(ctx);
    const person = found(await arrived(() => readPerson(postgres, playerId)));
    ctx.attachment(`croupier-player-${playerId}.json`);
    ctx.type = 'application/json';
    // Once the status is out, a cut connection is the only way left to say that the rest is missing; Koa cuts it.
    ctx.body = exportStream(postgres, playerId, person, new Date(nowMs()));
  });

  return router;
}

function playerOf(ctx: Context): PlayerId {
  return (ctx.state.login as PlayerLogin).playerId;
}

/** Asks again for a while: the token proves that the player exists, so its rows are on their way. */
async function arrived<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = performance.now() + ARRIVAL_TIMEOUT_MS;
  for (;;) {
    const value = await read();
    if (value !== undefined || performance.now() >= deadline) return value;
    await sleep(ARRIVAL_POLL_MS);
  }
}
