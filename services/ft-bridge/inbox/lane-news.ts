import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import type { Sql } from '../../../shared/postgres/postgres.js';

/** The channel on which a transaction says whose lanes it has changed; the payload is player ids with commas between. */
export const LANE_NEWS = 'bridge_lanes';

/** The channel on which it says whose lanes have only grown: `<player id>:<last revision taken>`, with commas between. */
export const GROWTH_NEWS = 'bridge_growth';

/** A payload must stay below 8,000 bytes. */
const IDS_PER_NOTICE = 500;
const GROWTHS_PER_NOTICE = 300;

/** How far a lane reaches now. */
export type Growth = { readonly playerId: PlayerId; readonly taken: number };

/** Heard by every instance once the transaction commits, and never if it does not. */
export async function announceLanes(sql: Sql, playerIds: readonly PlayerId[]): Promise<void> {
  await announce(sql, LANE_NEWS, playerIds, IDS_PER_NOTICE);
}

export async function announceGrowth(sql: Sql, grown: readonly Growth[]): Promise<void> {
  const said = grown.map(({ playerId, taken }) => `${playerId}:${taken}`);
  await announce(sql, GROWTH_NEWS, said, GROWTHS_PER_NOTICE);
}

/** Whose lanes a notice is about. Anyone may write on a channel: what names no player is passed over. */
export function readLaneNews(payload: string): readonly PlayerId[] {
  return payload.split(',').flatMap((id) => parsePlayerId(id) ?? []);
}

export function readGrowthNews(payload: string): readonly Growth[] {
  return payload.split(',').flatMap((said) => {
    const [id = '', revision = ''] = said.split(':');
    const playerId = parsePlayerId(id);
    return playerId === undefined || !/^\d{1,15}$/.test(revision) ? [] : [{ playerId, taken: Number(revision) }];
  });
}

async function announce(sql: Sql, channel: string, said: readonly string[], perNotice: number): Promise<void> {
  for (let start = 0; start < said.length; start += perNotice) {
    await sql.query('SELECT pg_notify($1, $2)', [channel, said.slice(start, start + perNotice).join(',')]);
  }
}
