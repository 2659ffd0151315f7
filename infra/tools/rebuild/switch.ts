import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readCheckpoint } from '../../../services/projector/read-models/checkpoint.js';
import type { EventStore } from '../../../shared/event-store/event-store.js';
import { PLAYER_STREAMS, PROFILE_STREAMS } from '../../../shared/ids/streams.js';
import type { Postgres, Sql } from '../../../shared/postgres/postgres.js';
import { copyGrants } from './grants.js';
import { LIVE, NEXT, onNext, PREVIOUS } from './schemas.js';

/** So long the projector, and then every reader, waits for us at most; whoever reads for longer has us try again. */
const LOCK_TIMEOUT_MS = 500;
/** What the next models lack when the live ones are held still is written within moments, or we let go again. */
const LEVEL_WITHIN_MS = 1_000;
const POLL_MS = 5;
const LOCK_NOT_AVAILABLE = '55P03';

/** Nothing was changed; the switch may be tried again. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}

/**
 * The next models become the live ones, in one transaction. While it lasts nobody writes the live ones, and whoever
 * would read them waits: a statement that waited for a table looks its name up again and finds the new one, so none
 * fails and none is answered from an older day. The previous models stay as they were at this moment.
 * @throws NotNow when the next models are behind, or a reader was in the way; StoreUnavailable, PostgresUnavailable
 */
export async function switchOver(postgres: Postgres, store: EventStore): Promise<void> {
  try {
    await postgres.inTransaction(async (sql) => {
      await sql.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
      // The projector has ended its transaction, and begins no other: each begins with the checkpoint.
      await sql.query(`lock table ${LIVE}.checkpoints, ${LIVE}.leases in exclusive mode`);
      const live = (await readCheckpoint(sql, 'read-models')) ?? -1n;
      await waitUntilLevel(sql, store, live);
      await sql.query(`lock table ${NEXT}.checkpoints in exclusive mode`);
      // A reader of several statements ends with the models it began with.
      await sql.query(`lock table ${await tablesOf(sql, LIVE)} in access exclusive mode`);
      await carryOver(sql, live);
      await copyGrants(sql);
      await sql.query(`alter schema ${LIVE} rename to ${PREVIOUS}`);
      await sql.query(`alter schema ${NEXT} rename to ${LIVE}`);
    });
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
    throw new NotNow('somebody reads the live read models', { cause: error });
  }
}

/** Until the next models have every event that the live ones have. */
async function waitUntilLevel(sql: Sql, store: EventStore, live: bigint): Promise<void> {
  const deadline = performance.now() + LEVEL_WITHIN_MS;
  for (;;) {
    // Each statement sees what was committed before it.
    const next = (await readCheckpoint(onNext(sql), 'read-models')) ?? -1n;
    if (next >= live || (await isNothingBetween(store, next, live))) return;
    if (performance.now() > deadline) throw new NotNow('the next read models are behind');
    await sleep(POLL_MS);
  }
}

/** The live checkpoint may have been moved past events of other streams, which the next one does not hear of at once. */
async function isNothingBetween(store: EventStore, after: bigint, upTo: bigint): Promise<boolean> {
  const streamPrefixes = [PLAYER_STREAMS, PROFILE_STREAMS];
  const from = after < 0n ? {} : { after };
  for await (const { position } of store.readAll({ ...from, streamPrefixes, maxCount: 1 })) return position > upTo;
  return true;
}

/** What is in this schema and does not come from events: how far publishing is, and who is the active projector. */
async function carryOver(sql: Sql, live: bigint): Promise<void> {
  await sql.query(`update ${NEXT}.checkpoints set position = $1 where name = 'read-models' and position < $1`, [
    String(live),
  ]);
  await sql.query(
    `insert into ${NEXT}.checkpoints (name, position, updated_at)
     select name, position, updated_at from ${LIVE}.checkpoints where name = 'publishing'`,
  );
  await sql.query(
    `insert into ${NEXT}.leases (name, holder, epoch, expires_at)
     select name, holder, epoch, expires_at from ${LIVE}.leases`,
  );
}

async function tablesOf(sql: Sql, schema: string): Promise<string> {
  const rows = await sql.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = $1 order by tablename`,
    [schema],
  );
  return rows.map(({ name }) => name).join(', ');
}
