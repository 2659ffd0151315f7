import { parsePlayerId } from '../../../shared/ids/ids.js';
import type { Postgres, Sql } from '../../../shared/postgres/postgres.js';
import type { DueTime, TimerLease } from '../runtime/timers.js';

/** The name of the lease among the database's advisory locks: any number that nobody else takes. */
export const TIMERS_LOCK = '7214633014557108';

/** How long a holder may say nothing before the server ends its transaction, and the lease with it. */
const SILENCE_MAX_MS = 2_000;

type DueRow = { readonly player_id: string; readonly kind: string; readonly subject: string; readonly due_at: Date };

/**
 * The lease is a transaction's: it goes back when the work is done, when the holder dies, and when it hangs or is paused
 * (the server ends a transaction that is silent for too long). Nothing is written, so a read-only pool will do.
 *
 * @throws PostgresUnavailable also when the lease was lost meanwhile; the driver's error while there are no tables yet.
 */
export function createTimerLease(postgres: Postgres, silenceMaxMs = SILENCE_MAX_MS): TimerLease {
  return (work) =>
    postgres.inTransaction(async (sql) => {
      const [lease] = await sql.query<{ readonly held: boolean }>(
        `SELECT set_config('idle_in_transaction_session_timeout', $1, true), pg_try_advisory_xact_lock($2) AS held`,
        [String(silenceMaxMs), TIMERS_LOCK],
      );
      if (lease?.held !== true) return false;
      await work((before, limit, after) => readDueTimes(sql, before, limit, after));
      return true;
    });
}

/** What was due before a moment, as far as the projector knows, oldest first, behind `after`. */
export async function readDueTimes(
  sql: Sql,
  before: string,
  limit: number,
  after: DueTime | undefined,
): Promise<readonly DueTime[]> {
  const rows = await sql.query<DueRow>(
    `SELECT player_id, kind, subject, due_at
       FROM read_model.due_times
      WHERE due_at <= $1 AND (due_at, player_id) > ($3::timestamptz, $4::bigint)
      ORDER BY due_at, player_id
      LIMIT $2`,
    [before, limit, after?.dueAt ?? '-infinity', after?.playerId ?? 0],
  );
  return rows.map(({ player_id, kind, subject, due_at }) => {
    const playerId = parsePlayerId(player_id);
    if (playerId === undefined) throw new Error(`a due time names the player ${player_id}`);
    return { playerId, kind, subject, dueAt: due_at.toISOString() };
  });
}
