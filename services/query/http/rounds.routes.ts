import { z } from 'zod';
import { limitParameter, nextCursor } from '../../../shared/http/reading.js';
import type { Routes } from '../../../shared/http/routes.js';
import { parsePlayerId } from '../../../shared/ids/ids.js';
import { type RoundKey, type RoundRow, readOpenRounds } from '../reads/round-reads.js';
import { roundsAnswer } from './answers.js';
import { type BackofficeOptions, backofficeGroup } from './backoffice-group.js';

const ROUNDS = 100;
const ROUNDS_MAX = 1_000;

const UNIT_MS: { readonly [unit: string]: number } = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `48h`, `90m`, `2d`; in milliseconds. */
const age = z
  .string()
  .regex(/^\d{1,5}[mhd]$/, 'must be a number of minutes, hours or days: 90m, 48h, 2d')
  .transform((text) => Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? 0));

/** `<player_id> <provider> <round_id>`, as `next_after` of the page before. */
const roundCursor = z.string().transform((text, context): RoundKey => {
  const [, player = '', provider = '', roundId = ''] = /^(\d{1,10}) (.+) (\S{1,128})$/.exec(text) ?? [];
  const playerId = parsePlayerId(player);
  if (playerId !== undefined) return { playerId, provider, roundId };
  context.addIssue('must be the next_after of another page');
  return z.NEVER;
});

const openRounds = z.strictObject({
  open_for: age.default(48 * 3_600_000),
  after: roundCursor.optional(),
  limit: limitParameter(ROUNDS, ROUNDS_MAX),
});

/** What operators look up about rounds that got stuck: played, and not closed. */
export function roundsRoutes({
  postgres,
  freshness,
  keys,
  nowMs,
}: BackofficeOptions & { readonly nowMs: () => number }): Routes {
  const routes = backofficeGroup('/backoffice/rounds', { freshness, keys });

  routes.get(
    '/',
    {
      summary: 'Rounds that were played and not closed',
      query: openRounds,
      answers: { 200: roundsAnswer },
    },
    async (ctx, { query: { open_for: openForMs, after, limit } }) => {
      const rounds = await readOpenRounds(postgres, { before: new Date(nowMs() - openForMs), after, limit });
      ctx.body = { rounds, next_after: nextCursor(rounds, limit, cursorOf) };
    },
  );

  return routes;
}

function cursorOf({ player_id, provider, round_id }: RoundRow): string {
  return `${player_id} ${provider} ${round_id}`;
}
