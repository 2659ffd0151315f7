import test from 'ava';
import { chartOf, shareOfGoal } from './chart.js';
import { sharesOf } from './cpu-profile.js';
import { atLeast, atMost, plain } from './figures.js';
import { growthChartOf } from './growth-chart.js';
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

for (const args of [['--quick', '--full'], ['--only', 'everything'], ['--out', ''], ['--seconds', '3'], ['surplus']]) {
  test(`${JSON.stringify(args)} is refused`, (t) => {
    t.throws(() => readOptions(args));
  });
}

test('what is compared with the limits brings them along', (t) => {
  const options = readOptions(['--only', 'command']);
  t.deepEqual(options.help ? undefined : [...options.only].sort(), ['command', 'limits']);
});

test('a profile is asked for by name; all else is measured unless told', (t) => {
  const options = readOptions([]);
  t.false(options.help || options.only.has('profile'));
  t.true(!options.help && options.only.has('growth'));
});

test('growth is drawn from two sizes on: what does not grow is level', (t) => {
  const at = (players: number, first: number) => [
    plain(`growth_cpu_command_at_${players}_players`, 500, 'µs'),
    plain(`growth_first_cpu_command_at_${players}_players`, first, 'µs'),
  ];
  t.is(growthChartOf(at(1_000, 900)), undefined);
  const svg =
    growthChartOf([...at(1_000, 900), ...at(10_000, 2_000), plain('growth_bets_at_1000_events', 1, '/s')]) ?? '';
  const [level, rising] = [...svg.matchAll(/points="([\d.]+),([\d.]+) ([\d.]+),([\d.]+)"/g)];
  t.is(level?.[2], level?.[4]);
  t.true(Number(rising?.[4]) < Number(rising?.[2]));
  t.false(svg.includes('NaN'));
});

test("a profile's time counts for the nearest package, or folder of ours, that was calling; idle time for nobody", (t) => {
  const frame = (functionName: string, url = '') => ({ functionName, url });
  const nodes = [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 7] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('decide', 'file:///x/.build/ab/services/command/player/bets.js'), children: [4] },
    { id: 4, callFrame: frame('write', 'file:///x/node_modules/@eventstore/db-client/dist/a.js'), children: [5] },
    { id: 5, callFrame: frame('writev', 'node:net'), children: [6] },
    { id: 6, callFrame: frame('writev') },
    { id: 7, callFrame: frame('(garbage collector)') },
  ];
  const shares = sharesOf({ nodes, samples: [2, 3, 6, 5, 7], timeDeltas: [1_000, 50, 25, 5, 20] });
  t.deepEqual(shares, [
    { name: 'services/command/player', share: 0.5 },
    { name: '@eventstore/db-client', share: 0.3 },
    { name: '(garbage collector)', share: 0.2 },
  ]);
});
