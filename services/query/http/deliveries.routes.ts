import Router from '@koa/router';
import { z } from 'zod';
import {
  limitParameter,
  nextCursor,
  noStore,
  playerParameter,
  queryOf,
  whileReadable,
} from '../../../shared/http/reading.js';
import { readDeliveries, readLane, readLanes } from '../reads/delivery-reads.js';
import { type BackofficeOptions, onlyBackoffice } from './backoffice-auth.js';
import { atPosition } from './reading.js';

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
export function deliveriesRoutes({ postgres, freshness, keys }: BackofficeOptions): Router {
  const router = new Router({ prefix: '/backoffice' });
  router.use(noStore, whileReadable);
  router.use(onlyBackoffice(keys));
  router.use(atPosition(freshness));

  router.get('/deliveries', async (ctx) => {
    const wanted = queryOf(ctx, deliveriesPage);
    const lane = (await readLane(postgres, wanted.playerId)) ?? null;
    const deliveries = await readDeliveries(postgres, wanted.playerId, wanted);
    ctx.body = { lane, deliveries, next_before: nextCursor(deliveries, wanted.limit, (row) => String(row.revision)) };
  });

  router.get('/lanes', async (ctx) => {
    const wanted = queryOf(ctx, lanesPage);
    const lanes = await readLanes(postgres, wanted);
    ctx.body = { lanes, next_after: nextCursor(lanes, wanted.limit, (row) => String(row.player_id)) };
  });

  return router;
}
