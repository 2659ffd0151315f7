import test from 'ava';
import { createFreshness } from './freshness.js';

test('a position that is there is not waited for', async (t) => {
  const freshness = createFreshness(async () => 10n);
  t.true(await freshness.reached(10n));
});

test('one poll serves all who wait, each for its own position', async (t) => {
  let position = 0n;
  let polls = 0;
  const freshness = createFreshness(async () => {
    polls += 1;
    position += 1n;
    return position;
  });
  t.deepEqual(await Promise.all([1n, 2n, 3n, 3n, 3n].map((wanted) => freshness.reached(wanted))), Array(5).fill(true));
  t.true(polls <= 5, `${polls}`);
});

test('a position that does not come within a second is not reached', async (t) => {
  const freshness = createFreshness(async () => 1n);
  t.false(await freshness.reached(2n));
});

test('a fault of the store is the fault of whoever waits', async (t) => {
  const freshness = createFreshness(async () => {
    throw new Error('away');
  });
  await t.throwsAsync(freshness.reached(1n), { message: 'away' });
});
