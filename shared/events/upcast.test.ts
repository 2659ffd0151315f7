import test from 'ava';
import { type Upcasts, upcast } from './upcast.js';

// Versions 1 to 4. `Changed` changed in 2 and in 4, `ChangedLate` in 4 only.
const UPCASTS: Upcasts = {
  Changed: { 1: (data) => ({ ...data, two: true }), 3: (data) => ({ ...data, four: true }) },
  ChangedLate: { 3: (data) => ({ ...data, four: true }) },
};

test('every step from the version that was written to today is taken, in order', (t) => {
  t.deepEqual(upcast(UPCASTS, 'Changed', { one: true }, 1, 4), { one: true, two: true, four: true });
  t.deepEqual(upcast(UPCASTS, 'Changed', { one: true }, 2, 4), { one: true, four: true });
  t.deepEqual(upcast(UPCASTS, 'Changed', { one: true }, 3, 4), { one: true, four: true });
  t.deepEqual(upcast(UPCASTS, 'Changed', { one: true }, 1, 3), { one: true, two: true });
});

test('a version in which a type did not change is no end of the way', (t) => {
  t.deepEqual(upcast(UPCASTS, 'ChangedLate', { one: true }, 1, 4), { one: true, four: true });
});

test('data of today stay as they are, and so do those of a type that never changed', (t) => {
  const data = { one: true };
  t.is(upcast(UPCASTS, 'Changed', data, 4, 4), data);
  t.is(upcast(UPCASTS, 'Unchanged', data, 1, 4), data);
});
