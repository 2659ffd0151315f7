import type { Context } from 'koa';
import { z } from 'zod';
import { anyone } from '../../../shared/http/access.js';
import { grantOperatorToken, type OperatorAuth } from '../../../shared/http/operator-auth.js';
import { noStore } from '../../../shared/http/reading.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import { accessTokenAnswer } from './answers.js';

/** Fast Track adds fields whenever it likes: unknown ones are ignored. */
const grantRequest = z.object({
  client_id: z.string(),
  client_secret: z.string(),
  grant_type: z.literal('client_credentials').default('client_credentials'),
});

export type TokenRoutes = { readonly auth: OperatorAuth; readonly nowMs: () => number };

/** OAuth2 client credentials, asked for as JSON or, as Fast Track may, in the query string. */
export function tokenRoutes({ auth, nowMs }: TokenRoutes): Routes {
  const routes = createRoutes({ tag: 'Fast Track', access: anyone, around: [noStore] });
  const token = {
    summary: 'An access token for a client and its secret (OAuth2 client credentials)',
    answers: { 200: accessTokenAnswer },
    problems: ['unauthorized'],
  } as const;
  routes.post('/token', { ...token, body: grantRequest }, (ctx, { body }) => grant(ctx, body));
  routes.get('/token', { ...token, query: grantRequest }, (ctx, { query }) => grant(ctx, query));
  return routes;

  async function grant(ctx: Context, request: z.infer<typeof grantRequest>): Promise<void> {
    ctx.body = await grantOperatorToken(auth, request.client_id, request.client_secret, nowMs());
  }
}
