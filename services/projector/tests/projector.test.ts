import test from 'ava';
import { connect } from 'nats';
import { startStack } from '../../../infra/embedded/stack.js';
import { STREAM_NAME } from '../../../shared/bus/messages.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { rowsOf } from '../../../shared/testing/all-rows.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import type { Lease } from '../leadership/lease.js';
import { eventually, type Ground, kill, openGround, readerOf } from './ground.js';

const player = (number: number) => String(number) as PlayerId;

async function live(ground: Ground, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number += 1) await ground.scribe.write(playerLife(player(number)));
}

/** All that was recorded is in JetStream, once and in order. */
async function allPublished(ground: Ground): Promise<void> {
  const recorded = await ground.recorded();
  await eventually('all is published', async () => (await ground.published()).length >= recorded.length);
}

async function headsOf(ground: Ground): Promise<number> {
  const rows = await ground.postgres.query<{ count: number }>('select count(*)::int as count from read_model.heads');
  return rows[0]?.count ?? 0;
}

async function readiness(url: string): Promise<{ status: number; missing: string }> {
  const answer = await fetch(`${url}/health/ready`);
  const body = (await answer.json()) as { missing?: string[] };
  return { status: answer.status, missing: (body.missing ?? []).join() };
}

async function ready(url: string): Promise<void> {
  await eventually('ready', async () => (await readiness(url)).status === 200);
}

test.serial('what is recorded is in the read models, and in JetStream in the order of the store', async (t) => {
  const ground = await openGround(t);
  await live(ground, 1, 3);
  const { url } = await ground.start();
  await ready(url);
  await live(ground, 4, 6);
  await allPublished(ground);
  t.deepEqual(await ground.published(), await ground.recorded());
  t.is(await headsOf(ground), 6);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const { length } = await ground.recorded();
  t.regex(metrics, new RegExp(`croupier_projector_published_events_total\\S* ${length}\\n`));
});

test.serial('a message is never out before its rows are committed', async (t) => {
  const ground = await openGround(t);
  const { url } = await ground.start();
  await ready(url);
  const connection = await connect({ servers: ground.config.natsUrl });
  t.teardown(() => connection.close());
  const subscription = connection.subscribe('player.*.*');
  await connection.flush();
  const early: string[] = [];
  let seen = 0;
  const watching = (async () => {
    for await (const message of subscription) {
      const [stream, revision] = ['Croupier-Stream', 'Croupier-Revision'].map((name) => message.headers?.get(name));
      const rows = await ground.postgres.query(
        'select 1 from read_model.heads where player_id = $1 and revision >= $2',
        [stream?.replace('player-', ''), revision],
      );
      if (rows.length === 0) early.push(`${stream}@${revision}`);
      seen += 1;
    }
  })();
  for (let number = 1; number <= 3; number += 1) {
    // One at a time: each is a batch of its own.
    for (const entry of playerLife(player(number))) await ground.scribe.write([entry]);
  }
  const recorded = await ground.recorded();
  await eventually('all were seen', async () => seen >= recorded.length);
  subscription.unsubscribe();
  await watching;
  t.deepEqual(early, []);
});

test.serial(
  'killed again and again, it goes on where it was: nothing is lost or doubled, and a rebuild has the same rows',
  async (t) => {
    const ground = await openGround(t);
    let written = 0;
    const writing = (async () => {
      for (written = 1; written <= 60; written += 1) await ground.scribe.write(playerLife(player(written)));
    })();
    for (let round = 1; round <= 3; round += 1) {
      const { child } = await ground.run();
      // Killed in the middle of its work: it has done some, and not all.
      const before = await headsOf(ground).catch(() => 0);
      await eventually('it has made progress', async () => (await headsOf(ground).catch(() => 0)) > before + 3);
      await kill(child);
    }
    await writing;
    await ground.start();
    await allPublished(ground);
    t.deepEqual(await ground.published(), await ground.recorded());

    const rebuiltUrl = await ground.database();
    await ground.start({ postgresUrl: rebuiltUrl });
    const rebuilt = readerOf(t, rebuiltUrl);
    const position = "select position from read_model.checkpoints where name = 'read-models'";
    const [end] = await ground.postgres.query(position);
    await eventually(
      'rebuilt',
      async () => (await rebuilt.query(position).catch(() => []))[0]?.position === end?.position,
    );
    const [expected, actual] = [await rowsOf(ground.postgres), await rowsOf(rebuilt)];
    for (const [table, rows] of Object.entries(expected)) {
      if (table !== 'checkpoints') t.deepEqual(actual[table], rows, table);
    }
    t.deepEqual(await ground.published(), await ground.recorded(), 'a rebuild publishes nothing again');
  },
);

test.serial('while NATS hangs the read models go on; then everything is published without a hole', async (t) => {
  const ground = await openGround(t);
  const { url } = await ground.start();
  await ready(url);
  await live(ground, 1, 2);
  await allPublished(ground);
  const nats = ground.nats.pids().nats ?? 0;
  process.kill(nats, 'SIGSTOP');
  t.teardown(() => process.kill(nats, 'SIGCONT'));
  // More than is kept in memory: the rest is read back from the store.
  await live(ground, 3, 120);
  await eventually('the rows are there', async () => (await headsOf(ground)) === 120);
  await eventually('it says what is missing', async () => /^nats/.test((await readiness(url)).missing));
  process.kill(nats, 'SIGCONT');
  await allPublished(ground);
  t.deepEqual(await ground.published(), await ground.recorded());
  await ready(url);
});

test.serial('NATS killed under load and started again has no hole', async (t) => {
  const ground = await openGround(t);
  const { url } = await ground.start();
  await ready(url);
  const writing = live(ground, 1, 40);
  for (const count of [200, 700]) {
    await eventually('some were published', async () => (await ground.published().catch(() => [])).length > count);
    process.kill(ground.nats.pids().nats ?? 0, 'SIGKILL');
  }
  await writing;
  const recorded = await ground.recorded();
  await eventually(
    'all is published',
    async () => (await ground.published().catch(() => [])).length >= recorded.length,
  );
  t.deepEqual(await ground.published(), recorded);
});

test.serial('a wiped JetStream gets what comes next, and a stream of its own again', async (t) => {
  const ground = await openGround(t);
  const { url } = await ground.start();
  await ready(url);
  await live(ground, 1, 1);
  await allPublished(ground);
  const connection = await connect({ servers: ground.config.natsUrl });
  t.teardown(() => connection.close());
  await (await connection.jetstreamManager()).streams.delete(STREAM_NAME);
  const before = (await ground.recorded()).length;
  await live(ground, 2, 2);
  const recorded = await ground.recorded();
  await eventually('the rest is published', async () => (await ground.published()).length === recorded.length - before);
  t.deepEqual(await ground.published(), recorded.slice(before));
});

test.serial(
  'what was recorded before NATS was ever there is published, even by another process than projected it',
  async (t) => {
    const ground = await openGround(t);
    await live(ground, 1, 2);
    const { projector, url } = await ground.start({ natsUrl: 'nats://127.0.0.1:1' });
    await eventually('the rows are there', async () => (await headsOf(ground).catch(() => 0)) === 2);
    t.regex((await readiness(url)).missing, /^nats/);
    await projector.stop();
    await ground.start();
    await allPublished(ground);
    t.deepEqual(await ground.published(), await ground.recorded());
  },
);

test.serial('a JetStream that was written from another store gets nothing, until it is purged', async (t) => {
  const [theirs, ours] = await Promise.all([openGround(t), openGround(t)]);
  await live(theirs, 1, 2);
  await theirs.start();
  await allPublished(theirs);
  const before = await theirs.published();
  await live(ours, 3, 3);
  const { url } = await ours.start({ natsUrl: theirs.config.natsUrl });
  await eventually('it says why', async () => /not in the event store/.test((await readiness(url)).missing));
  await eventually('the rows are there', async () => (await headsOf(ours).catch(() => 0)) === 1);
  t.deepEqual(await theirs.published(), before);
  const connection = await connect({ servers: theirs.config.natsUrl });
  t.teardown(() => connection.close());
  await (await connection.jetstreamManager()).streams.purge(STREAM_NAME);
  const recorded = await ours.recorded();
  await eventually('it is published', async () => (await theirs.published()).length >= recorded.length);
  t.deepEqual(await theirs.published(), recorded);
});

test.serial('two that both believe to be the active one: every row once, every message once', async (t) => {
  const ground = await openGround(t);
  const lease: Lease = { take: async () => 1n, renew: async () => true, release: async () => undefined };
  const both = [await ground.start({}, { lease }), await ground.start({}, { lease })];
  await live(ground, 1, 30);
  await allPublished(ground);
  t.deepEqual(await ground.published(), await ground.recorded());
  await eventually('the rows are there', async () => (await headsOf(ground)) === 30);
  const rows = await rowsOf(ground.postgres);
  t.is(rows.events?.length, (await ground.recorded()).length);
  for (const { url } of both) await ready(url);
});

test.serial('killed servers are found again: the event store, and the connections to Postgres', async (t) => {
  const eventStore = await startStack({ only: ['eventStore'] });
  t.teardown(eventStore.stop);
  const ground = await openGround(t, eventStore);
  const { url } = await ground.start();
  await ready(url);
  await live(ground, 1, 1);
  const killed = eventStore.pids().eventStore ?? 0;
  process.kill(killed, 'SIGKILL');
  await eventually('it runs again', async () => ![undefined, killed].includes(eventStore.pids().eventStore));
  await live(ground, 2, 2);
  await ground.postgres.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'croupier-projector'`,
  );
  await live(ground, 3, 3);
  await allPublished(ground);
  t.deepEqual(await ground.published(), await ground.recorded());
  t.is(await headsOf(ground), 3);
  await ready(url);
});

test.serial('a broken chain stops the read models and what follows is not published', async (t) => {
  const ground = await openGround(t);
  await live(ground, 1, 1);
  const { url } = await ground.start();
  await allPublished(ground);
  const before = await ground.published();
  const forged = { id: '7a4f3c1e-0000-4000-8000-000000000001', type: 'BetPlaced', data: {}, metadata: {} };
  await ground.store.append(playerStream(player(2)), [forged], 'no_stream');
  await live(ground, 3, 3);
  await eventually('it has stopped', async () => /player-2@0/.test((await readiness(url)).missing));
  t.regex((await readiness(url)).missing, /readModels: stopped, the history is broken/);
  t.is(await headsOf(ground), 1);
  t.deepEqual(await ground.published(), before);
  t.regex(await (await fetch(`${url}/metrics`)).text(), /croupier_projector_halted\S* 1/);
});
