import { z } from 'zod';
import { blockReason } from '../../../shared/events/player-events.js';
import {
  found,
  limitParameter,
  nextCursor,
  noParameters,
  playerIdOf,
  playerParameter,
} from '../../../shared/http/reading.js';
import type { Routes } from '../../../shared/http/routes.js';
import { findPlayers, readForgottenAt, readHead, readTimeline } from '../reads/backoffice-reads.js';
import { readGameSessions } from '../reads/game-session-reads.js';
import { readBalance, readBonuses, readLimits, readPayments, readPlayer } from '../reads/player-reads.js';
import { playerPageAnswer, playerSessionsAnswer, searchAnswer, timelineAnswer } from './answers.js';
import { type BackofficeOptions, backofficeGroup } from './backoffice-group.js';
import { page } from './paging.js';

const PLAYERS = 50;
const PLAYERS_MAX = 200;
const EMAIL_LENGTH_MAX = 320;
const EVENTS = 100;
const EVENTS_MAX = 1_000;
/** Of each list on a player's page; the rest is in the timeline. */
const RECENT = 20;

const search = z
  .strictObject({
    email: z.string().min(1).max(EMAIL_LENGTH_MAX).optional(),
    player_id: playerParameter.optional(),
    block: z.enum(['any', ...blockReason.options]).optional(),
    after: playerParameter.optional(),
    limit: limitParameter(PLAYERS, PLAYERS_MAX),
  })
  .transform(({ email, player_id, block, after, limit }) => ({ email, playerId: player_id, block, after, limit }));

const timelinePage = z
  .strictObject({
    after: z
      .string()
      .regex(/^\d{1,10}$/, 'must be a revision')
      .transform(Number)
      .optional(),
    limit: limitParameter(EVENTS, EVENTS_MAX),
  })
  .transform(({ after, limit }) => ({ after, limit }));

/** What operators of the brand look up about players. */
export function backofficeRoutes({
  postgres,
  freshness,
  keys,
  nowMs,
}: BackofficeOptions & { readonly nowMs: () => number }): Routes {
  const routes = backofficeGroup('/backoffice/players', { freshness, keys });

  routes.get(
    '/',
    {
      summary: 'Finds players by e-mail address, id or block',
      query: search,
      answers: { 200: searchAnswer },
    },
    async (ctx, { query: wanted }) => {
      const players = await findPlayers(postgres, wanted, new Date(nowMs()));
      ctx.body = { players, next_after: nextCursor(players, wanted.limit, (row) => String(row.player_id)) };
    },
  );

  routes.get(
    '/:id',
    {
      summary: 'A player whole, of one moment',
      query: noParameters,
      answers: { 200: playerPageAnswer },
      problems: ['player_not_found'],
    },
    async (ctx) => {
      const player = playerIdOf(ctx.params.id);
      // One transaction, so that all of the page is of one moment.
      ctx.body = await postgres.inTransaction(async (sql) => {
        await sql.query('set transaction isolation level repeatable read');
        const recent = { before: undefined, limit: RECENT };
        const now = new Date(nowMs());
        return {
          ...found(await readPlayer(sql, player, now)),
          forgotten_at: await readForgottenAt(sql, player),
          limits: await readLimits(sql, player, now),
          balance: await readBalance(sql, player),
          bonuses: await readBonuses(sql, player, recent),
          payments: await readPayments(sql, player, recent),
          game_sessions: await readGameSessions(sql, player, recent, now),
          head: await readHead(sql, player),
        };
      });
    },
  );

  routes.get(
    '/:id/game-sessions',
    {
      summary: 'Game sessions and what they came to, newest first',
      query: page,
      answers: { 200: playerSessionsAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { query: wanted }) => {
      const player = playerIdOf(ctx.params.id);
      found(await readHead(postgres, player));
      const sessions = await readGameSessions(postgres, player, wanted, new Date(nowMs()));
      const next_before = nextCursor(sessions, wanted.limit, (row) => String(row.session_id));
      ctx.body = { player_id: player, game_sessions: sessions, next_before };
    },
  );

  routes.get(
    '/:id/timeline',
    {
      summary: 'Every event of a player, oldest first',
      query: timelinePage,
      answers: { 200: timelineAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { query: wanted }) => {
      const player = playerIdOf(ctx.params.id);
      found(await readHead(postgres, player));
      const events = await readTimeline(postgres, player, wanted);
      ctx.body = {
        player_id: player,
        events,
        next_after: nextCursor(events, wanted.limit, (row) => String(row.revision)),
      };
    },
  );

  return routes;
}
