import type { EventStore, StoredEvent } from '../../../shared/event-store/event-store.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import type { Sql } from '../../../shared/postgres/postgres.js';
import { isTime } from '../intake/read-arrival.js';

export type RecordSource = Pick<EventStore, 'readStream'>;

/** What the event store has at this revision, whether or not this version can read it. @throws StoreUnavailable */
export async function recordAt(
  store: RecordSource,
  playerId: PlayerId,
  revision: number,
): Promise<StoredEvent | undefined> {
  const [record] = await recordsBetween(store, playerId, revision, revision);
  return record;
}

/** @throws StoreUnavailable */
export async function recordsBetween(
  store: RecordSource,
  playerId: PlayerId,
  from: number,
  to: number,
): Promise<readonly StoredEvent[]> {
  const records: StoredEvent[] = [];
  // To the end of the read: a stream may begin after `from`.
  for await (const record of store.readStream(playerStream(playerId), { from, maxCount: to - from + 1 })) {
    if (record.revision >= from && record.revision <= to) records.push(record);
  }
  return records;
}

/**
 * How many of the player's events, from revision 0 to `last`, satisfy a condition that those before some point satisfy
 * and those after it do not. @throws StoreUnavailable
 */
export async function countWhile(
  store: RecordSource,
  playerId: PlayerId,
  last: number,
  isBefore: (record: StoredEvent) => boolean,
): Promise<number> {
  let low = 0;
  let high = last + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const record = await recordAt(store, playerId, middle);
    if (record !== undefined && isBefore(record)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts records of the event store into the inbox as they are; one that is there stays. */
export async function keepRecords(sql: Sql, playerId: PlayerId, records: readonly StoredEvent[]): Promise<void> {
  await sql.query(
    `INSERT INTO bridge.inbox (player_id, revision, event_id, hash, type, position, event, recorded_at)
     SELECT $1::bigint, r.revision, r.id, r.hash, r.type, r.position, r.event, coalesce(r.recorded_at, clock_timestamp())
       FROM unnest($2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::numeric[], $7::json[], $8::timestamptz[])
         AS r(revision, id, hash, type, position, event, recorded_at)
     ON CONFLICT (player_id, revision) DO NOTHING`,
    [
      playerId,
      records.map(({ revision }) => revision),
      records.map(({ id }) => id),
      records.map(({ metadata }) => metadata.hash),
      records.map(({ type }) => type),
      records.map(({ position }) => String(position)),
      records.map(({ position: _, ...wire }) => JSON.stringify(wire)),
      // That it is no time may be why it cannot be read.
      records.map(({ metadata }) => (isTime(String(metadata.recordedAt)) ? metadata.recordedAt : null)),
    ],
  );
}
