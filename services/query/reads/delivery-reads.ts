import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Row, Sql } from '../../../shared/postgres/postgres.js';

// Where the bridge is with what Fast Track is to hear: its own tables, read only.

const LANE = `player_id::text as player_id, taken_revision::int as taken_revision,
  delivered_revision::int as delivered_revision, (taken_revision - delivered_revision)::int as backlog, attempts,
  failing_since, next_attempt_at, last_status, last_error, parked_revision::int as parked_revision, parked_kind,
  parked_reason, parked_at, replay_next::int as replay_next, replay_last::int as replay_last`;

/** A player's lane; undefined when the bridge has taken nothing of this player. */
export async function readLane(sql: Sql, playerId: PlayerId): Promise<Row | undefined> {
  const [row] = await sql.query(`select ${LANE} from bridge.lanes where player_id = $1`, [playerId]);
  return row;
}

/** Lanes that stand still until an operator decides, or that fail and are tried again; by player. */
export function readLanes(
  sql: Sql,
  { state, after, limit }: { readonly state: 'parked' | 'failing'; readonly after: number; readonly limit: number },
): Promise<readonly Row[]> {
  const condition =
    state === 'parked'
      ? 'parked_revision is not null'
      : `failing_since is not null and parked_revision is null
         and (delivered_revision < taken_revision or replay_next is not null)`;
  return sql.query(
    `select ${LANE} from bridge.lanes where ${condition} and player_id > $1 order by lanes.player_id limit $2`,
    [after, limit],
  );
}

/** What was taken of a player, newest first, and when Fast Track confirmed it or an operator decided to skip it. */
export function readDeliveries(
  sql: Sql,
  playerId: PlayerId,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly (Row & { readonly revision: number })[]> {
  return sql.query(
    `select revision::int as revision, event_id, type, recorded_at, taken_at, delivered_at, skipped_at, attempts, last_status
     from bridge.inbox where player_id = $1 and revision < $2 order by revision desc limit $3`,
    [playerId, before ?? Number.MAX_SAFE_INTEGER, limit],
  );
}
