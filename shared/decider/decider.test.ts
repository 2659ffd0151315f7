import test from 'ava';
import { accept, reject } from './decider.js';

test('an acceptance has its events and its answer, a refusal its reason', (t) => {
  t.deepEqual(accept(['happened'], 42), { ok: true, events: ['happened'], answer: 42 });
  t.deepEqual(accept([], 'already done'), { ok: true, events: [], answer: 'already done' });
  t.deepEqual(reject({ type: 'InsufficientFunds', available: '1.00' }), {
    ok: false,
    rejection: { type: 'InsufficientFunds', available: '1.00' },
  });
});
