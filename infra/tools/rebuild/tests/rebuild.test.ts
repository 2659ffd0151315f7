import test, { type ExecutionContext } from 'ava';
import pg from 'pg';
import { createCheckpoint } from '../../../../services/projector/read-models/checkpoint.js';
import { allOf, emptyReadModels, projectAll } from '../../../../services/projector/tests/projection.js';
import { BACKOFFICE_KEY, startQuery } from '../../../../services/query/tests/ground.js';
import { cashAccount, pspAccount } from '../../../../shared/ids/accounts.js';
import type { PlayerId } from '../../../../shared/ids/ids.js';
import { playerStream, profileStream } from '../../../../shared/ids/streams.js';
import { credit, debit } from '../../../../shared/money/postings.js';
import { silentLogger } from '../../../../shared/telemetry/log.js';
import { rowsOf } from '../../../../shared/testing/all-rows.js';
import { playerLife } from '../../../../shared/testing/player-life.js';
import type { Entry } from '../../../../shared/testing/scribe.js';
import { until } from '../../../testing/until.js';
import { makeNextTables } from '../next-tables.js';
import { databaseOfNext, hasSchema, NEXT, PREVIOUS } from '../schemas.js';
import { NotNow, switchOver } from '../switch.js';
import { type Ground, openGround, recordedIn } from './ground.js';

// Goal: read models are rebuilt under those who write and read them, and nobody notices; a rebuild that dies leaves
// everything as it was. Method: a real projector, a real query and the real tool, on a database that somebody spoilt;
// what comes out is compared with a projection of the same events into another database.

const SAVER = '777' as PlayerId;
const READERS = 3;

test('while everybody writes and reads, the models are rebuilt and switched', async (t) => {
  const ground = await openGround(t, 10);
  const { postgres, scribe, jetStream, store } = ground;
  const query = await startQuery(t, ground.postgresUrl);
  await scribe.write(beginning());
  await ground.caughtUp();
  await postgres.query('delete from read_model.consents where player_id = 3');
  await grantToReader(t, ground);

  const over = new AbortController();
  t.teardown(() => over.abort());
  const writing = writeSteadily(ground, over.signal);
  const reading = Promise.all(Array.from({ length: READERS }, () => readSteadily(t, query, over.signal)));
  // What fails in them is said when they are waited for.
  for (const work of [writing, reading]) work.catch(() => undefined);
  const { code, out, error } = await ground.run().ended;
  t.is(error, '');
  t.is(code, 0);
  t.regex(
    out,
    /^The read models were rebuilt from [\d,]+ events in .* are live; the old ones are in read_model_previous\.\n$/,
  );
  const atSwitch = await revisionOf(ground);
  await until('the projector goes on in the new ones', async () => (await revisionOf(ground)) > atSwitch + 20, 60_000);
  over.abort();
  await writing;
  for (const reads of await reading) t.true(reads > 10, `${reads} reads`);
  await ground.caughtUp();

  const compared = await emptyReadModels(t);
  await projectAll(compared, await allOf(store), 100);
  const { checkpoints: _, ...rows } = await rowsOf(postgres);
  const { checkpoints: __, ...expected } = await rowsOf(compared);
  t.deepEqual(rows, expected);
  t.deepEqual(
    jetStream.messages.map((message) => message.headers['Nats-Msg-Id']),
    await recordedIn(store),
  );
  t.true(await hasSchema(postgres, PREVIOUS));

  // Who was let in to read is let in still.
  await postgres.inTransaction(async (sql) => {
    await sql.query('set local role rebuild_reader');
    t.is((await sql.query('select 1 from read_model.players limit 1')).length, 1);
  });

  const again = await ground.run().ended;
  t.is(again.code, 1);
  t.regex(again.error, /^The read models were not rebuilt: .*read_model_previous: drop them \(--drop\)\n$/);
  t.is((await ground.run('--drop').ended).code, 0);
  t.false(await hasSchema(postgres, PREVIOUS));
});

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`a rebuild that is ended by ${signal} leaves the live models alone`, async (t) => {
    const ground = await openGround(t, 3);
    const { postgres } = ground;
    const before = await rowsOf(postgres);
    // A reader in the way, so that it is surely at its most delicate: all is built, and it tries to switch.
    const reader = new pg.Client({ connectionString: ground.postgresUrl });
    await reader.connect();
    t.teardown(() => reader.end());
    await reader.query('begin');
    await reader.query('select count(*) from read_model.heads');
    const cut = ground.run();
    await until('it waits to switch', async () => (await waiting(ground)) > 0, 60_000);
    cut.child.kill(signal);
    const { code, error } = await cut.ended;
    t.not(code, 0);
    if (signal === 'SIGTERM') {
      t.regex(error, /^The read models were not rebuilt: it was interrupted\n$/);
      t.false(await hasSchema(postgres, NEXT));
    }
    t.false(await hasSchema(postgres, PREVIOUS));
    t.deepEqual(await rowsOf(postgres), before);

    await ground.scribe.write(playerLife('99' as PlayerId));
    await ground.caughtUp();
    await reader.query('commit');
    t.is((await ground.run().ended).code, 0);
    await ground.caughtUp();
    t.is(ground.jetStream.messages.length, (await recordedIn(ground.store)).length);
  });
}

test('only one rebuild is at work, and only on read models of its own version', async (t) => {
  const ground = await openGround(t, 1);
  const other = new pg.Client({ connectionString: ground.postgresUrl });
  await other.connect();
  t.teardown(() => other.end());
  await other.query(`select pg_advisory_lock(hashtextextended('croupier rebuild', 0))`);
  const second = await ground.run().ended;
  t.is(second.code, 1);
  t.is(second.error, 'The read models were not rebuilt: another rebuild is at work\n');
  await other.query('select pg_advisory_unlock_all()');

  await ground.postgres.query(`insert into read_model.migrations (name, run_on) values ('999_later', now())`);
  const older = await ground.run().ended;
  t.is(older.code, 1);
  t.regex(older.error, /the live read models are of another version \(999_later, /);
  t.false(await hasSchema(ground.postgres, NEXT));
});

test('models that lack an event are not switched to', async (t) => {
  const { postgres, postgresUrl, store } = await openGround(t, 1);
  await makeNextTables(postgresUrl, silentLogger);
  await createCheckpoint(databaseOfNext(postgres), 'read-models', undefined);
  await t.throwsAsync(switchOver(postgres, store), { instanceOf: NotNow, message: /behind/ });
  t.false(await hasSchema(postgres, PREVIOUS));
  const [row] = await postgres.query('select count(*)::int as players from read_model.players');
  t.deepEqual(row, { players: 1 });
});

const EUR = 'EUR';

function beginning(): readonly Entry[] {
  const [profile, registered] = playerLife(SAVER);
  if (profile?.stream !== profileStream(SAVER) || registered === undefined) throw new Error('a life begins otherwise');
  return [profile, registered];
}

/** A deposit of 1.00, the n-th. */
function deposit(n: number): readonly Entry[] {
  const payment = { paymentId: `${SAVER}-${n}`, psp: 'fake', pspReference: `psp-${n}`, amount: '1.00', currency: EUR };
  const postings = [debit(pspAccount('fake'), '1.00', EUR), credit(cashAccount(SAVER), '1.00', EUR)];
  const balances = { cash: `${n}.00`, bonus: '0.00', withdrawal: '0.00', currency: EUR };
  const answer = { cash: `${n}.00`, bonus: '0.00' };
  const stream = playerStream(SAVER);
  return [
    { stream, draft: { type: 'DepositRequested', data: payment } },
    { stream, draft: { type: 'DepositCompleted', data: { ...payment, postings, balances, answer } } },
  ];
}

async function writeSteadily({ scribe }: Ground, signal: AbortSignal): Promise<void> {
  for (let n = 1; !signal.aborted; n += 1) await scribe.write(deposit(n));
}

/** Asks again and again. No answer fails, and none is older than the one before. Answers how many there were. */
async function readSteadily(t: ExecutionContext, query: string, signal: AbortSignal): Promise<number> {
  let [cash, revision, reads] = [0, 0, 0];
  while (!signal.aborted) {
    const answer = await fetch(`${query}/backoffice/players/${SAVER}`, { headers: { 'X-Api-Key': BACKOFFICE_KEY } });
    const body = (await answer.json()) as { balance: { cash: string } | null; head: { revision: number } };
    t.is(answer.status, 200, JSON.stringify(body));
    const now = { cash: Number(body.balance?.cash ?? 0), revision: Number(body.head.revision) };
    t.true(now.cash >= cash && now.revision >= revision, `${JSON.stringify(now)} after ${cash}, ${revision}`);
    ({ cash, revision } = now);
    reads += 1;
  }
  return reads;
}

async function revisionOf({ postgres }: Ground): Promise<number> {
  const [row] = await postgres.query<{ revision: string }>(
    'select revision from read_model.heads where player_id = $1',
    [SAVER],
  );
  return Number(row?.revision ?? -1);
}

/** How many connections of the tool wait for a table. */
async function waiting({ postgres }: Ground): Promise<number> {
  const rows = await postgres.query(
    `select 1 from pg_stat_activity
      where datname = current_database() and application_name = 'croupier-rebuild' and wait_event_type = 'Lock'`,
  );
  return rows.length;
}

async function grantToReader(t: ExecutionContext, { postgres }: Ground): Promise<void> {
  await postgres.query('create role rebuild_reader');
  t.teardown(async () => {
    await postgres.query('drop owned by rebuild_reader').catch(() => undefined);
    await postgres.query('drop role rebuild_reader').catch(() => undefined);
  });
  await postgres.query('grant usage on schema read_model to rebuild_reader');
  await postgres.query('grant select on all tables in schema read_model to rebuild_reader');
}
