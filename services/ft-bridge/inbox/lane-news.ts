import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import type { Sql } from '../../../shared/postgres/postgres.js';

/** The channel on which a transaction says whose lanes it has changed; the payload is player ids with commas between. */
export const LANE_NEWS = 'bridge_lanes';

/** A payload must stay below 8,000 bytes. */
const IDS_PER_NOTICE = 500;

/** Heard by every instance once the transaction commits, and never if it does not. */
export async function announceLanes(sql: Sql, playerIds: readonly PlayerId[]): Promise<void> {
  for (let start = 0; start < playerIds.length; start += IDS_PER_NOTICE) {
    const payload = playerIds.slice(start, start + IDS_PER_NOTICE).join(',');
    await sql.query('SELECT pg_notify($1, $2)', [LANE_NEWS, payload]);
  }
}

/** Whose lanes a notice is about. Anyone may write on a channel: what names no player is passed over. */
export function readLaneNews(payload: string): readonly PlayerId[] {
  return payload.split(',').flatMap((id) => parsePlayerId(id) ?? []);
}
