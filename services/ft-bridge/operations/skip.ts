import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { isIntact } from '../../../shared/events/envelope.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Postgres, Sql } from '../../../shared/postgres/postgres.js';
import { announceLanes } from '../inbox/lane-news.js';
import { type Decision, keepDecision, type NewDecision, skipOf } from './decisions.js';
import { eventAt, type LockedLane, lockLane, NO_FAILURES, NOT_PARKED, nextOf } from './lane-lock.js';
import { done, doneBefore, type Outcome, PLAYER_UNKNOWN, wrongPlace } from './outcome.js';
import { keepRecords, type RecordSource, recordAt } from './stored-records.js';

export type Skip = {
  readonly playerId: PlayerId;
  /** Of the event at which the lane stands: whoever decides must have seen it. */
  readonly revision: number;
  readonly reason: string;
  readonly by: string;
};

/** Has delivery go on after the event at which a lane stands. The decision and its reason are kept for ever. */
export async function skip(postgres: Postgres, store: RecordSource, wanted: Skip): Promise<Outcome<Decision>> {
  const { playerId, revision } = wanted;
  const first = await postgres.inTransaction((sql) => skipInbox(sql, wanted));
  if (first !== 'not in the inbox') return first;
  // Read without holding the lane: the event store may be slow.
  const record = await recordAt(store, playerId, revision);
  if (record === undefined) return wrongPlace(`the event store has no revision ${revision} of this player`);
  return postgres.inTransaction((sql) => skipRecord(sql, wanted, record));
}

async function skipInbox(sql: Sql, wanted: Skip): Promise<Outcome<Decision> | 'not in the inbox'> {
  const lane = await lockLane(sql, wanted.playerId);
  const judged = await judge(sql, lane, wanted);
  if (!('stands' in judged)) return judged;
  const { stands } = judged;
  if (stands.replay !== undefined) return done(await passOver(sql, stands, wanted));
  if (wanted.revision > stands.taken) return 'not in the inbox';
  return done(await markSkipped(sql, wanted));
}

/** The event that the inbox lacks because nobody could read it: the chain goes on from what the event store has. */
async function skipRecord(sql: Sql, wanted: Skip, record: StoredEvent): Promise<Outcome<Decision>> {
  const { playerId, revision } = wanted;
  const lane = await lockLane(sql, playerId);
  const judged = await judge(sql, lane, wanted);
  if (!('stands' in judged)) return judged;
  const { taken, takenHash, replay } = judged.stands;
  if (replay !== undefined || taken !== revision - 1) return wrongPlace('the lane has moved meanwhile; look again');
  const flaw = flawOf(record, takenHash);
  if (flaw !== undefined) {
    return wrongPlace(
      `revision ${revision} in the event store ${flaw}, so what comes after it cannot be checked: audit the ledger first`,
    );
  }
  await keepRecords(sql, playerId, [record]);
  await sql.query(
    'UPDATE bridge.lanes SET taken_revision = $2, taken_hash = $3, taken_position = $4 WHERE player_id = $1',
    [playerId, revision, record.metadata.hash, String(record.position)],
  );
  return done(await markSkipped(sql, wanted));
}

/** Whether the lane stands at the revision that is to be skipped, or what to answer instead. */
async function judge(
  sql: Sql,
  lane: LockedLane | undefined,
  { playerId, revision, reason }: Skip,
): Promise<Outcome<Decision> | { readonly stands: LockedLane }> {
  if (lane === undefined) return PLAYER_UNKNOWN;
  const next = nextOf(lane);
  if (revision < next) {
    const before = await skipOf(sql, playerId, revision);
    if (before !== undefined && before.reason === reason) return doneBefore(before);
  }
  if (revision !== next) {
    return wrongPlace(`the lane is at revision ${next}, not at ${revision}; look again before you skip anything`);
  }
  if (lane.parked?.revision !== revision && !lane.isFailing) {
    return wrongPlace('the lane is neither parked nor failing: nothing needs to be skipped');
  }
  return { stands: lane };
}

function flawOf(record: StoredEvent, takenHash: string): string | undefined {
  const { position: _, ...wire } = record;
  if (!isIntact(wire)) return 'is not what its hash says';
  return record.metadata.prevHash === takenHash ? undefined : 'does not follow its predecessor';
}

async function markSkipped(sql: Sql, { playerId, revision, reason, by }: Skip): Promise<Decision> {
  // What Fast Track last answered is kept with the row, as of a delivered one.
  await sql.query(
    `UPDATE bridge.inbox i SET skipped_at = clock_timestamp(), attempts = l.attempts, last_status = l.last_status
       FROM bridge.lanes l WHERE i.player_id = $1 AND i.revision = $2 AND l.player_id = $1`,
    [playerId, revision],
  );
  await sql.query(
    `UPDATE bridge.lanes SET delivered_revision = $2, parts_done = 0, ${NO_FAILURES} WHERE player_id = $1`,
    [playerId, revision],
  );
  await unparkUpTo(sql, playerId, revision);
  const event = await eventAt(sql, playerId, revision);
  if (event === undefined) throw new Error(`revision ${revision} of player ${playerId} was skipped, and is not there`);
  return decided(sql, { by, playerId, action: 'skip', revision, event, reason });
}

/** In a replay: the event was delivered once, and so its row stays as it is. */
async function passOver(sql: Sql, { replay }: LockedLane, { playerId, revision, reason, by }: Skip): Promise<Decision> {
  const isOver = replay === undefined || revision >= replay.last;
  await sql.query(`UPDATE bridge.lanes SET replay_next = $2, replay_last = $3, ${NO_FAILURES} WHERE player_id = $1`, [
    playerId,
    isOver ? null : revision + 1,
    isOver ? null : replay.last,
  ]);
  await unparkUpTo(sql, playerId, revision);
  const event = await eventAt(sql, playerId, revision);
  if (event === undefined) throw new Error(`revision ${revision} of player ${playerId} is replayed, and is not there`);
  return decided(sql, { by, playerId, action: 'skip_replayed', revision, event, reason });
}

async function unparkUpTo(sql: Sql, playerId: PlayerId, revision: number): Promise<void> {
  await sql.query(`UPDATE bridge.lanes SET ${NOT_PARKED} WHERE player_id = $1 AND parked_revision <= $2`, [
    playerId,
    revision,
  ]);
}

async function decided(sql: Sql, skipped: NewDecision): Promise<Decision> {
  const decision = await keepDecision(sql, skipped);
  await announceLanes(sql, [skipped.playerId]);
  return decision;
}
