import { z } from 'zod';
import { found, limitParameter, nextCursor, playerIdOf } from '../../../shared/http/reading.js';
import type { Routes } from '../../../shared/http/routes.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { readHead } from '../reads/backoffice-reads.js';
import { readLedgerEntries } from '../reads/ledger-reads.js';
import { readBonuses, readPayments } from '../reads/player-reads.js';
import { readPlayerRounds } from '../reads/round-reads.js';
import { playerBonusesAnswer, playerLedgerAnswer, playerPaymentsAnswer, playerRoundsAnswer } from './answers.js';
import { type BackofficeOptions, backofficeGroup } from './backoffice-group.js';
import { page } from './paging.js';

const ENTRIES = 50;
const ENTRIES_MAX = 500;

const belowRevision = z
  .strictObject({
    before: z
      .string()
      .regex(/^\d{1,10}$/, 'must be a revision')
      .transform(Number)
      .optional(),
    limit: limitParameter(ENTRIES, ENTRIES_MAX),
  })
  .transform(({ before, limit }) => ({ before, limit }));

/** The lists of a player's page, each newest first and page by page. */
export function playerListsRoutes({ postgres, freshness, keys }: BackofficeOptions): Routes {
  const routes = backofficeGroup('/backoffice/players/:id', { freshness, keys });

  routes.get(
    '/ledger',
    {
      summary: 'What moved a player’s money: postings, and the balances after them; newest first',
      query: belowRevision,
      answers: { 200: playerLedgerAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { query: wanted }) => {
      const player = await existing(ctx.params.id);
      const entries = await readLedgerEntries(postgres, player, wanted);
      const next_before = nextCursor(entries, wanted.limit, ({ revision }) => String(revision));
      ctx.body = { player_id: player, entries, next_before };
    },
  );

  routes.get(
    '/bonuses',
    {
      summary: 'A player’s bonuses, newest first',
      query: page,
      answers: { 200: playerBonusesAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { query: wanted }) => {
      const player = await existing(ctx.params.id);
      const bonuses = await readBonuses(postgres, player, wanted);
      const next_before = nextCursor(bonuses, wanted.limit, (row) => String(row.user_bonus_id));
      ctx.body = { player_id: player, bonuses, next_before };
    },
  );

  routes.get(
    '/payments',
    {
      summary: 'A player’s deposits and withdrawals, newest first',
      query: page,
      answers: { 200: playerPaymentsAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { query: wanted }) => {
      const player = await existing(ctx.params.id);
      const payments = await readPayments(postgres, player, wanted);
      const next_before = nextCursor(payments, wanted.limit, (row) => String(row.payment_id));
      ctx.body = { player_id: player, payments, next_before };
    },
  );

  routes.get(
    '/rounds',
    {
      summary: 'The rounds of a player’s newest bets',
      description:
        'A page is made of so many bets, so it may hold fewer rounds, and a round whose bets lie on two pages is on both.',
      query: belowRevision,
      answers: { 200: playerRoundsAnswer },
      problems: ['player_not_found'],
    },
    async (ctx, { query: wanted }) => {
      const player = await existing(ctx.params.id);
      const { rounds, nextBefore } = await readPlayerRounds(postgres, player, wanted);
      ctx.body = { player_id: player, rounds, next_before: nextBefore === null ? null : String(nextBefore) };
    },
  );

  return routes;

  async function existing(id: string | undefined): Promise<PlayerId> {
    const player = playerIdOf(id);
    found(await readHead(postgres, player));
    return player;
  }
}
