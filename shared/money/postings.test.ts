import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { add } from './money.js';
import { credit, debit, isBalanced, legs } from './postings.js';

test('debits equal credits, per currency', (t) => {
  t.true(isBalanced([]));
  t.true(isBalanced([debit('a', '10.00', 'EUR'), credit('b', '4.00', 'EUR'), credit('c', '6.00', 'EUR')]));
  t.true(
    isBalanced([
      debit('a', '10.00', 'EUR'),
      debit('a', '10', 'JPY'),
      credit('b', '10', 'JPY'),
      credit('b', '10.00', 'EUR'),
    ]),
  );
  t.false(isBalanced([debit('a', '10.00', 'EUR')]));
  t.false(isBalanced([credit('a', '0.01', 'EUR')]));
  t.false(isBalanced([debit('a', '10.00', 'EUR'), credit('b', '9.99', 'EUR')]));
  t.false(isBalanced([debit('a', '10.00', 'EUR'), debit('b', '10.00', 'EUR')]));
  t.false(isBalanced([debit('a', '10.00', 'EUR'), credit('b', '10.00', 'USD')]));
});

test('a leg of nothing is left out', (t) => {
  const leg = debit('a', '0.01', 'EUR');
  t.deepEqual(legs(leg, credit('b', '0.00', 'EUR')), [leg]);
});

test('a leg below zero is a defect, not one to leave out', (t) => {
  t.throws(() => legs(debit('a', '-1.00', 'EUR'), credit('b', '-1.00', 'EUR')), { message: 'a debit of -1.00 at a' });
});

const amounts = fc.array(
  fc.nat({ max: 1_000_000_000 }).map((units) => (units / 100).toFixed(2)),
  { minLength: 1 },
);

testProp('any split balances with its sum, and one cent more does not', [amounts], (t, parts) => {
  const [first = '0.00', ...rest] = parts;
  const sum = add(first, ...rest);
  const credits = parts.map((part, index) => credit(`part:${index}`, part, 'EUR'));
  t.true(isBalanced([debit('sum', sum, 'EUR'), ...credits]));
  t.false(isBalanced([debit('sum', add(sum, '0.01'), 'EUR'), ...credits]));
});
