import { runner } from 'node-pg-migrate';
import pg from 'pg';
import type { Logger } from '../telemetry/log.js';
import { faultOf } from './fault.js';
import { refuseNewer } from './known-migrations.js';
import type { Row, Sql } from './postgres.js';

const CONNECT_TIMEOUT_MS = 3_000;
const NAME = /^[a-z_]+$/;

export type MigrateOptions = {
  readonly connectionString: string;
  /** The one schema that the migrations are about. It is made when missing, and holds their own table `migrations`. */
  readonly schema: string;
  /** Where `NNN-name.sql` files are. */
  readonly folder: string;
  readonly logger: Logger;
};

/**
 * Brings a schema to its newest migration, all or nothing. Whoever comes second waits for the first (an advisory lock).
 * @throws PostgresUnavailable when the server is away; NewerDatabase when a newer version was here, and nothing is
 *   changed; the driver's error when a migration does not apply.
 */
export async function migrate({ connectionString, schema, folder, logger }: MigrateOptions): Promise<void> {
  if (!NAME.test(schema)) throw new Error(`${schema} is no schema name`);
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', (error) => logger.warn({ err: error }, 'the migration connection dropped'));
  await client.connect().catch((error: unknown) => {
    throw faultOf(error);
  });
  try {
    await refuseNewer(sqlOn(client), schema, folder);
    const ran = await runner({
      dbClient: client,
      dir: folder,
      direction: 'up',
      schema,
      migrationsTable: 'migrations',
      migrationsSchema: schema,
      createSchema: true,
      createMigrationsSchema: true,
      checkOrder: true,
      singleTransaction: true,
      advisoryLockMode: 'wait',
      log: (message) => logger.debug(message),
    });
    for (const { name } of ran) logger.info({ schema, migration: name }, 'migrated');
  } finally {
    await client.end();
  }
}

function sqlOn(client: pg.Client): Sql {
  return {
    async query<R extends Row>(text: string, values: readonly unknown[] = []) {
      const result = await client.query<R>(text, [...values]).catch((error: unknown) => {
        throw faultOf(error);
      });
      return result.rows;
    },
  };
}
