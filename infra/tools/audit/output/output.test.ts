import test from 'ava';
import { createProgressBar, createProgressLines } from './progress-bar.js';
import { table } from './table.js';
import { trialBalanceCsv, trialBalanceTable } from './trial-balance.js';

test('numbers stand to the right', (t) => {
  t.is(
    table(
      ['a', 'n'],
      [
        ['x', '1'],
        ['long', '22'],
      ],
      ['n'],
    ),
    'a      n\n----  --\nx      1\nlong  22',
  );
});

test('a bar is drawn on a terminal, not too often, and nowhere else', (t) => {
  const drawn: string[] = [];
  const write = (text: string) => drawn.push(text);
  createProgressBar({ isTTY: false, write }).show({ position: 5n, end: 10n, events: 7 });
  t.deepEqual(drawn, []);
  let now = 1_000;
  const bar = createProgressBar({ isTTY: true, write }, () => now);
  bar.show({ position: 5n, end: 10n, events: 7 });
  bar.show({ position: 6n, end: 10n, events: 8 });
  t.is(drawn.length, 1);
  t.regex(drawn[0] ?? '', /\[#{15}\.{15}\] 50 %/);
  now += 1_000;
  bar.show({ position: -1n, end: 0n, events: 0 });
  t.regex(drawn[1] ?? '', / 0 %/);
});

test('for a program it is a line at a time, terminal or not, and not too often', (t) => {
  const written: string[] = [];
  let now = 0;
  const lines = createProgressLines({ write: (text: string) => written.push(text) }, () => now);
  lines.show({ position: 5n, end: 10n, events: 7 });
  lines.show({ position: 6n, end: 10n, events: 8 });
  now += 100;
  lines.show({ position: 10n, end: 10n, events: 9 });
  lines.clear();
  t.deepEqual(written, ['{"percent":50,"events":7}\n', '{"percent":100,"events":9}\n']);
});

const line = (account: string, debits: bigint, credits: bigint) => ({ account, currency: 'EUR', debits, credits });

test('a trial balance in a file names every account; on a terminal many players are one line', (t) => {
  const lines = [
    line('=psp:fake', 5_000n, 0n),
    ...Array.from({ length: 50 }, (_, n) => line(`player:${n}:cash`, 0n, 100n)),
  ];
  const totals = [{ currency: 'EUR', debits: 5_000n, credits: 5_000n }];
  const csv = trialBalanceCsv(lines, totals).split('\n');
  t.is(csv.length, 1 + 51 + 1 + 1);
  t.is(csv[1], "'=psp:fake,EUR,50.00,0.00,50.00", 'no formula for a spreadsheet');
  t.is(csv.at(-2), 'total,EUR,50.00,50.00,0.00');
  const text = trialBalanceTable(lines, totals);
  t.regex(text, /player:\*:cash \(50 accounts\) +EUR +0\.00 +50\.00 +-50\.00/);
  t.false(text.includes('player:7:cash'));
});
