import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import pg from 'pg';
import { arrayLiteral } from './array-literal.js';

// The driver parses what the driver, or Postgres, writes: its own reading of the literal is the judge.
const TEXTS_OID = 1009;
const parse: (literal: string) => unknown = pg.types.getTypeParser(TEXTS_OID as number, 'text');
const TEXT_ARRAY = [
  'plain',
  '',
  'NULL',
  'null',
  '{}',
  'a,b',
  ' spaces ',
  '"quoted"',
  'back\\slash',
  '\\',
  '\\"',
  'two\nlines\ttab',
  'é €',
  '😀',
  '{"json":"with \\"quotes\\""}',
];

test('texts come back as they were', (t) => {
  t.deepEqual(parse(arrayLiteral(TEXT_ARRAY) ?? ''), TEXT_ARRAY);
  t.deepEqual(parse(arrayLiteral([]) ?? ''), []);
  t.deepEqual(parse(arrayLiteral([null, 'NULL', undefined]) ?? ''), [null, 'NULL', null]);
});

testProp('any text comes back as it was', [fc.array(fc.string({ unit: 'binary' }))], (t, texts) => {
  t.deepEqual(parse(arrayLiteral(texts) ?? ''), texts);
});

test('numbers and booleans are written as Postgres reads them', (t) => {
  t.is(arrayLiteral([1, -2.5, 12345678901234567890n, true, false]), '{1,-2.5,12345678901234567890,true,false}');
});

test('what it does not know is left to the driver', (t) => {
  for (const other of [new Date(), Buffer.of(1), [1], { a: 1 }]) t.is(arrayLiteral(['a', other]), undefined);
});
