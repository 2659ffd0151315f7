import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { UnreadableEvent } from '../../../shared/events/codec.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Postgres, Sql } from '../../../shared/postgres/postgres.js';
import { announceLanes } from '../inbox/lane-news.js';
import { readStored } from '../intake/read-arrival.js';
import { type Decision, keepDecision, lastReplay } from './decisions.js';
import { lockLane } from './lane-lock.js';
import { done, doneBefore, type Outcome, PLAYER_UNKNOWN, type Refusal, wrongPlace } from './outcome.js';
import { countWhile, keepRecords, type RecordSource, recordsBetween } from './stored-records.js';

/** A revision, or when the event was recorded; both ends are part of the range. */
export type Bound = { readonly revision: number } | { readonly time: Date };

export type Replay = {
  readonly playerId: PlayerId;
  readonly from: Bound;
  /** Undefined: up to the last that was delivered. */
  readonly to: Bound | undefined;
  readonly by: string;
};

export type Replayed = { readonly decision: Decision; readonly events: number };

type Range = { readonly from: number; readonly to: number };

/** Each is looked at under the lane's lock. */
const EVENTS_MAX = 100_000;
/** Events that retention has removed, and that are read again at once. */
const FETCHED_MAX = 20_000;

/** The inbox lost rows of the range between our looking and our locking; the next try sees it. */
export class ReplayRaced extends Error {
  override readonly name = 'ReplayRaced';
}

/**
 * Has Fast Track told again what it was told: the same messages under the same keys, before anything new of the player.
 * What was skipped stays so.
 *
 * @throws StoreUnavailable, ReplayRaced when the same request may work later
 */
export async function replay(postgres: Postgres, store: RecordSource, wanted: Replay): Promise<Outcome<Replayed>> {
  const { playerId } = wanted;
  const delivered = await deliveredOf(postgres, playerId);
  if (delivered === undefined) return PLAYER_UNKNOWN;
  const range = await rangeOf(store, wanted, delivered);
  if (range.to < range.from) return wrongPlace('nothing in this range was delivered');
  if (range.to - range.from >= EVENTS_MAX) {
    return wrongPlace(`revisions ${range.from} to ${range.to} are too many at once: ask for ${EVENTS_MAX} at most`);
  }
  const fetched = await fetchMissing(postgres, store, playerId, range);
  if (!Array.isArray(fetched)) return fetched;
  return postgres.inTransaction((sql) => begin(sql, wanted, range, fetched));
}

async function deliveredOf(sql: Sql, playerId: PlayerId): Promise<number | undefined> {
  const [row] = await sql.query<{ delivered_revision: string }>(
    'SELECT delivered_revision FROM bridge.lanes WHERE player_id = $1',
    [playerId],
  );
  return row === undefined ? undefined : Number(row.delivered_revision);
}

/** Recorded times grow with revisions, but where a clock was set back. */
async function rangeOf(store: RecordSource, { playerId, from, to }: Replay, delivered: number): Promise<Range> {
  return {
    from:
      'revision' in from
        ? from.revision
        : await countWhile(store, playerId, delivered, (record) => recordedAt(record) < from.time.getTime()),
    to: await lastOf(to),
  };

  async function lastOf(end: Bound | undefined): Promise<number> {
    if (end === undefined) return delivered;
    if ('revision' in end) return Math.min(end.revision, delivered);
    const { time } = end;
    return (await countWhile(store, playerId, delivered, (record) => recordedAt(record) <= time.getTime())) - 1;
  }
}

function recordedAt({ metadata }: StoredEvent): number {
  return Date.parse(String(metadata.recordedAt));
}

/** What retention has removed of the range; the event store has it still. */
async function fetchMissing(
  sql: Sql,
  store: RecordSource,
  playerId: PlayerId,
  { from, to }: Range,
): Promise<StoredEvent[] | Refusal> {
  const [missing] = await sql.query<{ first: string | null; last: string | null }>(
    `SELECT min(r.revision) AS first, max(r.revision) AS last
       FROM generate_series($2::bigint, $3::bigint) AS r(revision)
      WHERE NOT EXISTS (SELECT FROM bridge.inbox i WHERE i.player_id = $1 AND i.revision = r.revision)`,
    [playerId, from, to],
  );
  if (missing?.first === null || missing?.last === null || missing === undefined) return [];
  const [first, last] = [Number(missing.first), Number(missing.last)];
  if (last - first >= FETCHED_MAX) {
    return wrongPlace(
      `revisions ${first} to ${last} are no longer in the inbox, and too many to be read at once: ask for ${FETCHED_MAX} at most`,
    );
  }
  return [...(await recordsBetween(store, playerId, first, last))];
}

async function begin(
  sql: Sql,
  { playerId, by }: Replay,
  { from, to }: Range,
  fetched: readonly StoredEvent[],
): Promise<Outcome<Replayed>> {
  const lane = await lockLane(sql, playerId);
  if (lane === undefined) return PLAYER_UNKNOWN;
  if (to > lane.delivered) return wrongPlace('delivery went back meanwhile; look again');
  const skipped = await skippedBefore(sql, playerId, fetched);
  const unreadable = fetched.map((record) => (skipped.has(record.revision) ? undefined : flawOf(record)));
  const flaw = unreadable.find((one) => one !== undefined);
  if (flaw !== undefined) return wrongPlace(`what is no longer in the inbox cannot be read again: ${flaw}`);
  await keepRecords(sql, playerId, fetched);
  await markSkipped(sql, playerId, skipped);
  const found = await lookAt(sql, playerId, { from, to });
  if (found.rows < to - from + 1) throw new ReplayRaced(`revisions ${from} to ${to} are not all there`);
  if (found.first === undefined || found.last === undefined) {
    return wrongPlace('nothing in this range was delivered: all of it was skipped');
  }
  if (lane.replay !== undefined) return ifTheSame(sql, lane.replay, playerId, found.first, found.last, found.events);
  await sql.query('UPDATE bridge.lanes SET replay_next = $2, replay_last = $3 WHERE player_id = $1', [
    playerId,
    found.first,
    found.last,
  ]);
  const decision = await keepDecision(sql, {
    ...{ by, playerId, action: 'replay' as const, revision: found.first, lastRevision: found.last },
  });
  await announceLanes(sql, [playerId]);
  return done({ decision, events: found.events });
}

/** Asked again, because the answer got lost, it is the replay that is under way. */
async function ifTheSame(
  sql: Sql,
  running: { readonly next: number; readonly last: number },
  playerId: PlayerId,
  first: number,
  last: number,
  events: number,
): Promise<Outcome<Replayed>> {
  const decision = await lastReplay(sql, playerId);
  if (decision?.revision === first && decision.last_revision === last) return doneBefore({ decision, events });
  return wrongPlace(`a replay is under way: revision ${running.next} is next, ${running.last} the last`);
}

function flawOf(record: StoredEvent): string | undefined {
  try {
    readStored(record);
    return undefined;
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    return error.message;
  }
}

/** Decisions stay when rows go: what was skipped then is skipped still. */
async function skippedBefore(
  sql: Sql,
  playerId: PlayerId,
  records: readonly StoredEvent[],
): Promise<ReadonlyMap<number, Date>> {
  if (records.length === 0) return new Map();
  const rows = await sql.query<{ revision: number; at: Date }>(
    `SELECT d.revision::int AS revision, max(d.at) AS at FROM bridge.decisions d
      WHERE d.player_id = $1 AND d.action = 'skip' AND d.event_id = ANY($2::uuid[]) GROUP BY d.revision`,
    [playerId, records.map(({ id }) => id)],
  );
  return new Map(rows.map(({ revision, at }) => [revision, at]));
}

async function markSkipped(sql: Sql, playerId: PlayerId, skipped: ReadonlyMap<number, Date>): Promise<void> {
  if (skipped.size === 0) return;
  await sql.query(
    `UPDATE bridge.inbox i SET skipped_at = s.at FROM unnest($2::bigint[], $3::timestamptz[]) AS s(revision, at)
      WHERE i.player_id = $1 AND i.revision = s.revision`,
    [playerId, [...skipped.keys()], [...skipped.values()].map((at) => at.toISOString())],
  );
}

async function lookAt(sql: Sql, playerId: PlayerId, { from, to }: Range) {
  const [row] = await sql.query<{ rows: number; events: number; first: number | null; last: number | null }>(
    `SELECT count(*)::int AS rows, count(*) FILTER (WHERE skipped_at IS NULL)::int AS events,
            min(revision) FILTER (WHERE skipped_at IS NULL)::int AS first,
            max(revision) FILTER (WHERE skipped_at IS NULL)::int AS last
       FROM bridge.inbox WHERE player_id = $1 AND revision BETWEEN $2 AND $3`,
    [playerId, from, to],
  );
  const { rows = 0, events = 0, first = null, last = null } = row ?? {};
  return { rows, events, first: first ?? undefined, last: last ?? undefined };
}
