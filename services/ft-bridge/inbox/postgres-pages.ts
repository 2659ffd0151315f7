import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { type Decoded, decodePlayerEvent, UnreadableEvent } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Sql } from '../../../shared/postgres/postgres.js';
import { groupBy } from './group-by.js';
import type { Page } from './inbox.js';

type EventRow = {
  readonly player_id: string;
  readonly revision: string;
  readonly event: Omit<StoredEvent, 'position'>;
};

/** One query for many lanes: after an outage thousands of them ask at once. */
export async function loadPages(
  sql: Sql,
  lanes: readonly { readonly playerId: PlayerId; readonly after: number }[],
  limit: number,
): Promise<readonly Page[]> {
  const rows = await sql.query<EventRow>(
    `SELECT p.player_id, p.revision, p.event
       FROM unnest($1::bigint[], $2::bigint[]) AS a(player_id, after)
       JOIN bridge.lanes l ON l.player_id = a.player_id
       CROSS JOIN LATERAL (
         SELECT i.player_id, i.revision, i.event FROM bridge.inbox i
          WHERE i.player_id = a.player_id AND i.revision > a.after
            AND (l.parked_revision IS NULL OR i.revision < l.parked_revision)
            -- Also a replay leaves out what an operator decided to skip.
            AND i.skipped_at IS NULL
          ORDER BY i.revision LIMIT $3
       ) p
      ORDER BY p.player_id, p.revision`,
    [lanes.map(({ playerId }) => playerId), lanes.map(({ after }) => after), limit],
  );
  const byPlayer = groupBy(rows, (row) => row.player_id);
  return lanes.map(({ playerId }) => pageOf(playerId, byPlayer.get(playerId) ?? []));
}

function pageOf(playerId: PlayerId, rows: readonly EventRow[]): Page {
  const events: Decoded<PlayerEvent>[] = [];
  for (const row of rows) {
    try {
      events.push(decodePlayerEvent(row.event));
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      return {
        playerId,
        events,
        unreadable: { revision: Number(row.revision), kind: 'unreadable', reason: error.message },
      };
    }
  }
  return { playerId, events, unreadable: undefined };
}
