import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { createCheckpoint } from '../../../services/projector/read-models/checkpoint.js';
import { allOf, projectAll } from '../../../services/projector/tests/projection.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { NewerDatabase } from '../../../shared/postgres/known-migrations.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres, type Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import { rowsOf } from '../../../shared/testing/all-rows.js';
import { playerForgotten, playerLife } from '../../../shared/testing/player-life.js';
import { createScribe } from '../../../shared/testing/scribe.js';
import { temporaryFolder } from '../temporary-folder.js';
import { testDatabase } from '../test-database.js';
import { testStack } from '../test-stack.js';
import { describedSchema } from './described-schema.js';
import { addSampleRows, copyRows, tablesOf } from './sample-rows.js';

// Goal: whichever version a database is of, and whatever rows it has, it becomes what a new one is. Method: for each
// folder of migrations, a database of every earlier version is made by its own migrations and filled: with the rows of
// whole lives, as far as that version had tables for them, and with a row in each table that then is empty.

const FOLDERS = {
  read_model: fileURLToPath(new URL('../../../services/projector/migrations', import.meta.url)),
  bridge: fileURLToPath(new URL('../../../services/ft-bridge/migrations', import.meta.url)),
} as const;

type Database = { readonly postgres: Postgres; readonly connectionString: string };

for (const [schema, folder] of Object.entries(FOLDERS)) {
  test.serial(`${schema}: from every earlier version, with rows, to what a new database has`, async (t) => {
    const names = await filesOf(folder);
    const fresh = await database(t);
    await migrate({ ...fresh, schema, folder, logger });
    const expected = await describedSchema(fresh.postgres, schema);
    if (schema === 'read_model') await projectLives(fresh.postgres);
    for (let version = 1; version < names.length; version += 1) {
      const old = await database(t);
      await migrate({ ...old, schema, folder: await firstOf(t, folder, version), logger });
      if (schema === 'read_model') await copyRows(fresh.postgres, old.postgres, schema);
      await addSampleRows(old.postgres, schema);
      const before = await countsOf(old.postgres, schema);
      await migrate({ ...old, schema, folder, logger });
      t.deepEqual(await describedSchema(old.postgres, schema), expected, `from version ${names[version - 1]}`);
      t.like(await countsOf(old.postgres, schema), before, `rows of version ${names[version - 1]}`);
      await old.postgres.stop();
    }
  });
}

test.serial('rows that a migration works out are those that the projector would have written', async (t) => {
  const fresh = await database(t);
  await migrate({ ...fresh, schema: 'read_model', folder: FOLDERS.read_model, logger });
  await projectLives(fresh.postgres);
  const old = await database(t);
  await migrate({ ...old, schema: 'read_model', folder: await firstOf(t, FOLDERS.read_model, 1), logger });
  await copyRows(fresh.postgres, old.postgres, 'read_model');
  await migrate({ ...old, schema: 'read_model', folder: FOLDERS.read_model, logger });
  // Limits are in no event of that day.
  const { limits: _, due_times: __, ...rows } = await rowsOf(old.postgres);
  const { limits: ___, due_times: ____, ...expected } = await rowsOf(fresh.postgres);
  t.deepEqual(rows, expected);
});

test.serial('a database that is newer than the version that starts is refused, and left as it is', async (t) => {
  const { postgres, connectionString } = await database(t);
  const [schema, folder] = ['bridge', FOLDERS.bridge];
  await migrate({ connectionString, schema, folder, logger });
  const before = await describedSchema(postgres, schema);
  const names = await filesOf(folder);
  const older = await firstOf(t, folder, names.length - 1);
  await t.throwsAsync(migrate({ connectionString, schema, folder: older, logger }), {
    instanceOf: NewerDatabase,
    message: `the schema bridge was made by a newer version: this one does not know its migration ${names.at(-1)?.replace('.sql', '')}`,
  });
  t.deepEqual(await describedSchema(postgres, schema), before);
});

async function database(t: ExecutionContext): Promise<Database> {
  const connectionString = await testDatabase(t, (await testStack(t, ['postgres'])).postgresUrl);
  const postgres = createPostgres({
    ...{ connectionString, applicationName: 'test', logger, max: 2, statementTimeoutMs: 20_000 },
  });
  t.teardown(postgres.stop);
  return { postgres, connectionString };
}

async function filesOf(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).sort();
}

/** A folder as it was when there were only so many migrations. */
async function firstOf(t: ExecutionContext, folder: string, count: number): Promise<string> {
  const earlier = await temporaryFolder(t);
  for (const name of (await filesOf(folder)).slice(0, count)) await cp(join(folder, name), join(earlier, name));
  return earlier;
}

async function projectLives(postgres: Postgres): Promise<void> {
  const store = createMemoryEventStore();
  const scribe = createScribe(store);
  for (const id of ['12345', '20002'] as PlayerId[]) await scribe.write(playerLife(id));
  await scribe.write([playerForgotten('20002' as PlayerId)]);
  await createCheckpoint(postgres, 'read-models', undefined);
  await projectAll(postgres, await allOf(store), 50);
}

async function countsOf(postgres: Postgres, schema: string): Promise<{ readonly [table: string]: number }> {
  const counts: { [table: string]: number } = {};
  for (const table of await tablesOf(postgres, schema)) {
    const [row] = await postgres.query<{ n: number }>(`select count(*)::int as n from ${schema}.${table}`);
    counts[table] = row?.n ?? 0;
  }
  return counts;
}
