import test from 'ava';
import { exponentOf } from './currencies.js';

const EXPONENTS: readonly (readonly [decimals: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'],
  // The usual ones, and some for which Intl says 0.
  [2, 'EUR USD GBP SEK NOK DKK CHF HUF IDR COP TWD RSD UZS ALL AMD LBP IRR MMK PKR'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
];

for (const [decimals, codes] of EXPONENTS) {
  for (const code of codes.split(' ')) {
    test(`${code} has ${decimals} decimals`, (t) => {
      t.is(exponentOf(code), decimals);
    });
  }
}

test('what ISO 4217 does not know has no exponent', (t) => {
  for (const code of ['', 'eur', 'EURO', 'XXX', 'BTC', 'ISK ', 'toString', '__proto__']) {
    t.is(exponentOf(code), undefined, code);
  }
});
