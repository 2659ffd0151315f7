import Router from '@koa/router';
import { z } from 'zod';
import { validate } from '../../../shared/http/json-body.js';
import { malformed, Problem } from '../../../shared/http/problem.js';
import type { Pages } from '../pages/pages.js';
import { readJson } from '../read-json.js';
import { type Audience, SEGMENT_IDS } from './audience.js';
import { campaignIdSchema, campaignSettingsSchema } from './campaign-book.js';
import { type Faults, faultPlanSchema } from './faults.js';
import type { Profile } from './profile.js';
import { type Staging, TooManyCampaigns } from './staging.js';

const MESSAGES_PER_ANSWER_MAX = 10_000;

const audienceQuery = z.object({ segment: z.enum(SEGMENT_IDS).default('everyone') });
const afterQuery = z.object({ after: z.coerce.number().int().min(0).default(0) });

export type StagingRoutesOptions = {
  readonly profile: Profile;
  readonly staging: Staging;
  readonly audience: Audience;
  readonly faults: Faults;
  readonly pages: Pages;
};

/** How a person or a test looks into staging and tells it what to do. */
export function stagingRoutes({ profile, staging, audience, faults, pages }: StagingRoutesOptions): Router {
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
  router.get('/audience', async (ctx) => {
    ctx.body = await audience.seen(validate(audienceQuery, { ...ctx.query }).segment);
  });
  router.get('/campaigns', (ctx) => {
    ctx.body = { campaigns: [...staging.campaigns()].map(([id, settings]) => ({ id, ...settings })) };
  });
  router.get('/campaigns/:id', (ctx) => {
    const campaign = staging.campaigns().get(ctx.params.id ?? '');
    if (campaign === undefined) throw noSuchCampaign();
    ctx.body = campaign;
  });
  router.put('/campaigns/:id', async (ctx) => {
    const id = campaignIdSchema.safeParse(ctx.params.id).data;
    if (id === undefined) throw noSuchCampaign();
    const settings = await readJson(ctx.req, campaignSettingsSchema);
    if (settings.amount === null && !profile.creditsTemplates) {
      throw malformed([{ detail: 'must be a number in this profile', pointer: '/amount' }]);
    }
    try {
      await staging.setCampaign(id, settings);
    } catch (error) {
      if (!(error instanceof TooManyCampaigns)) throw error;
      throw new Problem(422, 'limit_exceeded', 'There are as many campaigns as there may be', { cause: error });
    }
    ctx.body = settings;
  });
  return router;
}

function noSuchCampaign(): Problem {
  return new Problem(404, 'not_found', 'There is no such campaign');
}
