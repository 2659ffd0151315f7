import test from 'ava';
import { differenceOf } from './book.js';
import { accountsOf, postingTable } from './posting-table.js';
import { createStory } from './story.js';

const accounts = accountsOf('1001', { psp: 'fake', provider: 'mock' });
const table = postingTable(accounts);

test('every row of the table balances, and a leg of nothing is left out', (t) => {
  const share = { cash: 3n, bonus: 5n, converted: 7n, house: 11n };
  const rows = [
    ...[table.depositCompleted(5n), table.depositReversed(5n), table.withdrawalRequested(5n)],
    ...[table.withdrawalCompleted(5n), table.withdrawalReturned(5n), table.withdrawalReversed(5n)],
    ...[table.bet(share), table.win(share), table.betRolledBack(share), table.winRolledBack(share)],
    ...[table.bonusGranted(5n), table.bonusCancelled(5n), table.bonusCompleted({ converted: 2n, excess: 3n })],
  ];
  for (const legs of rows) t.is(differenceOf(legs), 0n);
  t.is(rows.length, Object.keys(table).length, 'a row was added and is not looked at');
  t.deepEqual(table.win({ cash: 0n, bonus: 0n }), []);
});

test('a story counts what a player has, and tells of balances when cash or bonus changed', (t) => {
  const story = createStory(accounts);
  story.tell('DepositCompleted', { legs: table.depositCompleted(100_00n) });
  story.tell('WithdrawalRequested', { legs: table.withdrawalRequested(40_00n) });
  story.tell('WithdrawalCompleted', { legs: table.withdrawalCompleted(40_00n) });
  const even = { cash: 10_00n, bonus: 0n };
  story.tell('RoundPlayed', { legs: [...table.bet(even), ...table.win(even)] });
  t.deepEqual(story.holdings, { cash: 60_00n, bonus: 0n, withdrawal: 0n });
  t.deepEqual(
    story.happenings.map(({ told }) => told),
    [
      [{ kind: 'balances', cash: 100_00n, bonus: 0n }],
      [{ kind: 'balances', cash: 60_00n, bonus: 0n }],
      // Held money is in neither, and a play that wins back its stake changes nothing.
      [],
      [],
    ],
  );
});

test('legs that do not balance are a fault of the case', (t) => {
  const story = createStory(accounts);
  t.throws(() => story.tell('BetPlaced', { legs: [{ account: accounts.cash, side: 'debit', units: 1n }] }));
});
