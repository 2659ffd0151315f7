import { fileURLToPath } from 'node:url';
import test from 'ava';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { readForgottenPlayers } from '../adapters/forgotten-players.js';
import { readOpenWithdrawals } from '../adapters/open-withdrawals.js';
import { readUnmarkedDetails } from '../adapters/unmarked-details.js';

// Goal: command's own questions to the read models, on a real Postgres with the projector's tables.

const MIGRATIONS = fileURLToPath(new URL('../../projector/migrations', import.meta.url));

test('open withdrawals come oldest first, page by page; unmarked details are those whose profile is ahead; forgotten players come as the projector heard of them', async (t) => {
  const { postgresUrl } = await testStack(t, ['postgres']);
  const connectionString = await testDatabase(t, postgresUrl);
  await migrate({ connectionString, schema: 'read_model', folder: MIGRATIONS, logger: silentLogger });
  const postgres = createPostgres({
    ...{ connectionString, applicationName: 'test', logger: silentLogger, max: 2, statementTimeoutMs: 10_000 },
  });
  t.teardown(postgres.stop);

  const at = '2026-01-02T12:00:00.007Z';
  for (const [id, kind, status] of [
    ['1-b', 'withdrawal', 'approved'],
    ['1-a', 'withdrawal', 'requested'],
    ['1-c', 'withdrawal', 'completed'],
    ['1-d', 'deposit', 'requested'],
    ['1-e', 'withdrawal', 'approved'],
  ]) {
    await postgres.query(
      `INSERT INTO read_model.payments (payment_id, player_id, kind, psp, status, amount, currency, requested_at, updated_at)
       VALUES ($1, 1, $2, 'fake', $3, 20.00, 'EUR', $4, $4)`,
      [id, kind, status, at],
    );
  }
  const first = await readOpenWithdrawals(postgres, ['requested', 'approved'], 2, undefined);
  t.deepEqual(
    first.map(({ paymentId, status, amount, requestedAt }) => [paymentId, status, amount, requestedAt]),
    [
      ['1-a', 'requested', '20.00', at],
      ['1-b', 'approved', '20.00', at],
    ],
  );
  const second = await readOpenWithdrawals(postgres, ['requested', 'approved'], 2, first[1]);
  t.deepEqual(
    second.map(({ paymentId }) => paymentId),
    ['1-e'],
  );

  for (const [playerId, marked, revision] of [
    [1, 0, 0],
    [2, 0, 3],
    [3, 2, 2],
  ]) {
    await postgres.query(
      `INSERT INTO read_model.players (player_id, currency, registered_at, marked_profile_revision) VALUES ($1, 'EUR', $2, $3)`,
      [playerId, at, marked],
    );
    await addProfile(playerId, revision);
  }
  // Registration was cut before its last append: nobody waits for a marker of a player who does not exist.
  await addProfile(4, 0);
  t.deepEqual(await readUnmarkedDetails(postgres, 10), [{ playerId: '2', profileRevision: 3 } as never]);

  await postgres.query(
    `INSERT INTO read_model.forgotten_players (player_id, position, forgotten_at)
     VALUES (7, 900, now()), (9, 18446744073709551615, now()), (8, 1000, now())`,
  );
  t.deepEqual(await readForgottenPlayers(postgres, undefined, 2), [
    { playerId: '7', position: 900n },
    { playerId: '8', position: 1000n },
  ] as never);
  t.deepEqual(await readForgottenPlayers(postgres, 1000n, 2), [
    { playerId: '9', position: 18446744073709551615n },
  ] as never);

  function addProfile(playerId: number | undefined, revision: number | undefined) {
    return postgres.query(
      `INSERT INTO read_model.profiles (player_id, revision, hash, email, first_name, last_name, birth_date, country,
         phone, address, ip_address, user_agent)
       VALUES ($1, $2, '', '', '', '', '', '', '', '', '', '')`,
      [playerId, revision],
    );
  }
});
