import type { KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { playerAccess } from '../../../shared/http/access.js';
import type { PlayerTokenKey } from '../../../shared/http/player-token.js';
import { Problem, unauthorized } from '../../../shared/http/problem.js';
import {
  found,
  nextCursor,
  noParameters,
  noStore,
  playerNotFound,
  whileReadable,
} from '../../../shared/http/reading.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import type { Freshness } from '../../../shared/postgres/freshness.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import type { PlayerFeed } from '../feed/player-feed.js';
import { readPerson } from '../reads/export-reads.js';
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
import {
  balanceAnswer,
  bonusesAnswer,
  exportAnswer,
  frontEndTokenAnswer,
  limitsAnswer,
  paymentsAnswer,
  playerAnswer,
  sessionsAnswer,
  transactionsAnswer,
} from './answers.js';
import { exportStream } from './data-export.js';
import { FRONT_END_TOKEN_TTL_S, frontEndToken } from './front-end-token.js';
import { page, transactionPage } from './paging.js';
import { POSITION_HEADERS, reached } from './reading.js';

/** How long a player who has a token, so exists, may take to arrive in the read models. */
const ARRIVAL_TIMEOUT_MS = 1_000;
const ARRIVAL_POLL_MS = 10;

export type PlayerRoutes = {
  readonly postgres: Postgres;
  readonly freshness: Freshness;
  readonly feed: PlayerFeed;
  readonly key: PlayerTokenKey;
  readonly nowMs: () => number;
  /** Of Fast Track's front end; undefined where the brand does not use it. */
  readonly frontEndKey?: KeyObject;
};

/** What a player reads about itself, with the token of its login. */
export function playerRoutes({ postgres, freshness, feed, key, nowMs, frontEndKey }: PlayerRoutes): Routes {
  const routes = createRoutes({
    prefix: '/me',
    tag: 'player',
    access: playerAccess(key, nowMs),
    around: [noStore, whileReadable],
    checks: [
      reached(freshness),
      async (_ctx, login) => {
        const { revoked, forgotten } = await readStanding(postgres, login);
        if (revoked) throw unauthorized();
        if (forgotten) throw playerNotFound();
      },
    ],
    headers: POSITION_HEADERS,
  });

  routes.get(
    '/',
    {
      summary: 'Who I am',
      query: noParameters,
      answers: { 200: playerAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { caller: { playerId } }) => {
      ctx.body = found(await arrived(() => readPlayer(postgres, playerId, new Date(nowMs()))));
    },
  );

  routes.get(
    '/balance',
    {
      summary: 'What I have',
      query: noParameters,
      answers: { 200: balanceAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { caller: { playerId } }) => {
      ctx.body = found(await arrived(() => readBalance(postgres, playerId)));
    },
  );

  // What is used up of them is not here: command counts it, and says what remains when it refuses.
  routes.get(
    '/limits',
    {
      summary: 'The limits that bind now, each with the raise that is to come',
      query: noParameters,
      answers: { 200: limitsAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { caller: { playerId } }) => {
      ctx.body = { limits: await readLimits(postgres, playerId, new Date(nowMs())) };
    },
  );

  routes.get(
    '/transactions',
    {
      summary: 'What moved money or was asked to, newest first',
      query: transactionPage,
      answers: { 200: transactionsAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { caller: { playerId }, query: wanted }) => {
      const transactions = await readTransactions(postgres, playerId, wanted);
      const next_before = nextCursor(transactions, wanted.limit, ({ revision, part }) => `${revision}.${part}`);
      ctx.body = { transactions, next_before };
    },
  );

  routes.get(
    '/bonuses',
    {
      summary: 'Bonuses, newest first',
      query: page,
      answers: { 200: bonusesAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { caller: { playerId }, query: wanted }) => {
      const bonuses = await readBonuses(postgres, playerId, wanted);
      ctx.body = { bonuses, next_before: nextCursor(bonuses, wanted.limit, (row) => String(row.user_bonus_id)) };
    },
  );

  routes.get(
    '/payments',
    {
      summary: 'Deposits and withdrawals, newest first',
      query: page,
      answers: { 200: paymentsAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { caller: { playerId }, query: wanted }) => {
      const payments = await readPayments(postgres, playerId, wanted);
      ctx.body = { payments, next_before: nextCursor(payments, wanted.limit, (row) => String(row.payment_id)) };
    },
  );

  routes.get(
    '/game-sessions',
    {
      summary: 'Game sessions and what they came to, newest first',
      query: page,
      answers: { 200: sessionsAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { caller: { playerId }, query: wanted }) => {
      const sessions = await readGameSessions(postgres, playerId, wanted, new Date(nowMs()));
      const next_before = nextCursor(sessions, wanted.limit, (row) => String(row.session_id));
      ctx.body = { game_sessions: sessions, next_before };
    },
  );

  routes.get(
    '/events',
    {
      summary: 'That something of mine changed, as it happens',
      description:
        'Server-sent events: `changed` with `{"revision","position","balance"}`, the first at once. The stream ends after ' +
        'fifteen minutes, at a logout or when a player opens a fifth; its reader then asks again.',
      query: noParameters,
      answers: { 200: { mediaType: 'text/event-stream' } },
      problems: ['player_not_found'],
    },
    (ctx, { caller: login }) => {
      ctx.type = 'text/event-stream';
      ctx.body = feed.open(login);
    },
  );

  routes.get(
    '/fast-track-token',
    {
      summary: 'A token that says to Fast Track’s front end who I am',
      query: noParameters,
      answers: { 200: frontEndTokenAnswer },
      problems: ['player_not_found', 'not_found'],
    },
    async (ctx, { caller: { playerId } }) => {
      if (frontEndKey === undefined) throw new Problem(404, 'not_found', "Fast Track's front end is not used here");
      const token = await frontEndToken(frontEndKey, playerId, nowMs());
      ctx.body = { token, expires_in: FRONT_END_TOKEN_TTL_S };
    },
  );

  routes.get(
    '/data',
    {
      summary: 'All that is held about me',
      query: noParameters,
      answers: { 200: exportAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { caller: { playerId } }) => {
      const person = found(await arrived(() => readPerson(postgres, playerId)));
      ctx.attachment(`croupier-player-${playerId}.json`);
      ctx.type = 'application/json';
      // Once the status is out, a cut connection is the only way left to say that the rest is missing; Koa cuts it.
      ctx.body = exportStream(postgres, playerId, person, new Date(nowMs()));
    },
  );

  return routes;
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
