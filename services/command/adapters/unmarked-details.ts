import { parsePlayerId } from '../../../shared/ids/ids.js';
import type { Sql } from '../../../shared/postgres/postgres.js';
import type { UnmarkedDetails } from '../runtime/unmarked-details.js';

/** Players whose profile is further than their own stream has said, as far as the projector knows. */
export async function readUnmarkedDetails(sql: Sql, limit: number): Promise<readonly UnmarkedDetails[]> {
  const rows = await sql.query<{ readonly player_id: string; readonly revision: string }>(
    `SELECT profiles.player_id, profiles.revision
       FROM read_model.profiles
       JOIN read_model.players USING (player_id)
      WHERE profiles.revision > players.marked_profile_revision
      ORDER BY profiles.player_id
      LIMIT $1`,
    [limit],
  );
  return rows.map((row) => {
    const playerId = parsePlayerId(row.player_id);
    if (playerId === undefined) throw new Error(`a profile names the player ${row.player_id}`);
    return { playerId, profileRevision: Number(row.revision) };
  });
}
