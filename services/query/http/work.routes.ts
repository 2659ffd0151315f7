import { z } from 'zod';
import { limitParameter, nextCursor, noParameters } from '../../../shared/http/reading.js';
import type { Routes } from '../../../shared/http/routes.js';
import { isCallerId } from '../../../shared/ids/ids.js';
import type { BonusTemplate } from '../reads/bonus-offers.js';
import { readLag } from '../reads/lag-reads.js';
import { readOpenWithdrawals } from '../reads/withdrawal-reads.js';
import { bonusTemplatesAnswer, lagAnswer, withdrawalsAnswer } from './answers.js';
import { type BackofficeOptions, backofficeGroup } from './backoffice-group.js';

const WITHDRAWALS = 50;
const WITHDRAWALS_MAX = 500;

const openWithdrawals = z.strictObject({
  status: z.enum(['requested', 'approved']).default('requested'),
  after: z.string().refine(isCallerId, 'must be the next_after of another page').optional(),
  limit: limitParameter(WITHDRAWALS, WITHDRAWALS_MAX),
});

type WorkOptions = BackofficeOptions & {
  readonly templates: readonly BonusTemplate[];
  readonly nowMs: () => number;
};

/** What operators have to do, and what they need for it: open withdrawals, the bonuses there are, what is late. */
export function workRoutes({ postgres, freshness, keys, templates, nowMs }: WorkOptions): Routes {
  const routes = backofficeGroup('/backoffice', { freshness, keys });

  routes.get(
    '/withdrawals',
    {
      summary: 'Withdrawals that wait, oldest first',
      description:
        '`requested`: for the back office; `approved`: for the PSP. `holds` says why an approval would be refused now.',
      query: openWithdrawals,
      answers: { 200: withdrawalsAnswer },
    },
    async (ctx, { query: { status, after, limit } }) => {
      const withdrawals = await readOpenWithdrawals(postgres, { status, after, limit }, new Date(nowMs()));
      ctx.body = { withdrawals, next_after: nextCursor(withdrawals, limit, (row) => String(row.payment_id)) };
    },
  );

  routes.get(
    '/bonus-templates',
    {
      summary: 'The bonuses that may be granted today',
      query: noParameters,
      answers: { 200: bonusTemplatesAnswer },
    },
    (ctx) => {
      ctx.body = { bonus_templates: templates };
    },
  );

  routes.get(
    '/lag',
    {
      summary: 'How far the read models, the bridge and Fast Track are behind',
      query: noParameters,
      answers: { 200: lagAnswer },
    },
    async (ctx) => {
      ctx.body = await postgres.inTransaction(async (sql) => {
        await sql.query('set transaction isolation level repeatable read');
        return readLag(sql);
      });
    },
  );

  return routes;
}
