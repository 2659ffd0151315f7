import test from 'ava';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { until } from '../../../infra/testing/until.js';
import { createPostgresListener } from '../../../shared/postgres/listener.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';

test('a listener hears what is committed on its channels, and says when it may have missed something', async (t) => {
  const { postgresUrl } = await testStack(t, ['postgres']);
  const connectionString = await testDatabase(t, postgresUrl);
  const postgres = createPostgres({
    ...{ connectionString, applicationName: 'test', logger, max: 2, statementTimeoutMs: 5_000 },
  });
  t.teardown(() => postgres.stop());
  const heard: string[] = [];
  let opened = 0;
  const listener = createPostgresListener({
    ...{ connectionString, applicationName: 'test-listener', logger },
    channels: { ours: (payload) => heard.push(payload) },
    onListening: () => {
      opened += 1;
    },
  });
  t.teardown(listener.stop);
  const say = (channel: string, payload: string) => postgres.query('SELECT pg_notify($1, $2)', [channel, payload]);

  await until('it listens', () => opened === 1);
  await t.throwsAsync(
    postgres.inTransaction(async (sql) => {
      await sql.query(`SELECT pg_notify('ours', 'never')`);
      throw new Error('rolled back');
    }),
  );
  await say('theirs', 'not for us');
  await say('ours', 'one');
  await until('it has heard', () => heard.length === 1);

  await postgres.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-listener'`,
  );
  await until('it listens again', () => opened === 2);
  await say('ours', 'two');
  await until('it has heard', () => heard.length === 2);
  t.deepEqual(heard, ['one', 'two']);
});

test('a listener stops even if its server never was there', async (t) => {
  const listener = createPostgresListener({
    ...{ connectionString: 'postgres://127.0.0.1:1/none', applicationName: 'test', logger, channels: {} },
    onListening: () => t.fail('nobody is there'),
  });
  await listener.stop();
  t.pass();
});
