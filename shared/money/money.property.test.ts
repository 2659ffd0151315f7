import { fc, testProp } from '@fast-check/ava';
import { add, isLess, negate, parseAmount, scale, share, subtract, toJsonNumber } from './money.js';

// The model is integer arithmetic on minor units: what an amount is, without a decimal point to get wrong.

const CURRENCY_OF = { 0: 'JPY', 2: 'EUR', 3: 'KWD' } as const;
const exponents = fc.constantFrom<0 | 2 | 3>(0, 2, 3);
const UNITS_MAX = { 0: 10n ** 12n - 1n, 2: 10n ** 14n - 1n, 3: 10n ** 15n - 1n } as const;

/** Minor units as a decimal string with this many decimals. */
function amountOf(units: bigint, exponent: number): string {
  const digits = String(units < 0n ? -units : units).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const point = exponent === 0 ? '' : `.${digits.slice(digits.length - exponent)}`;
  return `${units < 0n ? '-' : ''}${whole}${point}`;
}

const some = exponents.chain((exponent) =>
  fc.record({
    exponent: fc.constant(exponent),
    a: fc.bigInt(0n, UNITS_MAX[exponent]),
    b: fc.bigInt(0n, UNITS_MAX[exponent]),
    c: fc.bigInt(1n, UNITS_MAX[exponent]),
  }),
);

testProp('every amount is written one way, whatever zeros a caller adds', [some, fc.nat(80)], (t, one, zeros) => {
  const amount = amountOf(one.a, one.exponent);
  const written = `${amount}${one.exponent === 0 && zeros > 0 ? '.' : ''}${'0'.repeat(zeros)}`;
  t.deepEqual(parseAmount(written, CURRENCY_OF[one.exponent]), { ok: true, amount });
});

testProp('one decimal too many that is no zero is refused', [some, fc.integer({ min: 1, max: 9 })], (t, one, digit) => {
  const written = `${amountOf(one.a, one.exponent)}${one.exponent === 0 ? '.' : ''}${digit}`;
  t.deepEqual(parseAmount(written, CURRENCY_OF[one.exponent]), { ok: false, fault: 'too_many_decimals' });
});

testProp(
  'whatever a caller writes is an amount or a fault, never an exception',
  [fc.string(), exponents],
  (t, text, e) => {
    const parsed = parseAmount(text, CURRENCY_OF[e]);
    t.is(parsed.ok, /^(0|[1-9]\d{0,11})(\.\d+)?$/.test(text) && Number((text.split('.')[1] ?? '').slice(e)) === 0);
  },
);

testProp('sums and differences are those of the minor units', [some], (t, { exponent, a, b }) => {
  const [x, y] = [amountOf(a, exponent), amountOf(b, exponent)];
  t.is(add(x, y), amountOf(a + b, exponent));
  t.is(subtract(x, y), amountOf(a - b, exponent));
  t.is(negate(subtract(x, y)), amountOf(b - a, exponent));
  t.is(add(subtract(x, y), y), x);
  t.is(isLess(x, y), a < b);
});

testProp(
  'a share is the floor of the exact one, and the rest makes up the whole',
  [some],
  (t, { exponent, a, b, c }) => {
    const [part, whole] = b < c ? [b, c] : [c, b];
    const mine = share(amountOf(a, exponent), amountOf(part, exponent), amountOf(whole, exponent));
    t.is(mine, amountOf((a * part) / whole, exponent));
    t.false(isLess(amountOf(a, exponent), mine));
    t.is(add(mine, subtract(amountOf(a, exponent), mine)), amountOf(a, exponent));
  },
);

testProp(
  'scaling is rounded down, never up',
  [some, fc.integer({ min: 0, max: 100_000 })],
  (t, { exponent, a }, thousandths) => {
    const factor = amountOf(BigInt(thousandths), 3);
    t.is(scale(amountOf(a, exponent), factor), amountOf((a * BigInt(thousandths)) / 1000n, exponent));
  },
);

testProp(
  'an amount of 12 + 3 digits is a JSON number exactly, without an exponent',
  [some],
  (t, { exponent, a, b }) => {
    for (const units of [a, -b]) {
      const text = JSON.stringify(toJsonNumber(amountOf(units, exponent)));
      t.regex(text, /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      const [whole = '', decimals = ''] = text.split('.');
      t.is(BigInt(`${whole}${decimals.padEnd(exponent, '0')}`), units);
    }
  },
);
