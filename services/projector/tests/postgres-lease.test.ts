import test from 'ava';
import { testLease } from '../leadership/lease.contract.js';
import { createPostgresLease } from '../leadership/lease.js';
import { emptyReadModels } from './projection.js';

testLease(test, 'in Postgres', async (t) => {
  const postgres = await emptyReadModels(t);
  return (holder, lastsMs) => createPostgresLease({ postgres, migrate: async () => undefined, holder, lastsMs });
});
