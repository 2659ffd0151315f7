import type { PlayerId } from '../../../shared/ids/ids.js';
import { add, subtract, zero } from '../../../shared/money/money.js';
import type { Row, Sql } from '../../../shared/postgres/postgres.js';
import type { Page } from './player-reads.js';

type GameSessionRow = {
  readonly session_id: string;
  readonly game_id: string;
  readonly provider: string;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  readonly bets: number;
  readonly staked: string;
  readonly won: string;
  readonly currency: string;
};

/**
 * A player's game sessions with what they came to, newest first. An open one lasts until `now`. Rolled back bets and wins
 * count nowhere; `net` is what was won less what was staked.
 */
export async function readGameSessions(
  sql: Sql,
  playerId: PlayerId,
  { before, limit }: Page,
  now: Date,
): Promise<readonly Row[]> {
  const rows = await sql.query<GameSessionRow>(
    `select s.session_id, s.game_id, s.provider, s.started_at, s.ended_at, s.end_reason, s.bets, s.staked, s.won,
       p.currency
     from read_model.game_sessions s join read_model.players p using (player_id)
     where s.player_id = $1 and ($2::text is null or (s.started_at, s.session_id) <
       (select started_at, session_id from read_model.game_sessions where session_id = $2 and player_id = $1))
     order by s.started_at desc, s.session_id desc limit $3`,
    [playerId, before ?? null, limit],
  );
  return rows.map((row) => resultOf(row, now));
}

function resultOf({ bets, currency, ...row }: GameSessionRow, now: Date): Row {
  const { session_id, game_id, provider, started_at, ended_at, end_reason } = row;
  const staked = add(zero(currency), row.staked);
  const won = add(zero(currency), row.won);
  const lastsMs = (ended_at ?? now).getTime() - started_at.getTime();
  return {
    session_id,
    game_id,
    provider,
    started_at,
    ended_at,
    end_reason,
    // Another machine's clock may be ahead of ours.
    duration_s: Math.max(0, Math.floor(lastsMs / 1_000)),
    bets,
    staked,
    won,
    net: subtract(won, staked),
    currency,
  };
}
