import test from 'ava';
import type { Mutant } from './mutant-list.js';
import { MutantDoesNotFit, testMutants } from './mutants.js';
import { parseOptions } from './options.js';

const OPTIONS = parseOptions(['--seeds', '2', '--steps', '400']);

const FILE = 'services/command/player/bets.ts';
const FORGETFUL: Mutant = {
  name: 'a bet’s id is not looked up',
  file: FILE,
  find: 'const seen = unfolding.past.transaction(bet.provider, bet.transactionId);',
  replace: 'const seen = undefined as ReturnType<typeof unfolding.past.transaction>;',
};
const HARMLESS: Mutant = { name: 'nothing is wrong', file: FILE, find: FORGETFUL.find, replace: FORGETFUL.find };

test('a mutant is caught, one that does no harm survives, and the checkout stays as it is', async (t) => {
  const told: string[] = [];
  const { report, sentence } = await testMutants(OPTIONS, (line) => told.push(line), [FORGETFUL, HARMLESS]);
  t.like(report.mutants[0], { name: FORGETFUL.name });
  t.not(report.mutants[0]?.caughtBy, null);
  t.like(report.mutants[1], { name: HARMLESS.name, caughtBy: null, steps: 800 });
  t.false(report.ok);
  t.is(sentence, 'The simulation has holes: "nothing is wrong" survived.');
  t.is(told.length, 2);
  // Refused for its text, if that were no longer there once.
  await t.throwsAsync(
    testMutants({ ...OPTIONS, only: 'none of them' }, () => undefined, [FORGETFUL]),
    {
      message: 'no mutant has "none of them" in its name',
    },
  );
});

test('a list that is no longer true of the code is refused before anything runs', async (t) => {
  for (const find of ['this is nowhere', 'bet']) {
    const mutant = { ...FORGETFUL, find };
    await t.throwsAsync(
      testMutants(OPTIONS, () => t.fail('something ran'), [FORGETFUL, mutant]),
      { instanceOf: MutantDoesNotFit },
    );
  }
});

test('the list of mutants is true of the code', async (t) => {
  await t.throwsAsync(
    testMutants({ ...OPTIONS, only: 'none of them' }, () => undefined),
    { message: 'no mutant has "none of them" in its name' },
  );
});
