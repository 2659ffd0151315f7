import type { Postgres, Sql } from '../../../shared/postgres/postgres.js';
import type { Delivered, FailedAttempt, Replayed, Standing } from './inbox.js';
import { keepAttempts } from './postgres-attempts.js';
import { lockOwned } from './postgres-fence.js';

/**
 * Marks what Fast Track has confirmed, of many lanes in one transaction. It does not wait for the disk: what is lost
 * with the machine is sent again under the same key.
 */
export async function settle(
  postgres: Postgres,
  all: {
    readonly delivered: readonly Delivered[];
    readonly standing: readonly Standing[];
    readonly replayed: readonly Replayed[];
    readonly attempts: readonly FailedAttempt[];
  },
): Promise<void> {
  const fenced = [...all.delivered, ...all.standing, ...all.replayed];
  if (fenced.length === 0 && all.attempts.length === 0) return;
  await postgres.inTransaction(async (sql) => {
    // In one order, as intake locks them: so the two never wait for each other.
    const lanes = [...new Set(fenced.map(({ playerId }) => playerId))];
    const [isOurs] = await Promise.all([
      lockOwned(sql, fenced),
      sql.query('SET LOCAL synchronous_commit = off'),
      sql.query(
        'SELECT player_id FROM bridge.lanes WHERE player_id = ANY($1::bigint[]) ORDER BY player_id FOR UPDATE',
        [lanes],
      ),
    ]);
    await Promise.all([
      markDelivered(sql, all.delivered.filter(isOurs)),
      keepStanding(sql, all.standing.filter(isOurs)),
      keepReplays(sql, all.replayed.filter(isOurs)),
      keepAttempts(sql, all.attempts),
    ]);
  });
}

/** The event id must match: a confirmation of an event that the truth has since replaced moves no lane. */
async function markDelivered(sql: Sql, delivered: readonly Delivered[]): Promise<void> {
  if (delivered.length === 0) return;
  await sql.query(
    `WITH done AS (
       UPDATE bridge.inbox i SET delivered_at = d.delivered_at, attempts = d.attempts, last_status = d.status
         FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::int[], $6::smallint[])
           AS d(player_id, revision, event_id, delivered_at, attempts, status)
        WHERE i.player_id = d.player_id AND i.revision = d.revision AND i.event_id = d.event_id
       RETURNING i.player_id, i.revision
     )
     UPDATE bridge.lanes l
        SET delivered_revision = s.revision, parts_done = 0, attempts = 0, refusals = 0, failing_since = NULL,
            next_attempt_at = NULL, last_status = NULL, last_error = NULL
       FROM (SELECT player_id, max(revision) AS revision FROM done GROUP BY player_id) s
      WHERE l.player_id = s.player_id AND l.delivered_revision < s.revision`,
    [
      delivered.map(({ playerId }) => playerId),
      delivered.map(({ revision }) => revision),
      delivered.map(({ eventId }) => eventId),
      delivered.map(({ at }) => new Date(at).toISOString()),
      delivered.map(({ attempts }) => attempts),
      delivered.map(({ status }) => status ?? null),
    ],
  );
}

async function keepStanding(sql: Sql, standing: readonly Standing[]): Promise<void> {
  if (standing.length === 0) return;
  await sql.query(
    `UPDATE bridge.lanes l
        SET parts_done = s.parts_done, attempts = s.attempts, refusals = s.refusals,
            failing_since = s.failing_since, next_attempt_at = s.next_attempt_at, last_status = s.last_status,
            last_error = s.last_error
       FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::int[], $5::int[], $6::timestamptz[],
                   $7::timestamptz[], $8::smallint[], $9::text[])
         AS s(player_id, delivered, parts_done, attempts, refusals, failing_since, next_attempt_at, last_status,
              last_error)
      WHERE l.player_id = s.player_id AND l.delivered_revision = s.delivered`,
    [
      standing.map(({ playerId }) => playerId),
      standing.map(({ delivered }) => delivered),
      standing.map(({ partsDone }) => partsDone),
      standing.map(({ failing }) => failing?.attempts ?? 0),
      standing.map(({ failing }) => failing?.refusals ?? 0),
      standing.map(({ failing }) => isoOf(failing?.since)),
      standing.map(({ failing }) => isoOf(failing?.nextAttemptAt)),
      standing.map(({ failing }) => failing?.status ?? null),
      standing.map(({ failing }) => failing?.error ?? null),
    ],
  );
}

/** Forwards only, and only within the replay that it was: an operator may have asked for another meanwhile. */
async function keepReplays(sql: Sql, replayed: readonly Replayed[]): Promise<void> {
  if (replayed.length === 0) return;
  await sql.query(
    `UPDATE bridge.lanes l
        SET replay_next = CASE WHEN r.next <= r.last THEN r.next END,
            replay_last = CASE WHEN r.next <= r.last THEN r.last END
       FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS r(player_id, next, last)
      WHERE l.player_id = r.player_id AND l.replay_last = r.last AND l.replay_next < r.next`,
    [replayed.map(({ playerId }) => playerId), replayed.map(({ next }) => next), replayed.map(({ last }) => last)],
  );
}

function isoOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
