import test from 'ava';
import { createFailures } from './failures.js';

function failuresAt() {
  const clock = { now: 1_000_000 };
  return { clock, failures: createFailures({ max: 3, windowMs: 60_000, nowMs: () => clock.now }) };
}

test('the name that failed too often has to wait until the window of its first failure ends', (t) => {
  const { clock, failures } = failuresAt();
  for (let count = 0; count < 3; count += 1) {
    t.is(failures.waitS('a'), 0);
    failures.note('a');
    clock.now += 1_000;
  }
  t.is(failures.waitS('a'), 57);
  t.is(failures.waitS('b'), 0);
  clock.now += 57_000;
  t.is(failures.waitS('a'), 0);
});

test('what is forgotten counts from nothing again', (t) => {
  const { failures } = failuresAt();
  for (let count = 0; count < 5; count += 1) failures.note('a');
  t.true(failures.waitS('a') > 0);
  failures.forget('a');
  t.is(failures.waitS('a'), 0);
});
