import { fileURLToPath } from 'node:url';
import test from 'ava';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import { testInbox } from './inbox.contract.js';
import { createMemoryInbox } from './memory-inbox.js';
import { createPostgresInbox } from './postgres-inbox.js';

testInbox(test, 'memory', async () => {
  const inbox = createMemoryInbox();
  return { ...inbox, askAgain: async (playerId, replay) => inbox.decide(playerId, { replay }) };
});

testInbox(test.serial, 'Postgres', async (t) => {
  const { postgresUrl } = await testStack(t, ['postgres']);
  const connectionString = await testDatabase(t, postgresUrl);
  const folder = fileURLToPath(new URL('../migrations', import.meta.url));
  await migrate({ connectionString, schema: 'bridge', folder, logger });
  const postgres = createPostgres({
    ...{ connectionString, applicationName: 'test', logger, max: 4, statementTimeoutMs: 5_000 },
  });
  t.teardown(() => postgres.stop());
  return {
    ...createPostgresInbox(postgres),
    async askAgain(playerId, { next, last }) {
      await postgres.query('UPDATE bridge.lanes SET replay_next = $2, replay_last = $3 WHERE player_id = $1', [
        ...[playerId, next, last],
      ]);
    },
  };
});
