import test from 'ava';
import { mergeRows } from './statement.js';

type Row = { id: string; status: string | null; note: string | null; madeAt: number };
const key = ({ id }: Row) => id;
const row = (own: Partial<Row>): Row => ({ id: 'a', status: null, note: null, madeAt: 0, ...own });

test('rows without a key are all written', (t) => {
  const rows = [row({}), row({})];
  t.deepEqual(mergeRows({}, rows), rows);
});

test('of rows about one thing the last counts, in the place of the first', (t) => {
  const rows = [row({ status: 'one' }), row({ id: 'b' }), row({ status: null, note: 'x' })];
  t.deepEqual(mergeRows({ key }, rows), [row({ status: null, note: 'x' }), row({ id: 'b' })]);
});

test('a patch leaves what it does not name', (t) => {
  const rows = [row({ status: 'one', note: 'x' }), row({ status: 'two' }), row({ note: 'y' })];
  t.deepEqual(mergeRows({ key, patches: true }, rows), [row({ status: 'two', note: 'y' })]);
});

test('some columns are right in the first row only', (t) => {
  const rows = [row({ madeAt: 1, status: 'one' }), row({ madeAt: 2, status: 'two' })];
  t.deepEqual(mergeRows({ key, first: ['madeAt'] }, rows), [row({ madeAt: 1, status: 'two' })]);
});
