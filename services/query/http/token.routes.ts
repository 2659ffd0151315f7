import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { parseJson, readRawBody, validate } from '../../../shared/http/json-body.js';
import { grantOperatorToken, type OperatorAuth } from '../../../shared/http/operator-auth.js';
import { noStore, queryOf } from '../../../shared/http/reading.js';

/** Fast Track adds fields whenever it likes: unknown ones are ignored. */
const grantRequest = z.object({
  client_id: z.string(),
  client_secret: z.string(),
  grant_type: z.literal('client_credentials').default('client_credentials'),
});

export type TokenRoutes = { readonly auth: OperatorAuth; readonly nowMs: () => number };

/** OAuth2 client credentials, asked for as JSON or, as Fast Track may, in the query string. */
export function tokenRoutes({ auth, nowMs }: TokenRoutes): Router {
  const router = new Router();
  router.use(noStore);
  router.post('/token', async (ctx) => grant(ctx, validate(grantRequest, parseJson(await readRawBody(ctx.req)))));
  router.get('/token', async (ctx) => grant(ctx, queryOf(ctx, grantRequest)));
  return router;

  async function grant(ctx: Context, request: z.infer<typeof grantRequest>): Promise<void> {
    ctx.body = await grantOperatorToken(auth, request.client_id, request.client_secret, nowMs());
  }
}
