import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { betBody, commandService, readyPlayer } from '../../../services/command/tests/command-client.js';
import { type Ground, kill, openGround } from '../../../services/projector/tests/ground.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { NewerEvent } from '../../../shared/events/codec.js';
import { PLAYER_SCHEMA_VERSION } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import { audited, JANE, writeLives } from '../../tools/audit/testing/audited.js';
import { until } from '../until.js';
import { appendNewerEvent } from './newer-event.js';
import { nextVersion } from './next-version.js';

// Goal: where two versions run side by side, the older one never misreads, skips or works on beyond an event that only
// the newer one knows, and is in nobody's way. Method: the version after this one is a copy of this one that knows
// another version of the events; what it would write is appended. (ft-bridge parks such a player, and the version that
// knows the event looks at parked players by itself: services/ft-bridge/tests.)

const WAIT_MS = 60_000;
const NEWER = new RegExp(`PlayerLoggedIn of version ${PLAYER_SCHEMA_VERSION + 1}, newer than ${PLAYER_SCHEMA_VERSION}`);

test.serial('a projector that meets a newer event stops before it, and leaves the work to a newer one', async (t) => {
  const ground = await openGround(t);
  const old = await ground.run();
  await ground.scribe.write(playerLife('1' as PlayerId));
  await publishedAll(ground);
  const known = await ground.recorded();

  await appendNewerEvent(ground.store, playerStream('1' as PlayerId));
  await ground.scribe.write(playerLife('2' as PlayerId));
  const waiting = await until('the old one says why it stopped', () => missingAt(old.url, NEWER), WAIT_MS);
  t.regex(waiting, /^readModels: player-1@/);
  t.deepEqual(await ground.published(), known);
  const [head] = await ground.postgres.query('select revision::int from read_model.heads where player_id = 1');
  t.is(head?.revision, known.length - 1);
  t.deepEqual(await ground.postgres.query('select 1 from read_model.players where player_id = 2'), []);

  // No wait for the old one's end: it holds no lease.
  const next = await run(t, (await nextVersion(t))('services/projector/main.ts'), ground);
  await publishedAll(ground);
  t.deepEqual(await ground.published(), await ground.recorded());
  // Even when the newer one is gone the old one does not go on.
  await kill(next);
  await ground.scribe.write(playerLife('3' as PlayerId));
  t.regex((await missingAt(old.url, NEWER)) ?? '', NEWER);
  t.deepEqual(await ground.postgres.query('select 1 from read_model.players where player_id = 3'), []);
});

test.serial(
  'a projector whose database a newer one has migrated does not write there, nor hold the lease',
  async (t) => {
    const ground = await openGround(t);
    const first = await ground.start();
    await ground.scribe.write(playerLife('1' as PlayerId));
    await publishedAll(ground);
    await first.projector.stop();
    await ground.postgres.query(`insert into read_model.migrations (name, run_on) values ('999_next', now())`);
    const before = await ground.postgres.query('select epoch from read_model.leases');
    const { url } = await ground.start();
    const why = /^readModels: the schema read_model was made by a newer version: .* 999_next$/;
    t.regex((await until('it says so', () => missingAt(url, why), WAIT_MS)) ?? '', why);
    t.deepEqual(await ground.postgres.query('select epoch from read_model.leases'), before);
    // Where the newer version is taken back, it goes on by itself.
    await ground.postgres.query(`delete from read_model.migrations where name = '999_next'`);
    await ground.scribe.write(playerLife('2' as PlayerId));
    await publishedAll(ground);
    t.is((await fetch(`${url}/health/ready`)).status, 200);
  },
);

test('a command that meets a newer event asks the caller to come again, and changes nothing', async (t) => {
  const store = createMemoryEventStore();
  const command = await commandService(t, { store });
  const [jane, omar] = [await readyPlayer(command), await readyPlayer(command, 'omar@example.com')];
  const stream = playerStream(jane.playerId as PlayerId);
  t.is((await command.provider('bet', betBody(jane, { transaction_id: 'before' }))).status, 200);
  await appendNewerEvent(store, stream);
  const head = await lengthOf(store, stream);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const bet = await command.provider('bet', betBody(jane, { transaction_id: 'after' }));
    t.deepEqual([bet.status, bet.body.code], [503, 'unavailable']);
    t.truthy(bet.headers.get('Retry-After'));
  }
  t.is(await lengthOf(store, stream), head);
  t.is((await command.provider('bet', betBody(omar, { transaction_id: 'after' }))).status, 200);
});

test('an audit that meets a newer event says that it was not made, and not that the ledger is wrong', async (t) => {
  const store = createMemoryEventStore();
  await writeLives(store);
  await appendNewerEvent(store, playerStream(JANE));
  await t.throwsAsync(audited(store), { instanceOf: NewerEvent, message: NEWER });
});

/** What a projector says is missing, if it is that. */
async function missingAt(url: string, what: RegExp): Promise<string | undefined> {
  const answer = await fetch(`${url}/health/ready`);
  const { missing = [] } = (await answer.json()) as { missing?: readonly string[] };
  return missing.find((line) => what.test(line));
}

async function publishedAll(ground: Ground): Promise<void> {
  const { length } = await ground.recorded();
  await until('all is published', async () => (await ground.published()).length >= length, WAIT_MS);
}

async function lengthOf(store: ReturnType<typeof createMemoryEventStore>, stream: string): Promise<number> {
  let length = 0;
  for await (const _ of store.readStream(stream)) length += 1;
  return length;
}

/** A projector of another version on the same servers; it serves. */
async function run(t: ExecutionContext, [node, ...words]: readonly [string, ...string[]], { config }: Ground) {
  const child = spawn(node, words, {
    env: {
      ...{ ...process.env, PORT: '0', LOG_LEVEL: 'info', EVENTSTORE_URL: config.eventStoreUrl },
      ...{ POSTGRES_URL: config.postgresUrl, NATS_URL: config.natsUrl },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => kill(child));
  await new Promise<void>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => line.includes('the projector serves') && resolve());
    lines.once('close', () => reject(new Error('the next version ended before it served')));
  });
  return child;
}
