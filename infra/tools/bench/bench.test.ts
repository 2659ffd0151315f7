import test from 'ava';
import { chartOf, shareOfGoal } from './chart.js';
import { atLeast, atMost, plain } from './figures.js';
import { readOptions } from './options.js';

test('a figure at its goal is at 1, whichever side is better', (t) => {
  t.is(shareOfGoal(atLeast('rate', 0.6, 'ratio', 0.6)), 1);
  t.is(shareOfGoal(atMost('p99', 30, 'ms', 15)), 0.5);
  t.is(shareOfGoal(plain('rate', 5, '/s')), undefined);
  t.is(shareOfGoal(atMost('memory', Number.NaN, 'MiB', 512)), undefined);
});

test('the chart shows every figure that has a goal, and is well-formed text', (t) => {
  const svg = chartOf([
    atLeast('bets_over_appends', 0.7, 'ratio', 0.6),
    atMost('p99', 30, 'ms', 15),
    plain('x', 1, '/s'),
  ]);
  t.is(svg.match(/<rect/g)?.length, 2);
  t.true(svg.includes('class="ok"') && svg.includes('class="over"'));
  t.false(/[^&]<=|≤ &lt;|NaN/.test(svg));
});

for (const args of [['--only', 'everything'], ['--out', ''], ['--seconds', '3'], ['surplus']]) {
  test(`${JSON.stringify(args)} is refused`, (t) => {
    t.throws(() => readOptions(args));
  });
}

test('what is compared with the limits brings them along', (t) => {
  const options = readOptions(['--only', 'command']);
  t.deepEqual(options.help ? undefined : [...options.only].sort(), ['command', 'limits']);
});
