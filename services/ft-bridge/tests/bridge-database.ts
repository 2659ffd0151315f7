import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres, type Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

/** A database of the test's own with the bridge's tables in it. */
export async function bridgeDatabase(
  t: ExecutionContext,
): Promise<{ readonly postgres: Postgres; readonly connectionString: string }> {
  const { postgresUrl } = await testStack(t, ['postgres']);
  const connectionString = await testDatabase(t, postgresUrl);
  await migrate({ connectionString, schema: 'bridge', folder: MIGRATIONS, logger });
  const postgres = createPostgres({
    ...{ connectionString, applicationName: 'test', logger, max: 4, statementTimeoutMs: 5_000 },
  });
  t.teardown(() => postgres.stop());
  return { postgres, connectionString };
}
