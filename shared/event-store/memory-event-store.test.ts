import test from 'ava';
import { testEventStore } from './event-store.contract.js';
import { createMemoryEventStore } from './memory-event-store.js';

testEventStore(test, 'in memory', async (t) => {
  const store = createMemoryEventStore();
  t.teardown(() => store.close());
  return store;
});
