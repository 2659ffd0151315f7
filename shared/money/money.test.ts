import test from 'ava';
import { fixtureLines } from '../testing/fixture-lines.js';
import {
  add,
  isLess,
  isNegative,
  isPositive,
  isZero,
  negate,
  notBelowZero,
  parseAmount,
  scale,
  share,
  smallest,
  subtract,
  toJsonNumber,
  zero,
} from './money.js';

for (const line of fixtureLines('./amounts.valid.txt', import.meta.url)) {
  const [currency = '', text = '', amount = ''] = line.split(' ');
  test(`${text} ${currency} is ${amount}`, (t) => {
    t.deepEqual(parseAmount(text, currency), { ok: true, amount });
  });
}

for (const line of fixtureLines('./amounts.invalid.txt', import.meta.url)) {
  const [, currency = '', fault = '', json = ''] = /^(\S+) (\S+) (.*)$/.exec(line) ?? [];
  test(`${json} ${currency} is refused: ${fault}`, (t) => {
    t.deepEqual(parseAmount(JSON.parse(json) as string, currency), { ok: false, fault } as never);
  });
}

test('zero has the decimals of its currency', (t) => {
  t.deepEqual(['JPY', 'EUR', 'KWD'].map(zero), ['0', '0.00', '0.000']);
  t.throws(() => zero('XXX'));
});

test('sums and differences keep every decimal, and may be negative', (t) => {
  t.is(add('0.10', '0.20'), '0.30');
  t.is(add('1.00', '2.00', '-3.01'), '-0.01');
  t.is(subtract('1.00', '1.50'), '-0.50');
  t.is(subtract('1.000', '0.001'), '0.999');
  t.is(add('999999999999.99', '999999999999.99'), '1999999999999.98');
});

test('nothing is "0.00", however it came about', (t) => {
  t.is(subtract('1.00', '1.00'), '0.00');
  t.is(add('-1.00', '1.00'), '0.00');
  t.is(negate('0.00'), '0.00');
  t.is(scale('-0.01', '0.5'), '0.00');
  t.is(share('-0.01', '1.00', '3.00'), '0.00');
  t.is(notBelowZero('-5.00'), '0.00');
});

test('amounts of currencies with different decimals have no sum', (t) => {
  t.throws(() => add('1', '0.50'), { message: '1.5 has more than 0 decimals' });
  t.throws(() => subtract('1.00', '0.001'), { message: '0.999 has more than 2 decimals' });
});

test('amounts are compared by value', (t) => {
  t.true(isLess('9.00', '10.00'));
  t.false(isLess('10.00', '10.00'));
  t.true(isLess('-10.00', '-9.00'));
  t.is(smallest('9.00', '10.00'), '9.00');
  t.is(smallest('10.00', '9.00'), '9.00');
  t.is(notBelowZero('0.01'), '0.01');
  t.deepEqual(['-0.01', '0.00', '0.01'].map(isNegative), [true, false, false]);
  t.deepEqual(['-0.01', '0.00', '0.01'].map(isZero), [false, true, false]);
  t.deepEqual(['-0.01', '0.00', '0.01'].map(isPositive), [false, false, true]);
});

test('a share is rounded down to the exponent', (t) => {
  t.is(share('10.00', '1.00', '3.00'), '3.33');
  t.is(share('20.00', '2.00', '3.00'), '13.33');
  t.is(share('0.01', '0.99', '1.00'), '0.00');
  t.is(share('100', '1', '3'), '33');
  t.is(share('1.000', '2.000', '3.000'), '0.666');
  t.is(share('999999999999.99', '999999999999.98', '999999999999.99'), '999999999999.98');
});

test('there is no share of nothing', (t) => {
  t.throws(() => share('10.00', '0.00', '0.00'), { message: '10.00 has no share of 0.00' });
});

test('a factor scales, rounded down to the exponent', (t) => {
  t.is(scale('10.00', '0.35'), '3.50');
  t.is(scale('0.99', '0.01'), '0.00');
  t.is(scale('19.99', '0.15'), '2.99');
  t.is(scale('50.00', '10'), '500.00');
  t.is(scale('7', '0.5'), '3');
});

test('a JSON number is the shortest exact decimal form', (t) => {
  const numbers = ['10.50', '10.00', '0.00', '0.01', '0.001', '-0.50', '999999999999.999', '9999999999999.99'];
  t.is(JSON.stringify(numbers.map(toJsonNumber)), '[10.5,10,0,0.01,0.001,-0.5,999999999999.999,9999999999999.99]');
});

test('an amount that a JSON number cannot hold is never sent as another', (t) => {
  t.throws(() => toJsonNumber('9007199254740993'), { message: '9007199254740993 is no JSON number' });
  t.throws(() => toJsonNumber('99999999999999.123'));
});
