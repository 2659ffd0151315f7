import { parsePlayerId } from '../../../shared/ids/ids.js';
import type { LaneState } from './inbox.js';

export const LANE_COLUMNS = `player_id, delivered_revision, taken_revision, parts_done, attempts, refusals, failing_since,
  next_attempt_at, last_status, last_error, replay_next, replay_last, parked_revision`;

export type LaneRow = {
  readonly player_id: string;
  readonly delivered_revision: string;
  readonly taken_revision: string;
  readonly parts_done: number;
  readonly attempts: number;
  readonly refusals: number;
  readonly failing_since: Date | null;
  readonly next_attempt_at: Date | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly replay_next: string | null;
  readonly replay_last: string | null;
  readonly parked_revision: string | null;
};

export function laneOf(row: LaneRow): LaneState {
  const playerId = parsePlayerId(row.player_id);
  if (playerId === undefined) throw new Error(`lane of ${row.player_id}, who can be no player`);
  return {
    playerId,
    delivered: Number(row.delivered_revision),
    taken: Number(row.taken_revision),
    partsDone: row.parts_done,
    failing:
      row.attempts === 0 || row.failing_since === null || row.next_attempt_at === null
        ? undefined
        : {
            attempts: row.attempts,
            refusals: row.refusals,
            since: row.failing_since.getTime(),
            nextAttemptAt: row.next_attempt_at.getTime(),
            status: row.last_status ?? undefined,
            error: row.last_error ?? '',
          },
    replay:
      row.replay_next === null || row.replay_last === null
        ? undefined
        : { next: Number(row.replay_next), last: Number(row.replay_last) },
    parked: row.parked_revision === null ? undefined : Number(row.parked_revision),
  };
}
