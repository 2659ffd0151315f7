import test from 'ava';
import { testLease } from './lease.contract.js';
import { createLeaseTable } from './memory-lease.js';

testLease(test, 'in memory', async () => createLeaseTable(() => performance.now()).of);
