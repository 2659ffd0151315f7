import Router from '@koa/router';
import type { Context } from 'koa';
import { type BackofficeCallers, callerOf } from '../../../shared/http/api-key.js';
import { readBody } from '../../../shared/http/json-body.js';
import {
  found,
  nextCursor,
  noParameters,
  noStore,
  playerIdOf,
  queryOf,
  whileReadable,
} from '../../../shared/http/reading.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Operations } from '../operations/operations.js';
import { decisionsPage, lanesPage, noMembers, replayBody, skipBody } from './fields.js';
import { answerOf, whileWritable } from './outcome-problem.js';

export type OperationsRoutes = {
  readonly operations: Operations;
  readonly keys: BackofficeCallers;
};

/** What operators of the brand look up about delivery, and decide when a lane stands still. */
export function operationsRoutes({ operations, keys }: OperationsRoutes): Router {
  const router = new Router({ prefix: '/operations' });
  router.use(noStore, whileReadable);
  router.use(async (ctx, next) => {
    ctx.state.caller = callerOf(ctx, keys);
    await next();
  });

  router.get('/lanes', async (ctx) => {
    const wanted = queryOf(ctx, lanesPage);
    const lanes = await operations.lanes(wanted);
    ctx.body = { lanes, next_after: nextCursor(lanes, wanted.limit, ({ player_id }) => player_id) };
  });

  router.get('/lanes/:player_id', async (ctx) => {
    queryOf(ctx, noParameters);
    ctx.body = found(await operations.lane(playerIdOf(ctx.params.player_id)));
  });

  router.post('/lanes/:player_id/retry', whileWritable, async (ctx) => {
    const { playerId, by } = asked(ctx);
    await readBody(ctx.req, noMembers);
    const decision = answerOf(ctx, await operations.retry({ playerId, by }));
    ctx.body = { decision, lane: await laneNow(playerId) };
  });

  router.post('/lanes/:player_id/skip', whileWritable, async (ctx) => {
    const { playerId, by } = asked(ctx);
    const { revision, reason } = await readBody(ctx.req, skipBody);
    const decision = answerOf(ctx, await operations.skip({ playerId, by, revision, reason }));
    ctx.body = { decision, lane: await laneNow(playerId) };
  });

  router.post('/lanes/:player_id/replay', whileWritable, async (ctx) => {
    const { playerId, by } = asked(ctx);
    const { from, to } = await readBody(ctx.req, replayBody);
    const { decision, events } = answerOf(ctx, await operations.replay({ playerId, by, from, to }));
    ctx.body = { decision, events, lane: await laneNow(playerId) };
  });

  router.get('/decisions', async (ctx) => {
    const wanted = queryOf(ctx, decisionsPage);
    const decisions = await operations.decisions(wanted);
    ctx.body = { decisions, next_after: nextCursor(decisions, wanted.limit, ({ id }) => id) };
  });

  return router;

  async function laneNow(playerId: PlayerId) {
    return (await operations.lane(playerId))?.lane;
  }
}

function asked(ctx: Context): { readonly playerId: PlayerId; readonly by: string } {
  queryOf(ctx, noParameters);
  return { playerId: playerIdOf(String(ctx.params.player_id)), by: String(ctx.state.caller) };
}
