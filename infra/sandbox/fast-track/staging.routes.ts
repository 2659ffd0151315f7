import Router from '@koa/router';
import { z } from 'zod';
import { validate } from '../../../shared/http/json-body.js';
import { Problem } from '../../../shared/http/problem.js';
import type { Pages } from '../pages/pages.js';
import { readJson } from '../read-json.js';
import { CAMPAIGN_ID, campaignSettingsSchema } from './campaign-book.js';
import { type Faults, faultPlanSchema } from './faults.js';
import type { Staging } from './staging.js';

const MESSAGES_PER_ANSWER_MAX = 10_000;

const afterQuery = z.object({ after: z.coerce.number().int().min(0).default(0) });

export type StagingRoutesOptions = { readonly staging: Staging; readonly faults: Faults; readonly pages: Pages };

/** How a person or a test looks into staging and tells it what to do. */
export function stagingRoutes({ staging, faults, pages }: StagingRoutesOptions): Router {
  const router = new Router();
  router.get('/', (ctx) => pages.page(ctx, 'staging'));
  router.get('/assets/*path', (ctx) => pages.asset(ctx));
  router.get('/timeline/:user_id', async (ctx) => {
    const user_id = ctx.params.user_id ?? '';
    ctx.body = { user_id, entries: await staging.timeline(user_id) };
  });
  router.get('/messages', async (ctx) => {
    const { after } = validate(afterQuery, { ...ctx.query });
    ctx.type = 'application/json';
    ctx.body = `{"messages":${await staging.messagesAfter(after, MESSAGES_PER_ANSWER_MAX)}}`;
  });
  router.get('/stats', (ctx) => {
    ctx.body = { ...staging.counts(), faults: faults.current() };
  });
  router.get('/faults', (ctx) => {
    ctx.body = faults.current();
  });
  router.post('/faults', async (ctx) => {
    faults.replace(await readJson(ctx.req, faultPlanSchema));
    ctx.body = faults.current();
  });
  router.get('/campaigns', (ctx) => {
    ctx.body = { campaigns: [{ id: CAMPAIGN_ID, ...staging.campaign() }] };
  });
  router.get('/campaigns/:id', (ctx) => {
    requireKnown(ctx.params.id);
    ctx.body = staging.campaign();
  });
  router.put('/campaigns/:id', async (ctx) => {
    requireKnown(ctx.params.id);
    await staging.setCampaign(await readJson(ctx.req, campaignSettingsSchema));
    ctx.body = staging.campaign();
  });
  return router;
}

function requireKnown(campaignId: string | undefined): void {
  if (campaignId !== CAMPAIGN_ID) throw new Problem(404, 'not_found', 'There is no such campaign');
}
