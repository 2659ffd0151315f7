import test from 'ava';
import { amountOf, unitsOf, unitsOfNumeric } from './minor-units.js';

test('an amount is read at exactly its currency’s decimals, and written so again', (t) => {
  for (const [amount, currency, units] of [
    ['0.00', 'EUR', 0n],
    ['10.05', 'EUR', 1_005n],
    ['-0.50', 'EUR', -50n],
    ['7', 'JPY', 7n],
    ['1.234', 'KWD', 1_234n],
    ['999999999999999999.99', 'EUR', 99_999_999_999_999_999_999n],
  ] as const) {
    t.is(unitsOf(amount, currency), units);
    t.is(amountOf(units, currency), amount);
  }
  for (const [amount, currency] of [
    ['10', 'EUR'],
    ['10.0', 'EUR'],
    ['10.000', 'EUR'],
    ['010.00', 'EUR'],
    ['-0.00', 'EUR'],
    ['1e2', 'EUR'],
    ['', 'EUR'],
    ['7.00', 'JPY'],
    ['1.00', 'XXX'],
  ] as const) {
    t.is(unitsOf(amount, currency), undefined, `${amount} ${currency}`);
  }
});

test('a sum of the database may have fewer decimals, or zeros too many, but no cents of a cent', (t) => {
  t.is(unitsOfNumeric('0', 'EUR'), 0n);
  t.is(unitsOfNumeric('12.5', 'EUR'), 1_250n);
  t.is(unitsOfNumeric('12.5000', 'EUR'), 1_250n);
  t.is(unitsOfNumeric('12.501', 'EUR'), undefined);
  t.is(unitsOfNumeric('12', 'JPY'), 12n);
});
