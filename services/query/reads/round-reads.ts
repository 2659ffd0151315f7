import type { PlayerId } from '../../../shared/ids/ids.js';
import { add, zero } from '../../../shared/money/money.js';
import type { Row, Sql } from '../../../shared/postgres/postgres.js';

/** One round among all; where a page ended. */
export type RoundKey = { readonly playerId: PlayerId; readonly provider: string; readonly roundId: string };

export type RoundRow = Row & {
  readonly player_id: string;
  readonly provider: string;
  readonly round_id: string;
  readonly currency: string;
  readonly staked: string;
  readonly won: string;
};

/**
 * Rounds whose first bet was before a moment and that may still pay, oldest first: those behind the one that is named
 * (also when it was closed meanwhile).
 */
export async function readOpenRounds(
  sql: Sql,
  { before, after, limit }: { readonly before: Date; readonly after: RoundKey | undefined; readonly limit: number },
): Promise<readonly RoundRow[]> {
  const rows = await sql.query<RoundRow>(
    `select r.player_id::text as player_id, provider, round_id, game_id, currency, staked, won, bets, wins, rolled_back,
       first_bet_at, last_at
     from read_model.rounds r
     where is_open and first_bet_at < $1 and ($2::bigint is null or (first_bet_at, r.player_id, provider, round_id) >
       (select first_bet_at, player_id, provider, round_id from read_model.rounds
        where player_id = $2 and provider = $3 and round_id = $4))
     order by first_bet_at, r.player_id, provider, round_id limit $5`,
    [before, after?.playerId ?? null, after?.provider ?? null, after?.roundId ?? null, limit],
  );
  return rows.map(exact);
}

/** A page of a player's bets: those below this revision. */
export type PlayerRoundsPage = { readonly before: number | undefined; readonly limit: number };

export type PlayerRoundRow = RoundRow & { readonly closed_at: Date | null; readonly is_open: boolean };

/**
 * The rounds of a player's newest bets, the newest first, and the revision below which the next page looks. Bets are
 * found by the player's own order, rounds have none: one whose bets lie on two pages is on both.
 */
export async function readPlayerRounds(
  sql: Sql,
  playerId: PlayerId,
  { before, limit }: PlayerRoundsPage,
): Promise<{ readonly rounds: readonly PlayerRoundRow[]; readonly nextBefore: number | null }> {
  const rows = await sql.query<PlayerRoundRow & { readonly bet_revision: number }>(
    `select b.revision::int as bet_revision, r.player_id::text as player_id, r.provider, r.round_id, r.game_id,
       r.currency, r.staked, r.won, r.bets, r.wins, r.rolled_back, r.first_bet_at, r.last_at, r.closed_at, r.is_open
     from (select t.revision, t.caller, t.round_id from read_model.transactions t
           where t.player_id = $1 and t.revision < $2 and t.kind = 'bet'
           order by t.revision desc limit $3) b
       join read_model.rounds r on r.player_id = $1 and r.provider = b.caller and r.round_id = b.round_id
     order by b.revision desc`,
    [playerId, before ?? Number.MAX_SAFE_INTEGER, limit],
  );
  const seen = new Map<string, PlayerRoundRow>();
  for (const { bet_revision: _, ...row } of rows) {
    const key = `${row.provider} ${row.round_id}`;
    if (!seen.has(key)) seen.set(key, exact(row));
  }
  const last = rows.length < limit ? undefined : rows.at(-1);
  return { rounds: [...seen.values()], nextBefore: last?.bet_revision ?? null };
}

/** With the currency's decimals: SQL's nothing is "0", ours is "0.00". */
function exact<R extends RoundRow>(row: R): R {
  return { ...row, staked: add(zero(row.currency), row.staked), won: add(zero(row.currency), row.won) };
}
