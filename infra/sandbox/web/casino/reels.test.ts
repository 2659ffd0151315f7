import test from 'ava';
import { seededRandom } from '../../random.js';
import { OUTCOME_WORDS, REELS, ROWS, showing } from './reels.js';

/** How many reels from the left show on the line what the first does. */
function run(columns: readonly (readonly string[])[]): number {
  const line = columns.map((column) => column[1]);
  const end = line.findIndex((name) => name !== line[0]);
  return end < 0 ? line.length : end;
}

test('every outcome is shown as what it is called, whatever else is on the reels', (t) => {
  const chance = seededRandom(7);
  const counts = {
    jackpot: 5,
    five_of_a_kind: 5,
    four_of_a_kind: 4,
    full_line: 5,
    three_of_a_kind: 3,
    pair: 2,
    no_win: 1,
  };
  for (const [outcome, count] of Object.entries(counts)) {
    t.truthy(OUTCOME_WORDS[outcome]);
    for (let spin = 0; spin < 200; spin += 1) {
      const columns = showing(outcome, chance);
      t.is(columns.length, REELS);
      t.true(columns.every((column) => column.length === ROWS));
      t.is(run(columns), count, outcome);
    }
  }
  t.is(run(showing('something new', chance)), 1);
});
