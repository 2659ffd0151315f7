import { backofficeAccess } from '../../../shared/http/access.js';
import type { BackofficeCallers } from '../../../shared/http/api-key.js';
import { found, nextCursor, noParameters, noStore, playerIdOf, whileReadable } from '../../../shared/http/reading.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Operations } from '../operations/operations.js';
import { decidedAnswer, decisionsAnswer, laneAnswer, lanesAnswer, replayedAnswer } from './answers.js';
import { decisionsPage, lanesPage, noMembers, replayBody, skipBody } from './fields.js';
import { answerOf, orUnavailable } from './outcome-problem.js';

export type OperationsRoutes = {
  readonly operations: Operations;
  readonly keys: BackofficeCallers;
};

/** What operators of the brand look up about delivery, and decide when a lane stands still. */
export function operationsRoutes({ operations, keys }: OperationsRoutes): Routes {
  const routes = createRoutes({
    prefix: '/operations',
    tag: 'back office',
    access: backofficeAccess(keys),
    around: [noStore, whileReadable],
  });
  const decides = { query: noParameters, problems: ['player_not_found', 'invalid_transition'] } as const;

  routes.get(
    '/lanes',
    { summary: 'Lanes that are parked, or fail and are tried again', query: lanesPage, answers: { 200: lanesAnswer } },
    async (ctx, { query: wanted }) => {
      const lanes = await operations.lanes(wanted);
      ctx.body = { lanes, next_after: nextCursor(lanes, wanted.limit, ({ player_id }) => player_id) };
    },
  );

  routes.get(
    '/lanes/:player_id',
    {
      summary: 'Where a lane stands, and its failed requests, newest first',
      query: noParameters,
      answers: { 200: laneAnswer },
      problems: ['player_not_found'],
    },
    async (ctx) => {
      ctx.body = found(await operations.lane(playerIdOf(ctx.params.player_id)));
    },
  );

  routes.post(
    '/lanes/:player_id/retry',
    { ...decides, summary: 'Tries what stands, now', body: noMembers, answers: { 200: decidedAnswer } },
    async (ctx, { caller: by }) => {
      const playerId = playerIdOf(ctx.params.player_id);
      const decision = answerOf(ctx, await orUnavailable(operations.retry({ playerId, by })));
      ctx.body = { decision, lane: await laneNow(playerId) };
    },
  );

  routes.post(
    '/lanes/:player_id/skip',
    {
      ...decides,
      summary: 'Passes over what stands, for a reason that is kept',
      description: 'Fast Track never hears of it. `revision` is what the operator means: another one is refused.',
      body: skipBody,
      answers: { 200: decidedAnswer },
    },
    async (ctx, { caller: by, body: { revision, reason } }) => {
      const playerId = playerIdOf(ctx.params.player_id);
      const decision = answerOf(ctx, await orUnavailable(operations.skip({ playerId, by, revision, reason })));
      ctx.body = { decision, lane: await laneNow(playerId) };
    },
  );

  routes.post(
    '/lanes/:player_id/replay',
    {
      ...decides,
      summary: 'Sends a range again, each message under its old Idempotency-Key',
      description: 'Each end by revision or by recorded time; without one, the range is open there.',
      body: replayBody,
      answers: { 200: replayedAnswer },
    },
    async (ctx, { caller: by, body: { from, to } }) => {
      const playerId = playerIdOf(ctx.params.player_id);
      const replayed = answerOf(ctx, await orUnavailable(operations.replay({ playerId, by, from, to })));
      ctx.body = { ...replayed, lane: await laneNow(playerId) };
    },
  );

  routes.get(
    '/decisions',
    {
      summary: 'What operators decided, in order; kept for ever',
      query: decisionsPage,
      answers: { 200: decisionsAnswer },
    },
    async (ctx, { query: wanted }) => {
      const decisions = await operations.decisions(wanted);
      ctx.body = { decisions, next_after: nextCursor(decisions, wanted.limit, ({ id }) => id) };
    },
  );

  return routes;

  async function laneNow(playerId: PlayerId) {
    return (await orUnavailable(operations.lane(playerId)))?.lane;
  }
}
