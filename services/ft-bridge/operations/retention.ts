import { setTimeout as sleep } from 'node:timers/promises';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import type { Logger } from '../../../shared/telemetry/log.js';

export type RetentionOptions = {
  readonly postgres: Postgres;
  readonly retentionHours: number;
  /** Between one walk over all lanes and the next. */
  readonly retentionEveryMs: number;
  readonly onRemoved: (rows: number) => void;
  readonly logger: Logger;
};

export type Retention = {
  /** Until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Walks over all lanes once; answers how many rows it removed. @throws PostgresUnavailable */
  walk(signal: AbortSignal): Promise<number>;
};

const LANES_PER_LOOK = 500;
const LANES_PER_REMOVAL = 50;
const ROWS_PER_LANE = 100;

/**
 * Removes rows that Fast Track confirmed longer ago than they are to be kept, lane by lane from the oldest. A lane's first
 * row is found by the primary key, so delivery pays for no index of its own. What is not delivered, the last that was,
 * and what a replay will send stays; so does the lane with its mark. A lane that someone else holds is left to the next
 * walk: any number of instances may do this.
 */
export function createRetention(options: RetentionOptions): Retention {
  const { postgres, retentionHours, onRemoved, logger } = options;

  /** The next lanes, and which of them begin with something too old. */
  async function lookAfter(playerId: string) {
    const rows = await postgres.query<{ player_id: string; is_due: boolean | null }>(
      `SELECT l.player_id, first.at < clock_timestamp() - make_interval(hours => $3) AS is_due
         FROM (SELECT player_id, least(delivered_revision, replay_next) AS before FROM bridge.lanes
                WHERE player_id > $1 ORDER BY player_id LIMIT $2) l
         LEFT JOIN LATERAL (
           SELECT coalesce(i.delivered_at, i.skipped_at, i.taken_at) AS at FROM bridge.inbox i
            WHERE i.player_id = l.player_id AND i.revision < l.before ORDER BY i.revision LIMIT 1
         ) first ON true
        ORDER BY l.player_id`,
      [playerId, LANES_PER_LOOK, retentionHours],
    );
    return {
      last: rows.length < LANES_PER_LOOK ? undefined : rows.at(-1)?.player_id,
      due: rows.filter((row) => row.is_due === true).map((row) => row.player_id),
    };
  }

  async function remove(playerIds: readonly string[]): Promise<number> {
    const [row] = await postgres.query<{ removed: number }>(
      `WITH locked AS MATERIALIZED (
         SELECT player_id, least(delivered_revision, replay_next) AS before FROM bridge.lanes
          WHERE player_id = ANY($1::bigint[]) ORDER BY player_id FOR UPDATE SKIP LOCKED
       ), old AS MATERIALIZED (
         SELECT o.player_id, o.revision FROM locked l CROSS JOIN LATERAL (
           SELECT i.player_id, i.revision, coalesce(i.delivered_at, i.skipped_at, i.taken_at) AS at
             FROM bridge.inbox i WHERE i.player_id = l.player_id AND i.revision < l.before
            ORDER BY i.revision LIMIT $3
         ) o WHERE o.at < clock_timestamp() - make_interval(hours => $2)
       ), attempts AS (
         DELETE FROM bridge.attempts a USING old WHERE a.player_id = old.player_id AND a.revision = old.revision
       ), rows AS (
         DELETE FROM bridge.inbox i USING old WHERE i.player_id = old.player_id AND i.revision = old.revision
         RETURNING i.revision
       )
       SELECT count(*)::int AS removed FROM rows`,
      [playerIds, retentionHours, ROWS_PER_LANE],
    );
    return row?.removed ?? 0;
  }

  async function walk(signal: AbortSignal): Promise<number> {
    let total = 0;
    let from: string | undefined = '0';
    while (from !== undefined && !signal.aborted) {
      const { last, due } = await lookAfter(from);
      for (let start = 0; start < due.length && !signal.aborted; start += LANES_PER_REMOVAL) {
        total += await removeAll(due.slice(start, start + LANES_PER_REMOVAL), signal);
      }
      from = last;
    }
    return total;
  }

  async function removeAll(playerIds: readonly string[], signal: AbortSignal): Promise<number> {
    let total = 0;
    for (let removed = 1; removed > 0 && !signal.aborted; total += removed) {
      removed = await remove(playerIds);
      onRemoved(removed);
    }
    return total;
  }

  return {
    walk,
    async run(signal) {
      while (!signal.aborted) {
        await walk(signal).catch((err: unknown) => logger.warn({ err }, 'old rows could not be removed; later again'));
        await sleep(options.retentionEveryMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
