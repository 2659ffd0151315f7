import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { isTableMissing, PostgresUnavailable } from '../../../shared/postgres/fault.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres, type PostgresOptions } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

async function database(t: ExecutionContext): Promise<string> {
  return testDatabase(t, (await testStack(t, ['postgres'])).postgresUrl);
}

function postgresOn(t: ExecutionContext, connectionString: string, own: Partial<PostgresOptions> = {}) {
  const postgres = createPostgres({
    connectionString,
    applicationName: 'test',
    logger: silentLogger,
    max: 2,
    statementTimeoutMs: 10_000,
    ...own,
  });
  t.teardown(postgres.stop);
  return postgres;
}

const END_OTHERS = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

test('a transaction is all or nothing', async (t) => {
  const postgres = postgresOn(t, await database(t));
  await postgres.query('create table things (name text primary key)');
  await postgres.inTransaction(async (sql) => sql.query(`insert into things values ('kept')`));
  await t.throwsAsync(
    postgres.inTransaction(async (sql) => {
      await sql.query(`insert into things values ('lost')`);
      throw new Error('no');
    }),
    { message: 'no' },
  );
  t.deepEqual(await postgres.query('select name from things'), [{ name: 'kept' }]);
});

test('amounts and big integers arrive as text', async (t) => {
  const postgres = postgresOn(t, await database(t));
  const rows = await postgres.query('select 10.00::numeric as amount, 9007199254740993::bigint as big');
  t.deepEqual(rows, [{ amount: '10.00', big: '9007199254740993' }]);
});

test('a wrong statement is a defect; a server that went away, or took too long, is not', async (t) => {
  const url = await database(t);
  const postgres = postgresOn(t, url, { statementTimeoutMs: 100 });
  const missing = await t.throwsAsync(postgres.query('select 1 from nothing'));
  t.false(missing instanceof PostgresUnavailable);
  t.true(isTableMissing(missing));
  await t.throwsAsync(postgres.query('select pg_sleep(5)'), { instanceOf: PostgresUnavailable });
  const nowhere = postgresOn(t, 'postgres://nobody@127.0.0.1:1/none');
  await t.throwsAsync(nowhere.query('select 1'), { instanceOf: PostgresUnavailable });
  await t.throwsAsync(
    nowhere.inTransaction(async () => undefined),
    { instanceOf: PostgresUnavailable },
  );
});

test('connections that were cut, idle or in a transaction, are replaced', async (t) => {
  const url = await database(t);
  const postgres = postgresOn(t, url);
  const other = postgresOn(t, url);
  await postgres.query('select 1');
  await other.query(END_OTHERS);
  await t.throwsAsync(
    postgres.inTransaction(async (sql) => {
      await sql.query('select 1');
      await other.query(END_OTHERS);
      await sql.query('select 1');
    }),
    { instanceOf: PostgresUnavailable },
  );
  t.deepEqual(await postgres.query('select 1 as one'), [{ one: 1 }]);
});

test('a read-only pool cannot write', async (t) => {
  const postgres = postgresOn(t, await database(t), { readOnly: true });
  await t.throwsAsync(postgres.query('create table things (name text)'), { message: /read-only/ });
});

test('many who migrate at once leave it migrated once, and a second time changes nothing', async (t) => {
  const connectionString = await database(t);
  const options = { connectionString, schema: 'read_model', folder: MIGRATIONS, logger: silentLogger };
  await Promise.all([1, 2, 3].map(() => migrate(options)));
  await migrate(options);
  const rows = await postgresOn(t, connectionString).query('select name from read_model.migrations order by 1');
  const files = await readdir(MIGRATIONS);
  t.deepEqual(
    rows.map(({ name }) => `${name}.sql`),
    files.sort(),
  );
});

test('a dropped schema is made again: that is how a rebuild begins', async (t) => {
  const connectionString = await database(t);
  await migrate({ connectionString, schema: 'read_model', folder: MIGRATIONS, logger: silentLogger });
  const postgres = postgresOn(t, connectionString);
  await postgres.query('drop schema read_model cascade');
  await migrate({ connectionString, schema: 'read_model', folder: MIGRATIONS, logger: silentLogger });
  t.deepEqual(await postgres.query('select count(*)::int as count from read_model.players'), [{ count: 0 }]);
});
