import test from 'ava';
import { createTransactionTable } from './transaction-table.js';

test('rows are found again after the table has grown, and others are not', (t) => {
  const table = createTransactionTable();
  for (let n = 0; n < 5_000; n += 1) {
    table.add(`7 mock t-${n}`, {
      kind: n % 2 === 0 ? 'bet' : 'win',
      round: `r-${n}`,
      amount: BigInt(n),
      bet: n % 2 === 0 ? undefined : n - 1,
    });
  }
  t.is(table.size, 5_000);
  for (let n = 0; n < 5_000; n += 1) {
    const row = table.find(`7 mock t-${n}`) ?? -1;
    t.is(table.amount(row), BigInt(n));
    t.true(table.isRound(row, `r-${n}`));
    t.is(table.bet(row), n % 2 === 0 ? undefined : n - 1);
  }
  t.is(table.find('7 mock t-5000'), undefined);
  t.is(table.find('8 mock t-1'), undefined);
});

test('what happens to a row stays with it', (t) => {
  const table = createTransactionTable();
  const row = table.add('7 mock bet', { kind: 'bet', round: 'r', amount: 1_000n, wagering: { bonus: 2, amount: -5n } });
  table.countWin(row, 1);
  table.countWin(row, 1);
  table.countWin(row, -1);
  t.is(table.standingWins(row), 1);
  t.false(table.isRolledBack(row));
  table.setRolledBack(row);
  t.true(table.isRolledBack(row));
  t.deepEqual(table.wagering(row), { bonus: 2, amount: -5n });
});
