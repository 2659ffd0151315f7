import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Postgres, Sql } from '../../../shared/postgres/postgres.js';
import { announceLanes } from '../inbox/lane-news.js';
import { type Decision, keepDecision } from './decisions.js';
import { eventAt, type LockedLane, lockLane, NO_FAILURES, NOT_PARKED, nextOf } from './lane-lock.js';
import { done, type Outcome, PLAYER_UNKNOWN, wrongPlace } from './outcome.js';

export type Retry = { readonly playerId: PlayerId; readonly by: string };

export type Retried = {
  readonly decision: Decision;
  /** The event is not in the inbox, for it could not be read: it is to be read from the event store again. */
  readonly needsRepair: boolean;
};

/** Has a lane that is parked or failing try its event at once. */
export function retry(postgres: Postgres, { playerId, by }: Retry): Promise<Outcome<Retried>> {
  return postgres.inTransaction(async (sql) => {
    const lane = await lockLane(sql, playerId);
    if (lane === undefined) return PLAYER_UNKNOWN;
    if (lane.parked === undefined && !lane.isFailing) return wrongPlace('the lane is neither parked nor failing');
    const needsRepair = lane.parked?.kind === 'unreadable' && lane.parked.revision > lane.taken;
    if (!needsRepair) await letGo(sql, lane);
    const revision = lane.parked?.revision ?? nextOf(lane);
    const event = await eventAt(sql, playerId, revision);
    const decision = await keepDecision(sql, { by, playerId, action: 'retry', revision, event });
    await announceLanes(sql, [playerId]);
    return done({ decision, needsRepair });
  });
}

async function letGo(sql: Sql, { playerId, parked }: LockedLane): Promise<void> {
  const change =
    parked === undefined
      ? // It goes on counting: what an operator wants tried now may still be nobody's to deliver.
        'next_attempt_at = clock_timestamp()'
      : `${NO_FAILURES}, ${NOT_PARKED}`;
  await sql.query(`UPDATE bridge.lanes SET ${change} WHERE player_id = $1`, [playerId]);
}
