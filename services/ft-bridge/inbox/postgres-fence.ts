import { partitionOf } from '../../../shared/bus/messages.js';
import type { Sql } from '../../../shared/postgres/postgres.js';
import type { Fenced } from './inbox.js';

/**
 * Which of these may still be written: those whose partition nobody has taken, or been given, since. Until the end of the
 * transaction none of their partitions changes hands.
 */
export async function lockOwned(sql: Sql, lanes: readonly Fenced[]): Promise<(lane: Fenced) => boolean> {
  const keyOf = ({ playerId, fence }: Fenced) => `${partitionOf(playerId)}@${fence}`;
  const claims = [...new Set(lanes.map(keyOf))].map((key) => key.split('@'));
  const rows = await sql.query<{ partition: number; epoch: string }>(
    `SELECT p.partition, p.epoch FROM bridge.partitions p
       JOIN unnest($1::smallint[], $2::bigint[]) AS c(partition, epoch)
         ON p.partition = c.partition AND p.epoch = c.epoch
      WHERE p.owner IS NOT NULL ORDER BY p.partition FOR SHARE OF p`,
    [claims.map(([partition]) => partition), claims.map(([, epoch]) => epoch)],
  );
  const owned = new Set(rows.map(({ partition, epoch }) => `${partition}@${epoch}`));
  return (lane) => owned.has(keyOf(lane));
}
