import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { thisFile } from '../../../infra/testing/this-file.js';
import type { EventStore, StoredEvent } from '../../../shared/event-store/event-store.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres, type Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { createCheckpoint, readCheckpoint } from '../read-models/checkpoint.js';
import { readFact } from '../read-models/fact.js';
import { project } from '../read-models/project.js';

export const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

export type ReadModels = Postgres & { readonly connectionString: string };

/** Databases of this file that no test is using. */
const free: ReadModels[] = [];

/**
 * A database with empty read models, the test's own until it ends. Making one takes half a second of a busy machine,
 * emptying one some milliseconds: tests that come one after the other share it.
 */
export async function emptyReadModels(t: ExecutionContext): Promise<ReadModels> {
  const postgres = free.pop() ?? (await newReadModels(t));
  t.teardown(() => free.push(postgres));
  const tables = await postgres.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'read_model' and table_type = 'BASE TABLE' and table_name <> 'migrations'`,
  );
  for (const { name } of tables) await postgres.query(`delete from read_model.${name}`);
  await createCheckpoint(postgres, 'read-models', undefined);
  return postgres;
}

async function newReadModels(t: ExecutionContext): Promise<ReadModels> {
  const { postgresUrl } = await testStack(t, ['postgres']);
  const connectionString = await testDatabase(thisFile, postgresUrl);
  await migrate({ connectionString, schema: 'read_model', folder: MIGRATIONS, logger: silentLogger });
  const postgres = createPostgres({
    connectionString,
    applicationName: 'test',
    logger: silentLogger,
    max: 2,
    statementTimeoutMs: 10_000,
  });
  thisFile.teardown(postgres.stop);
  return { ...postgres, connectionString };
}

/** All that the projector would read of a store. */
export async function allOf(store: EventStore): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readAll({ streamPrefixes: ['player-', 'profile-'] })) events.push(event);
  return events;
}

export const NOT_DELETED = async () => false;

export async function projectAll(
  postgres: Postgres,
  events: readonly StoredEvent[],
  batchSize: number,
  isDeleted: (stream: string) => Promise<boolean> = NOT_DELETED,
): Promise<void> {
  for (let start = 0; start < events.length; start += batchSize) {
    const batch = events.slice(start, start + batchSize);
    const to = batch.at(-1)?.position ?? 0n;
    const from = await readCheckpoint(postgres, 'read-models');
    await project(postgres, { facts: batch.map(readFact), from, to }, isDeleted);
  }
}
