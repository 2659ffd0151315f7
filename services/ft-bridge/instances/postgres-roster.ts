import type { Postgres } from '../../../shared/postgres/postgres.js';
import type { Roll, Roster } from './roster.js';

/** The channel on which instances say that there is something to share anew. */
export const SHARE_NEWS = 'bridge_share';

const LEASE_END = `clock_timestamp() + $2 * interval '1 millisecond'`;

/**
 * What is released or left behind is free by `owner IS NULL`, and by nothing else: that is judged on the row itself, under
 * its lock, so two who take at once never take the same.
 */
export function createPostgresRoster(postgres: Postgres): Roster {
  return {
    async join({ id, name, leaseMs }) {
      await postgres.inTransaction(async (sql) => {
        if (name !== undefined)
          await sql.query('DELETE FROM bridge.instances WHERE name = $1 AND id <> $2', [name, id]);
        await sql.query(
          `INSERT INTO bridge.instances (id, expires_at, name) VALUES ($1, ${LEASE_END}, $3)
           ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at`,
          [id, leaseMs, name ?? null],
        );
        await sql.query('SELECT pg_notify($1, $2)', [SHARE_NEWS, id]);
      });
    },
    async renew(id, leaseMs) {
      const rows = await postgres.query(
        `UPDATE bridge.instances SET seen_at = clock_timestamp(), expires_at = ${LEASE_END} WHERE id = $1 RETURNING id`,
        [id, leaseMs],
      );
      return rows.length > 0;
    },
    async bury(id) {
      // Skips who is renewing at this moment: that one lives, and might be about to bury us.
      await postgres.query(
        `DELETE FROM bridge.instances WHERE id IN (
           SELECT id FROM bridge.instances WHERE expires_at <= clock_timestamp() AND id <> $1 FOR UPDATE SKIP LOCKED
         )`,
        [id],
      );
    },
    async roll(id) {
      const [row] = await postgres.query<RollRow>(
        `SELECT (SELECT count(*) FROM bridge.instances) AS instances,
                (SELECT count(*) FROM bridge.partitions WHERE owner IS NULL) AS free,
                (SELECT CASE WHEN owner IS NULL THEN 'free' WHEN owner = $1 THEN 'ours' ELSE 'taken' END
                   FROM bridge.intake) AS intake,
                (SELECT coalesce(json_agg(json_build_array(partition, epoch) ORDER BY partition), '[]')
                   FROM bridge.partitions WHERE owner = $1) AS held`,
        [id],
      );
      if (row === undefined) throw new Error('a query without FROM has no row');
      return {
        instances: Number(row.instances),
        free: Number(row.free),
        intake: row.intake,
        held: new Map(row.held),
      };
    },
    async take(id, count) {
      // Our own row is locked first: while we take, nobody can bury us.
      const rows = await postgres.query<{ partition: number; epoch: string }>(
        `WITH me AS MATERIALIZED (SELECT id FROM bridge.instances WHERE id = $1 FOR KEY SHARE),
              free AS MATERIALIZED (
                SELECT partition FROM bridge.partitions
                 WHERE owner IS NULL ORDER BY partition LIMIT $2 FOR UPDATE SKIP LOCKED
              )
         UPDATE bridge.partitions p SET owner = me.id, epoch = p.epoch + 1
           FROM me, free WHERE p.partition = free.partition
         RETURNING p.partition, p.epoch`,
        [id, count],
      );
      return new Map(rows.map(({ partition, epoch }) => [partition, Number(epoch)]));
    },
    async takeIntake(id) {
      const rows = await postgres.query(
        `WITH me AS MATERIALIZED (SELECT id FROM bridge.instances WHERE id = $1 FOR KEY SHARE)
         UPDATE bridge.intake SET owner = me.id, epoch = epoch + 1 FROM me WHERE owner IS NULL RETURNING epoch`,
        [id],
      );
      return rows.length > 0;
    },
    async release(id, partitions) {
      await postgres.query(
        `WITH released AS (
           UPDATE bridge.partitions SET owner = NULL WHERE owner = $1 AND partition = ANY($2::smallint[]) RETURNING partition
         )
         SELECT pg_notify($3, $4) FROM (SELECT count(*) FROM released) r`,
        [id, partitions, SHARE_NEWS, id],
      );
    },
    async leave(id) {
      await postgres.query(
        `WITH gone AS (DELETE FROM bridge.instances WHERE id = $1 RETURNING id)
         SELECT pg_notify($2, $3) FROM (SELECT count(*) FROM gone) g`,
        [id, SHARE_NEWS, id],
      );
    },
  };
}

type RollRow = {
  readonly instances: string;
  readonly free: string;
  readonly intake: Roll['intake'];
  readonly held: readonly (readonly [number, number])[];
};
