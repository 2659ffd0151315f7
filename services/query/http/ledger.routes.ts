import Router from '@koa/router';
import { z } from 'zod';
import {
  limitParameter,
  nextCursor,
  noParameters,
  noStore,
  queryOf,
  whileReadable,
} from '../../../shared/http/reading.js';
import { readAccounts, readTrialBalance } from '../reads/ledger-reads.js';
import { type BackofficeOptions, onlyBackoffice } from './backoffice-auth.js';
import { atPosition } from './reading.js';

const ACCOUNTS = 100;
const ACCOUNTS_MAX = 1_000;
const NAME_LENGTH_MAX = 200;

const accountsPage = z.strictObject({
  prefix: z.string().max(NAME_LENGTH_MAX).default(''),
  after: z.string().max(NAME_LENGTH_MAX).default(''),
  limit: limitParameter(ACCOUNTS, ACCOUNTS_MAX),
});

/** What auditors look up: accounts, and whether debits equal credits. */
export function ledgerRoutes({ postgres, freshness, keys }: BackofficeOptions): Router {
  const router = new Router({ prefix: '/backoffice/ledger' });
  router.use(noStore, whileReadable);
  router.use(onlyBackoffice(keys));
  router.use(atPosition(freshness));

  router.get('/accounts', async (ctx) => {
    const wanted = queryOf(ctx, accountsPage);
    const accounts = await readAccounts(postgres, wanted);
    const next_after = nextCursor(accounts, wanted.limit, ({ account, currency }) => `${account} ${currency}`);
    ctx.body = { accounts, next_after };
  });

  router.get('/trial-balance', async (ctx) => {
    queryOf(ctx, noParameters);
    ctx.body = await readTrialBalance(postgres);
  });

  return router;
}
