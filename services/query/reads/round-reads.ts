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
};

/**
 * Rounds whose first bet was before a moment and that may still pay, oldest first: those behind the one that is named
 * (also when it was closed meanwhile).
 */
export async function readOpenRounds(
  sql: Sql,
  { before, after, limit }: { readonly before: Date; readonly after: RoundKey | undefined; readonly limit: number },
): Promise<readonly RoundRow[]> {
  const rows = await sql.query<RoundRow & { readonly staked: string; readonly won: string }>(
    `select r.player_id::text as player_id, provider, round_id, game_id, currency, staked, won, bets, wins, rolled_back,
       first_bet_at, last_at
     from read_model.rounds r
     where is_open and first_bet_at < $1 and ($2::bigint is null or (first_bet_at, r.player_id, provider, round_id) >
       (select first_bet_at, player_id, provider, round_id from read_model.rounds
        where player_id = $2 and provider = $3 and round_id = $4))
     order by first_bet_at, r.player_id, provider, round_id limit $5`,
    [before, after?.playerId ?? null, after?.provider ?? null, after?.roundId ?? null, limit],
  );
  // With the currency's decimals: SQL's nothing is "0", ours is "0.00".
  return rows.map((row) => ({
    ...row,
    staked: add(zero(row.currency), row.staked),
    won: add(zero(row.currency), row.won),
  }));
}
