import { z } from 'zod';
import { limitParameter, nextCursor, noParameters } from '../../../shared/http/reading.js';
import type { Routes } from '../../../shared/http/routes.js';
import { readAccounts, readTrialBalance } from '../reads/ledger-reads.js';
import { accountsAnswer, trialBalanceAnswer } from './answers.js';
import { type BackofficeOptions, backofficeGroup } from './backoffice-group.js';

const ACCOUNTS = 100;
const ACCOUNTS_MAX = 1_000;
const NAME_LENGTH_MAX = 200;

const accountsPage = z.strictObject({
  prefix: z.string().max(NAME_LENGTH_MAX).default(''),
  after: z.string().max(NAME_LENGTH_MAX).default(''),
  limit: limitParameter(ACCOUNTS, ACCOUNTS_MAX),
});

/** What auditors look up: accounts, and whether debits equal credits. */
export function ledgerRoutes({ postgres, freshness, keys }: BackofficeOptions): Routes {
  const routes = backofficeGroup('/backoffice/ledger', { freshness, keys });

  routes.get(
    '/accounts',
    {
      summary: 'Accounts whose name begins so',
      query: accountsPage,
      answers: { 200: accountsAnswer },
    },
    async (ctx, { query: wanted }) => {
      const accounts = await readAccounts(postgres, wanted);
      const next_after = nextCursor(accounts, wanted.limit, ({ account, currency }) => `${account} ${currency}`);
      ctx.body = { accounts, next_after };
    },
  );

  routes.get(
    '/trial-balance',
    {
      summary: 'Whether debits equal credits, per currency',
      query: noParameters,
      answers: { 200: trialBalanceAnswer },
    },
    async (ctx) => {
      ctx.body = await readTrialBalance(postgres);
    },
  );

  return routes;
}
