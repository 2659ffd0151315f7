import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Row, Sql } from '../../../shared/postgres/postgres.js';

const STATE = `CASE WHEN l.parked_revision IS NOT NULL THEN 'parked' WHEN l.attempts > 0 THEN 'retrying'
  WHEN l.replay_next IS NOT NULL THEN 'replaying' WHEN l.delivered_revision < l.taken_revision THEN 'delivering'
  ELSE 'idle' END`;

/** Where it stands or what it sends next; a lane that is parked further on still delivers what is before. */
const REVISION = 'coalesce(l.parked_revision, l.replay_next, l.delivered_revision + 1)';

const LANE = `l.player_id::text AS player_id, ${STATE} AS state, ${REVISION}::int AS revision,
  i.event_id, i.type AS event_type, l.parked_kind AS kind, coalesce(l.parked_reason, l.last_error) AS reason,
  coalesce(l.parked_at, l.failing_since) AS since, l.attempts, l.next_attempt_at, l.last_status, l.last_error,
  l.parts_done, l.delivered_revision::int AS delivered_revision, l.taken_revision::int AS taken_revision,
  (l.taken_revision - l.delivered_revision)::int AS backlog, l.replay_next::int AS replay_next,
  l.replay_last::int AS replay_last
  FROM bridge.lanes l
  LEFT JOIN bridge.inbox i ON i.player_id = l.player_id AND i.revision = ${REVISION}`;

export type LaneView = Row & {
  readonly player_id: string;
  readonly state: 'parked' | 'retrying' | 'replaying' | 'delivering' | 'idle';
  readonly revision: number;
};

export async function readLane(sql: Sql, playerId: PlayerId): Promise<LaneView | undefined> {
  const [lane] = await sql.query<LaneView>(`SELECT ${LANE} WHERE l.player_id = $1`, [playerId]);
  return lane;
}

export type LanesWanted = {
  readonly state: 'parked' | 'retrying';
  readonly after: string;
  readonly limit: number;
};

/** By player. */
export function readLanes(sql: Sql, { state, after, limit }: LanesWanted): Promise<readonly LaneView[]> {
  const condition =
    state === 'parked'
      ? 'l.parked_revision IS NOT NULL'
      : `l.parked_revision IS NULL AND l.attempts > 0
         AND (l.delivered_revision < l.taken_revision OR l.replay_next IS NOT NULL)`;
  return sql.query<LaneView>(`SELECT ${LANE} WHERE ${condition} AND l.player_id > $1 ORDER BY l.player_id LIMIT $2`, [
    after,
    limit,
  ]);
}

/** Failed requests, newest first; of events that the inbox still has. */
export function readAttempts(sql: Sql, playerId: PlayerId, limit: number): Promise<readonly Row[]> {
  return sql.query(
    `SELECT revision::int AS revision, part, at, status, error, duration_ms FROM bridge.attempts
      WHERE player_id = $1 ORDER BY attempts.revision DESC, n DESC LIMIT $2`,
    [playerId, limit],
  );
}
