import test from 'ava';
import { PROVIDER, scriptedProvider, type Wrongs } from './testing/scripted-provider.js';
import { validate } from './validate.js';

/** The cases that such a provider fails. The test ends a wait when the provider has nothing left to do. */
async function failuresOf(wrongs: Wrongs): Promise<readonly string[]> {
  const { results } = await validate({
    ...{ host: '127.0.0.1', port: 0, provider: PROVIDER, gameId: 'slot_abc', currency: 'EUR', isByHand: false },
    silenceMs: 0,
    onListening: (url) => scriptedProvider(url, wrongs),
    patience: (asked) => asked,
    quiet: (asked) => asked,
  });
  return results.filter(({ result }) => result === 'failed').map(({ id }) => id);
}

test.serial('a provider that does what the document says passes', async (t) => {
  t.deepEqual(await failuresOf({}), []);
});

const WRONG: readonly (readonly [Wrongs, readonly string[]])[] = [
  [{ sendsNumbers: true }, ['amounts']],
  [{ repeatsWithNewIds: true }, ['bet-answer-lost', 'bet-unavailable', 'bet-unknown', 'bet-never-arrived', 'win-owed']],
  [{ repeatsWithOtherContent: true }, ['repeats', 'win-owed']],
  [{ countsIdsPerPlayer: true }, ['ids']],
  [{ neverRollsBack: true }, ['bet-unknown', 'bet-never-arrived']],
  [{ rollsBackOnce: true }, ['bet-unknown']],
  [{ rollsBackUntil200: true }, ['bet-never-arrived']],
  [{ rollsBackAnotherRound: true }, ['bet-unknown', 'bet-never-arrived']],
  [{ paysUnknownBets: true }, ['bet-unknown', 'bet-never-arrived']],
  [{ paysRefusedBets: true }, ['refused']],
  [{ repeatsRefusals: true }, ['refused']],
  [{ losesWins: true }, ['win-owed']],
  [{ rollsBackOwedWins: true }, ['win-owed']],
  [{ mixesRounds: true }, ['parallel']],
  [{ leavesLostRoundsOpen: true }, ['round', 'parallel', 'bet-answer-lost', 'bet-unavailable', 'win-owed']],
  [{ signsOtherBytes: true }, ['signed', 'round', 'refused', 'bet-unknown', 'bet-never-arrived']],
  [{ sendsThreeDecimals: true }, ['amounts', 'round', 'refused']],
  [{ forgetsAField: true }, ['well-formed', 'round', 'refused']],
];

for (const [wrongs, failures] of WRONG) {
  test.serial(`a provider that ${Object.keys(wrongs).join()} fails for it`, async (t) => {
    t.deepEqual(await failuresOf(wrongs), failures);
  });
}
