import test from 'ava';
import { connect } from 'nats';
import { until } from '../../../infra/testing/until.js';
import { STREAM_NAME } from '../../../shared/bus/messages.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import { bridgeBench, metric } from './bridge-workbench.js';
import { headAfter, logins, player, story } from './stories.js';

// Goal: JetStream emptied, its consumer gone, the inbox of the day before yesterday: all that is missing comes from the
// event store, in order. Only a restored inbox may repeat what was delivered since.

const SHORT_LEASE = { leaseMs: 6_000, heartbeatMs: 500, requestTimeoutMs: 2_000 };

async function jetStream(url: string) {
  const connection = await connect({ servers: url });
  return { connection, jsm: await connection.jetstreamManager() };
}

test.serial('JetStream is wiped while the bridge runs: what was in it comes from the event store', async (t) => {
  const bench = await bridgeBench(t);
  await bench.start();
  const begin = story(player(1), logins(3));
  const lost = story(player(1), logins(3), headAfter(begin));
  const others = story(player(2), logins(2));
  await bench.happen(begin);
  await bench.fastTrack.until(({ taken }) => taken.length === 3);
  const { connection, jsm } = await jetStream(bench.config.natsUrl);
  t.teardown(() => connection.close());
  await jsm.streams.delete(STREAM_NAME);
  await bench.project(lost);
  await bench.happen(others);
  await bench.fastTrack.until(({ taken }) => taken.length === 8);
  const keys = bench.fastTrack.taken.filter(({ userId }) => userId === '1').map(({ key }) => key);
  t.deepEqual(
    keys,
    [...begin, ...lost].map(({ id }) => id),
  );
});

test.serial(
  'the consumer is deleted while the bridge runs: it is made again, and what was taken is not sent again',
  async (t) => {
    const bench = await bridgeBench(t);
    const { url } = await bench.start();
    const begin = story(player(1), logins(3));
    const more = story(player(1), logins(3), headAfter(begin));
    await bench.happen(begin);
    await bench.fastTrack.until(({ taken }) => taken.length === 3);
    const { connection, jsm } = await jetStream(bench.config.natsUrl);
    t.teardown(() => connection.close());
    await jsm.consumers.delete(STREAM_NAME, 'ft-bridge');
    await bench.happen(more);
    await bench.fastTrack.until(({ taken }) => taken.length === 6);
    await until('the old ones came again', async () => (await metric(url, 'duplicates_total')) >= 3);
    t.deepEqual(
      bench.fastTrack.calls.map(({ key }) => key),
      [...begin, ...more].map(({ id }) => id),
    );
  },
);

test.serial(
  'the inbox is restored from an old backup: nothing is missing, and each player hears it in order',
  async (t) => {
    const bench = await bridgeBench(t);
    // The backup has the lease of an instance that is gone: as long as that lasts, its successor waits.
    const first = await bench.start(SHORT_LEASE);
    const before = story(player(1), logins(3));
    const since = story(player(1), logins(3), headAfter(before));
    const unknown = story(player(2), logins(2));
    await bench.happen(before);
    await bench.fastTrack.until(({ taken }) => taken.length === 3);
    await until('its marks are written', () => areMarked(bench.postgres, 3));
    await copyTables(bench.postgres, 'bridge', 'backup');
    await bench.happen([...since, ...unknown]);
    await until('their marks are written', () => areMarked(bench.postgres, 8));
    await first.stop();
    await copyTables(bench.postgres, 'backup', 'bridge');
    const later = story(player(1), logins(1), headAfter(since));
    await bench.start({ ...SHORT_LEASE, quietMs: 100 });
    await bench.happen(later);
    await until('all is marked again', () => areMarked(bench.postgres, 9), 60_000);
    for (const [id, events] of [
      ['1', [...before, ...since, ...later]],
      ['2', unknown],
    ] as const) {
      const keys = new Set(bench.fastTrack.taken.filter(({ userId }) => userId === id).map(({ key }) => key));
      t.deepEqual(
        [...keys],
        events.map((event) => event.id),
      );
    }
    const repeated = bench.fastTrack.taken.filter(({ key }) => before.some(({ id }) => id === key));
    t.is(repeated.length, before.length, 'what the backup knows is delivered is not sent again');
  },
);

async function areMarked(postgres: Postgres, count: number): Promise<boolean> {
  const [row] = await postgres.query('SELECT count(delivered_at)::int AS count FROM bridge.inbox');
  return row?.count === count;
}

/** As a dump and a restore would: every row of every table, and none that is newer. */
async function copyTables(postgres: Postgres, from: string, to: string): Promise<void> {
  const tables = await postgres.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'bridge' AND table_type = 'BASE TABLE' AND table_name <> 'migrations'`,
  );
  await postgres.query(`CREATE SCHEMA IF NOT EXISTS ${to}`);
  await postgres.inTransaction(async (sql) => {
    for (const { name } of tables) {
      await sql.query(`CREATE TABLE IF NOT EXISTS ${to}.${name} (LIKE ${from}.${name})`);
      await sql.query(`DELETE FROM ${to}.${name}`);
      await sql.query(`INSERT INTO ${to}.${name} OVERRIDING SYSTEM VALUE SELECT * FROM ${from}.${name}`);
    }
  });
}
