import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Sql } from '../../../shared/postgres/postgres.js';
import type { Parked } from '../inbox/inbox.js';

/** A lane that nobody else can move until our transaction ends. Revisions; −1 is none. */
export type LockedLane = {
  readonly playerId: PlayerId;
  readonly delivered: number;
  readonly taken: number;
  readonly takenHash: string;
  readonly isFailing: boolean;
  readonly parked: Pick<Parked, 'revision' | 'kind'> | undefined;
  readonly replay: { readonly next: number; readonly last: number } | undefined;
};

type LockedRow = {
  readonly delivered_revision: string;
  readonly taken_revision: string;
  readonly taken_hash: string;
  readonly attempts: number;
  readonly parked_revision: string | null;
  readonly parked_kind: Parked['kind'] | null;
  readonly replay_next: string | null;
  readonly replay_last: string | null;
};

/** Intake, delivery and retention lock the same row before they change anything of the player. */
export async function lockLane(sql: Sql, playerId: PlayerId): Promise<LockedLane | undefined> {
  const [row] = await sql.query<LockedRow>(
    `SELECT delivered_revision, taken_revision, taken_hash, attempts, parked_revision, parked_kind, replay_next, replay_last
       FROM bridge.lanes WHERE player_id = $1 FOR UPDATE`,
    [playerId],
  );
  if (row === undefined) return undefined;
  return {
    playerId,
    delivered: Number(row.delivered_revision),
    taken: Number(row.taken_revision),
    takenHash: row.taken_hash,
    isFailing: row.attempts > 0,
    parked:
      row.parked_revision === null || row.parked_kind === null
        ? undefined
        : { revision: Number(row.parked_revision), kind: row.parked_kind },
    replay:
      row.replay_next === null || row.replay_last === null
        ? undefined
        : { next: Number(row.replay_next), last: Number(row.replay_last) },
  };
}

/** The revision that the lane sends next. */
export function nextOf({ replay, delivered }: LockedLane): number {
  return replay?.next ?? delivered + 1;
}

export type EventName = { readonly event_id: string; readonly type: string };

/** Undefined when the inbox does not have it. */
export async function eventAt(sql: Sql, playerId: PlayerId, revision: number): Promise<EventName | undefined> {
  const [row] = await sql.query<EventName>(
    'SELECT event_id, type FROM bridge.inbox WHERE player_id = $1 AND revision = $2',
    [playerId, revision],
  );
  return row;
}

/** Assignments of a lane that begins anew with its next event. What Fast Track confirmed of that event is kept. */
export const NO_FAILURES = `attempts = 0, refusals = 0, failing_since = NULL, next_attempt_at = NULL, last_status = NULL,
  last_error = NULL`;

export const NOT_PARKED = 'parked_revision = NULL, parked_kind = NULL, parked_reason = NULL, parked_at = NULL';
