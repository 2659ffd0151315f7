import { parsePlayerId } from '../../../shared/ids/ids.js';
import type { Sql } from '../../../shared/postgres/postgres.js';
import type { ForgottenPlayer } from '../runtime/unfinished-erasures.js';

/** Whom the projector knows to be forgotten, in the order in which it heard of it. */
export async function readForgottenPlayers(
  sql: Sql,
  after: bigint | undefined,
  limit: number,
): Promise<readonly ForgottenPlayer[]> {
  const rows = await sql.query<{ readonly player_id: string; readonly position: string }>(
    `SELECT player_id, position
       FROM read_model.forgotten_players
      WHERE position > $1
      ORDER BY position
      LIMIT $2`,
    [String(after ?? -1n), limit],
  );
  return rows.map((row) => {
    const playerId = parsePlayerId(row.player_id);
    if (playerId === undefined) throw new Error(`the player ${row.player_id} is forgotten`);
    return { playerId, position: BigInt(row.position) };
  });
}
