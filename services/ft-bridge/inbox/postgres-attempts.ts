import type { Sql } from '../../../shared/postgres/postgres.js';
import { ATTEMPTS_KEPT, type FailedAttempt } from './inbox.js';

const ERROR_LENGTH_MAX = 500;

/**
 * Writes failed attempts of many lanes in one statement, each numbered after the last that is kept of its event, and
 * removes those of the same events that are too old. Of an event that the inbox no longer has, none is written.
 */
export async function keepAttempts(sql: Sql, attempts: readonly FailedAttempt[]): Promise<void> {
  if (attempts.length === 0) return;
  await sql.query(
    `WITH failed AS (
       SELECT f.*, row_number() OVER (PARTITION BY f.player_id, f.revision ORDER BY f.ordinality)
                   + coalesce(last.n, 0) AS n
         FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::timestamptz[], $5::smallint[], $6::text[], $7::int[])
                WITH ORDINALITY AS f(player_id, revision, part, at, status, error, duration_ms, ordinality)
         JOIN bridge.inbox i ON i.player_id = f.player_id AND i.revision = f.revision
         LEFT JOIN LATERAL (
           SELECT max(a.n) AS n FROM bridge.attempts a WHERE a.player_id = f.player_id AND a.revision = f.revision
         ) last ON true
     ), old AS (
       DELETE FROM bridge.attempts a
        USING (SELECT player_id, revision, max(n) AS n FROM failed GROUP BY player_id, revision) newest
        WHERE a.player_id = newest.player_id AND a.revision = newest.revision AND a.n <= newest.n - $8
     )
     INSERT INTO bridge.attempts (player_id, revision, n, part, at, status, error, duration_ms)
     SELECT player_id, revision, n, part, at, status, error, duration_ms FROM failed`,
    [
      attempts.map(({ playerId }) => playerId),
      attempts.map(({ revision }) => revision),
      attempts.map(({ part }) => part),
      attempts.map(({ at }) => new Date(at).toISOString()),
      attempts.map(({ status }) => status ?? null),
      attempts.map(({ error }) => error.slice(0, ERROR_LENGTH_MAX)),
      attempts.map(({ durationMs }) => Math.round(durationMs)),
      ATTEMPTS_KEPT,
    ],
  );
}
