import { z } from 'zod';
import { limitParameter, nextCursor, playerParameter } from '../../../shared/http/reading.js';
import type { Routes } from '../../../shared/http/routes.js';
import { readDeliveries, readLane, readLanes } from '../reads/delivery-reads.js';
import { deliveriesAnswer, lanesAnswer } from './answers.js';
import { type BackofficeOptions, backofficeGroup } from './backoffice-group.js';

const ENTRIES = 50;
const ENTRIES_MAX = 500;

const deliveriesPage = z
  .strictObject({
    player_id: playerParameter,
    before: z
      .string()
      .regex(/^\d{1,10}$/, 'must be a revision')
      .transform(Number)
      .optional(),
    limit: limitParameter(ENTRIES, ENTRIES_MAX),
  })
  .transform(({ player_id, before, limit }) => ({ playerId: player_id, before, limit }));

const lanesPage = z
  .strictObject({
    state: z.enum(['parked', 'failing']).default('parked'),
    after: playerParameter.optional(),
    limit: limitParameter(ENTRIES, ENTRIES_MAX),
  })
  .transform(({ state, after, limit }) => ({ state, after: Number(after ?? 0), limit }));

/** What operators look up about delivery to Fast Track. */
export function deliveriesRoutes({ postgres, freshness, keys }: BackofficeOptions): Routes {
  const routes = backofficeGroup('/backoffice', { freshness, keys });

  routes.get(
    '/deliveries',
    {
      summary: 'What Fast Track was told of a player, newest first',
      query: deliveriesPage,
      answers: { 200: deliveriesAnswer },
    },
    async (ctx, { query: wanted }) => {
      const lane = (await readLane(postgres, wanted.playerId)) ?? null;
      const deliveries = await readDeliveries(postgres, wanted.playerId, wanted);
      ctx.body = { lane, deliveries, next_before: nextCursor(deliveries, wanted.limit, (row) => String(row.revision)) };
    },
  );

  routes.get(
    '/lanes',
    {
      summary: 'Players whose messages stand still, or fail and are tried again',
      query: lanesPage,
      answers: { 200: lanesAnswer },
    },
    async (ctx, { query: wanted }) => {
      const lanes = await readLanes(postgres, wanted);
      ctx.body = { lanes, next_after: nextCursor(lanes, wanted.limit, (row) => String(row.player_id)) };
    },
  );

  return routes;
}
