import { EMPTY_HEAD, type Head } from '../../../shared/events/envelope.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Postgres, Sql } from '../../../shared/postgres/postgres.js';
import type { Ownership } from '../instances/ownership.js';
import type { Arrival } from './arrival.js';
import { judge } from './chain.js';
import { groupBy } from './group-by.js';
import type { Inbox, InboxCounts, LaneState, Parked, TakeResult } from './inbox.js';
import { announceLanes } from './lane-news.js';
import { LANE_COLUMNS, type LaneRow, laneOf } from './lane-row.js';
import { announcing } from './postgres-announce.js';
import { lockOwned } from './postgres-fence.js';
import { loadPages } from './postgres-pages.js';
import { settle } from './postgres-settle.js';

type LockedLane = { readonly mark: Head; readonly lane: LaneState };

/** Two halves, each in the order of its own small index, so that a page does not read every lane there is. */
const BACKLOG = `(${lanesWhere('delivered_revision < taken_revision')})
  UNION (${lanesWhere('replay_next IS NOT NULL')})
  ORDER BY player_id LIMIT $2`;

/** Whose lanes are not ours is told of what is taken for them, by NOTIFY. */
export function createPostgresInbox(postgres: Postgres, ownership: Pick<Ownership, 'epochOf'>): Inbox {
  const isElsewhere = (playerId: PlayerId) => ownership.epochOf(playerId) === undefined;
  return {
    take: (arrivals) => announcing(postgres, isElsewhere, (sql) => take(sql, arrivals)),
    async takeTruth(playerId, truth) {
      const [result] = await announcing(postgres, isElsewhere, async (sql) => [await takeTruth(sql, playerId, truth)]);
      if (result === undefined) throw new Error('one player has one result');
      return result;
    },
    async markOf(playerId) {
      const [row] = await postgres.query<{ taken_revision: string; taken_hash: string }>(
        'SELECT taken_revision, taken_hash FROM bridge.lanes WHERE player_id = $1',
        [playerId],
      );
      return row === undefined ? EMPTY_HEAD : { revision: Number(row.taken_revision), hash: row.taken_hash };
    },
    hashes: (playerId, from, to) => hashesOf(postgres, playerId, from, to),
    async newestPosition() {
      const [row] = await postgres.query<{ newest: string | null }>(
        'SELECT max(taken_position) AS newest FROM bridge.lanes',
      );
      return row?.newest ? BigInt(row.newest) : undefined;
    },
    pages: (lanes, limit) => loadPages(postgres, lanes, limit),
    async backlog(after, limit) {
      const rows = await postgres.query<LaneRow>(BACKLOG, [after ?? 0, limit]);
      return rows.map(laneOf);
    },
    async lanesOf(playerIds) {
      const rows = await postgres.query<LaneRow>(
        `SELECT ${LANE_COLUMNS} FROM bridge.lanes WHERE player_id = ANY($1::bigint[])`,
        [playerIds],
      );
      return rows.map(laneOf);
    },
    settle: (delivered, standing, replayed = [], attempts = []) =>
      settle(postgres, { delivered, standing, replayed, attempts }),
    park: (playerId, parked, fence) =>
      postgres.inTransaction(async (sql) => {
        if (fence !== undefined && !(await lockOwned(sql, [{ playerId, fence }]))({ playerId, fence })) return;
        await park(sql, playerId, parked);
      }),
    async unpark(playerId) {
      await postgres.inTransaction(async (sql) => {
        await sql.query(
          `UPDATE bridge.lanes SET parked_revision = NULL, parked_kind = NULL, parked_reason = NULL, parked_at = NULL
            WHERE player_id = $1`,
          [playerId],
        );
        if (isElsewhere(playerId)) await announceLanes(sql, [playerId]);
      });
    },
    parked: (playerId) => parkedOf(postgres, playerId),
    counts: () => counts(postgres),
  };
}

async function park(sql: Sql, playerId: PlayerId, { revision, kind, reason }: Parked): Promise<void> {
  await sql.query(
    `INSERT INTO bridge.lanes AS l
           (player_id, taken_revision, taken_hash, taken_position, parked_revision, parked_kind, parked_reason, parked_at)
         VALUES ($1, $2, $3, 0, $4, $5, $6, clock_timestamp())
         ON CONFLICT (player_id) DO UPDATE
           SET parked_revision = excluded.parked_revision, parked_kind = excluded.parked_kind,
               parked_reason = excluded.parked_reason, parked_at = coalesce(l.parked_at, excluded.parked_at)
           WHERE l.parked_revision IS NULL OR l.parked_revision >= excluded.parked_revision`,
    [playerId, EMPTY_HEAD.revision, EMPTY_HEAD.hash, revision, kind, reason],
  );
}

/** Lanes after player $1, without those that stand where they are parked. */
function lanesWhere(hasWork: string): string {
  return `SELECT ${LANE_COLUMNS} FROM bridge.lanes
           WHERE ${hasWork} AND player_id > $1
             AND (parked_revision IS NULL OR delivered_revision + 1 < parked_revision)
           ORDER BY player_id LIMIT $2`;
}

async function take(sql: Sql, arrivals: readonly Arrival[]): Promise<readonly TakeResult[]> {
  const byPlayer = groupBy(arrivals, (arrival) => arrival.playerId);
  const locked = await lockLanes(sql, [...byPlayer.keys()]);
  const known = await knownHashes(sql, locked, arrivals);
  const results: TakeResult[] = [];
  for (const [playerId, own] of byPlayer) {
    const { mark, lane } = locked.get(playerId) ?? newLane(playerId);
    const judgement = judge(mark, (revision) => known.get(`${playerId}@${revision}`), own);
    const { taken, duplicates, mismatched, hole, head } = judgement;
    results.push({ playerId, taken, duplicates, mismatched, hole, lane: { ...lane, taken: head.revision } });
  }
  await insert(
    sql,
    results.flatMap((result) => result.taken),
  );
  return results;
}

async function takeTruth(sql: Sql, playerId: PlayerId, truth: readonly Arrival[]) {
  const locked = (await lockLanes(sql, [playerId])).get(playerId) ?? newLane(playerId);
  const first = truth.at(0)?.event.revision ?? 0;
  const known = await hashesOf(sql, playerId, first, truth.at(-1)?.event.revision ?? -1);
  const fork = truth.find(({ event }) => {
    const hash = known.get(event.revision);
    return hash !== undefined && hash !== event.metadata.hash;
  });
  const { mark, lane } = fork === undefined ? locked : await goBackTo(sql, locked, fork);
  const judgement = judge(mark, (revision) => known.get(revision), truth);
  await insert(sql, judgement.taken);
  const { taken, duplicates, mismatched, hole, head } = judgement;
  const after = { ...lane, taken: head.revision };
  return { playerId, taken, duplicates, mismatched, hole, lane: after, rewound: fork !== undefined };
}

/** What was taken at this revision never happened, nor did anything chained to it. */
async function goBackTo(sql: Sql, locked: LockedLane, { playerId, event }: Arrival): Promise<LockedLane> {
  const before = event.revision - 1;
  await sql.query('DELETE FROM bridge.inbox WHERE player_id = $1 AND revision > $2', [playerId, before]);
  await sql.query('DELETE FROM bridge.attempts WHERE player_id = $1 AND revision > $2', [playerId, before]);
  const [row] = await sql.query<LaneRow>(
    `UPDATE bridge.lanes
        SET taken_revision = $2, taken_hash = $3, delivered_revision = least(delivered_revision, $2), parts_done = 0,
            attempts = 0, refusals = 0, failing_since = NULL, next_attempt_at = NULL, last_status = NULL, last_error = NULL,
            replay_next = CASE WHEN replay_next <= $2 THEN replay_next END,
            replay_last = CASE WHEN replay_next <= $2 THEN least(replay_last, $2) END
      WHERE player_id = $1
     RETURNING ${LANE_COLUMNS}`,
    [playerId, before, event.metadata.prevHash],
  );
  const lane = row === undefined ? locked.lane : laneOf(row);
  return { mark: { revision: before, hash: event.metadata.prevHash }, lane };
}

/** In the order of the player ids, as every writer locks them: so two of them never wait for each other. */
async function lockLanes(sql: Sql, playerIds: readonly PlayerId[]): Promise<ReadonlyMap<PlayerId, LockedLane>> {
  const rows = await sql.query<LaneRow & { taken_hash: string }>(
    `SELECT ${LANE_COLUMNS}, taken_hash FROM bridge.lanes
      WHERE player_id = ANY($1::bigint[]) ORDER BY player_id FOR UPDATE`,
    [playerIds],
  );
  return new Map(
    rows.map((row) => {
      const lane = laneOf(row);
      return [lane.playerId, { lane, mark: { revision: lane.taken, hash: row.taken_hash } }];
    }),
  );
}

function newLane(playerId: PlayerId): LockedLane {
  return {
    mark: EMPTY_HEAD,
    lane: {
      playerId,
      delivered: EMPTY_HEAD.revision,
      taken: EMPTY_HEAD.revision,
      partsDone: 0,
      failing: undefined,
      replay: undefined,
      parked: undefined,
    },
  };
}

/** Hashes of what arrived again below its player's mark: none in ordinary operation, so mostly no query at all. */
async function knownHashes(
  sql: Sql,
  locked: ReadonlyMap<PlayerId, LockedLane>,
  arrivals: readonly Arrival[],
): Promise<ReadonlyMap<string, string>> {
  const again = arrivals.filter(({ playerId, event }) => event.revision < (locked.get(playerId)?.mark.revision ?? 0));
  if (again.length === 0) return new Map();
  const rows = await sql.query<{ player_id: string; revision: string; hash: string }>(
    `SELECT i.player_id, i.revision, i.hash FROM bridge.inbox i
       JOIN unnest($1::bigint[], $2::bigint[]) AS a(player_id, revision) USING (player_id, revision)`,
    [again.map(({ playerId }) => playerId), again.map(({ event }) => event.revision)],
  );
  return new Map(rows.map((row) => [`${row.player_id}@${row.revision}`, row.hash]));
}

async function hashesOf(sql: Sql, playerId: PlayerId, from: number, to: number): Promise<ReadonlyMap<number, string>> {
  const rows = await sql.query<{ revision: string; hash: string }>(
    'SELECT revision, hash FROM bridge.inbox WHERE player_id = $1 AND revision BETWEEN $2 AND $3',
    [playerId, from, to],
  );
  return new Map(rows.map((row) => [Number(row.revision), row.hash]));
}

async function insert(sql: Sql, taken: readonly Arrival[]): Promise<void> {
  if (taken.length === 0) return;
  const heads = new Map(taken.map((arrival) => [arrival.playerId, arrival]));
  await sql.query(
    `WITH taken AS (
       INSERT INTO bridge.inbox (player_id, revision, event_id, hash, type, position, event, recorded_at)
       SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::numeric[], $7::json[], $8::timestamptz[])
     )
     INSERT INTO bridge.lanes (player_id, taken_revision, taken_hash, taken_position)
     SELECT * FROM unnest($9::bigint[], $10::bigint[], $11::text[], $12::numeric[])
     ON CONFLICT (player_id) DO UPDATE
       SET taken_revision = excluded.taken_revision, taken_hash = excluded.taken_hash,
           taken_position = excluded.taken_position`,
    [
      taken.map(({ playerId }) => playerId),
      taken.map(({ event }) => event.revision),
      taken.map(({ event }) => event.id),
      taken.map(({ event }) => event.metadata.hash),
      taken.map(({ event }) => event.type),
      taken.map(({ position }) => String(position)),
      taken.map(({ body }) => body),
      taken.map(({ event }) => event.metadata.recordedAt),
      [...heads.keys()],
      [...heads.values()].map(({ event }) => event.revision),
      [...heads.values()].map(({ event }) => event.metadata.hash),
      [...heads.values()].map(({ position }) => String(position)),
    ],
  );
}

async function parkedOf(sql: Sql, playerId: PlayerId): Promise<Parked | undefined> {
  const [row] = await sql.query<{ parked_revision: string; parked_kind: Parked['kind']; parked_reason: string }>(
    `SELECT parked_revision, parked_kind, parked_reason FROM bridge.lanes
      WHERE player_id = $1 AND parked_revision IS NOT NULL`,
    [playerId],
  );
  if (row === undefined) return undefined;
  return { revision: Number(row.parked_revision), kind: row.parked_kind, reason: row.parked_reason };
}

async function counts(sql: Sql): Promise<InboxCounts> {
  const [row] = await sql.query<{ undelivered: string; parked: string }>(
    `SELECT (SELECT coalesce(sum(taken_revision - delivered_revision), 0) FROM bridge.lanes
              WHERE delivered_revision < taken_revision) AS undelivered,
            (SELECT count(*) FROM bridge.lanes WHERE parked_revision IS NOT NULL) AS parked`,
  );
  return { undelivered: Number(row?.undelivered ?? 0), parked: Number(row?.parked ?? 0) };
}
