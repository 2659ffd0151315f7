import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';

/** The heads of the read models, beside the inbox's own marks. */
export type Heads = {
  newest(): Promise<bigint | undefined>;
  /** The last of this player's events that the read models show. */
  revisionOf(playerId: PlayerId): Promise<number | undefined>;
  /** Players whose head moved after the one position, up to the other, and is not what the inbox has; by position. */
  missing(after: bigint, upTo: bigint, limit: number): Promise<readonly { playerId: PlayerId; position: bigint }[]>;
};

/** The projector's table: the one thing of the read models that the bridge looks at. */
export function createPostgresHeads(postgres: Postgres): Heads {
  const exists = async () => {
    const [row] = await postgres.query<{ found: boolean }>(
      `SELECT to_regclass('read_model.heads') IS NOT NULL AS found`,
    );
    return row?.found === true;
  };
  return {
    async newest() {
      // Before the projector has ever run there is nothing to compare with.
      if (!(await exists())) return undefined;
      const [row] = await postgres.query<{ newest: string | null }>(
        'SELECT max(position) AS newest FROM read_model.heads',
      );
      return row?.newest ? BigInt(row.newest) : undefined;
    },
    async revisionOf(playerId) {
      if (!(await exists())) return undefined;
      const [row] = await postgres.query<{ revision: string }>(
        'SELECT revision FROM read_model.heads WHERE player_id = $1',
        [playerId],
      );
      return row === undefined ? undefined : Number(row.revision);
    },
    async missing(after, upTo, limit) {
      if (!(await exists())) return [];
      const rows = await postgres.query<{ player_id: string; position: string }>(
        `SELECT h.player_id, h.position FROM read_model.heads h LEFT JOIN bridge.lanes l USING (player_id)
          WHERE h.position > $1 AND h.position <= $2
            AND (l.player_id IS NULL OR l.taken_revision < h.revision
                 OR (l.taken_revision = h.revision AND l.taken_hash <> h.hash))
          ORDER BY h.position LIMIT $3`,
        [String(after), String(upTo), limit],
      );
      return rows.flatMap((row) => {
        const playerId = parsePlayerId(row.player_id);
        return playerId === undefined ? [] : [{ playerId, position: BigInt(row.position) }];
      });
    },
  };
}
