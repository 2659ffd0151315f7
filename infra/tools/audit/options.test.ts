import test from 'ava';
import { readOptions, UsageError } from './options.js';

test('without options: the whole ledger, as tables', (t) => {
  t.deepEqual(readOptions([]), {
    ...{ command: 'audit', at: undefined, player: undefined, after: undefined, anchor: undefined, keyFile: undefined },
    ...{ against: undefined, output: 'tables', outFolder: '.out', readModels: true, progressLines: false },
  });
});

test('a time with a zone is taken as it is recorded: in UTC, with milliseconds', (t) => {
  for (const [text, at] of [
    ['2026-01-31T23:59:59Z', '2026-01-31T23:59:59.000Z'],
    ['2026-02-01T00:59+01:00', '2026-01-31T23:59:00.000Z'],
    ['2024-02-29T00:00:00.5Z', '2024-02-29T00:00:00.500Z'],
  ] as const) {
    t.like(readOptions(['--at', text]), { at });
  }
});

test('what cannot be done is refused in words', (t) => {
  for (const [args, words] of [
    [['--all'], /--all/],
    [['now'], /now/],
    [['--at', 'yesterday'], /not a time/],
    [['--at', '2026-01-31'], /not a time/],
    [['--at', '2026-01-31T12:00:00'], /zone/],
    [['--at', '2026-02-30T12:00:00Z'], /not a time/],
    [['--at', '2026-01-31T25:00:00Z'], /not a time/],
    [['--at', ''], /needs a value/],
    [['--at'], /--at/],
    [['--player', '0'], /not a player id/],
    [['--player', "1' or true"], /not a player id/],
    [['--from', '-1'], /--from/],
    [['--from', '1.5'], /not a position/],
    [['--csv', '--json'], /choose one/],
    [['--key', 'k'], /--anchor/],
    [['--anchor', 'a', '--from', '5'], /whole ledger/],
    [['--anchor', 'a', '--player', '5'], /whole ledger/],
    [['--from', '5', '--at', '2026-01-31T12:00:00Z'], /leave out --from/],
    [['--against', 'a'], /--public-key/],
    [['--public-key', 'k'], /--against/],
    [['--new-key', 'k', '--json'], /alone/],
  ] as const) {
    const error = t.throws(() => readOptions(args), { instanceOf: UsageError }, args.join(' '));
    t.regex(error?.message ?? '', words);
  }
});
