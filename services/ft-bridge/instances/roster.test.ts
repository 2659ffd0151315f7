import test from 'ava';
import { bridgeDatabase } from '../tests/bridge-database.js';
import { createMemoryRoster } from './memory-roster.js';
import { createPostgresRoster } from './postgres-roster.js';
import { testRoster } from './roster.contract.js';

testRoster(test, 'memory', async () => {
  const roster = createMemoryRoster(() => 0);
  return { roster, expire: async (id) => roster.expire(id) };
});

testRoster(test.serial, 'Postgres', async (t) => {
  const { postgres } = await bridgeDatabase(t);
  return {
    roster: createPostgresRoster(postgres),
    async expire(id) {
      await postgres.query('UPDATE bridge.instances SET expires_at = clock_timestamp() WHERE id = $1', [id]);
    },
  };
});
