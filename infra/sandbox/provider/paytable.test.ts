import test from 'ava';
import { seededRandom } from '../random.js';
import { outcomeOf, paytable } from './paytable.js';

test('the return to player is 96 % exactly, by counting every stop of the reels', (t) => {
  const stops = paytable.reduce((sum, { weight }) => sum + weight, 0);
  let returned = 0;
  const seen = new Map<string, number>();
  for (let stop = 0; stop < stops; stop += 1) {
    const { name, multiplier } = outcomeOf((stop + 0.5) / stops);
    returned += multiplier;
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  t.is(returned * 100, 96 * stops);
  t.deepEqual(
    [...seen],
    paytable.map(({ name, weight }) => [name, weight]),
  );
});

test('a long seeded run comes near it', (t) => {
  const random = seededRandom(1);
  const spins = 1_000_000;
  let returned = 0;
  for (let spin = 0; spin < spins; spin += 1) returned += outcomeOf(random()).multiplier;
  // The standard error of a million spins is 0.4 %.
  t.true(Math.abs(returned / spins - 0.96) < 0.012, `${returned / spins}`);
});

test('every number in [0, 1) is an outcome, and the same seed shows the same', (t) => {
  t.is(outcomeOf(0).name, 'jackpot');
  t.is(outcomeOf(1 - Number.EPSILON).name, 'no_win');
  t.throws(() => outcomeOf(1));
  const run = () => Array.from({ length: 5 }, seededRandom(42));
  t.deepEqual(run(), run());
});
