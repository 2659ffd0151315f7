import test from 'ava';
import { playerEventSchemas } from '../../../shared/events/player-events.js';
import { runSeeds } from './campaign.js';
import { deliver } from './deliver.js';
import { generate } from './generate.js';
import { printScript } from './print-script.js';
import type { Script } from './script.js';
import { shrink } from './shrink.js';
import { runScript } from './world.js';

// One simulation at a time: the process has one clock.

test.serial('the same seed does the same, and another seed does something else', async (t) => {
  const once = await runScript(generate(7, 400));
  const again = await runScript(generate(7, 400));
  t.is(once.violation, undefined);
  t.is(again.trace, once.trace);
  t.deepEqual(again.counts, once.counts);
  t.not((await runScript(generate(8, 400))).trace, once.trace);
});

test.serial('what happens in a script does not depend on how much of it is left out', (t) => {
  const { steps } = generate(7, 400);
  t.deepEqual(generate(7, 200).steps, steps.slice(0, 200));
});

/** A handler that believes that every win closes its round. */
const everyWinCloses: typeof deliver = (players, playerId, context, command) =>
  deliver(players, playerId, context, command.type === 'win' ? { ...command, roundClosed: true } : command);

test.serial('a planted fault is found, happens again the same, and is shrunk to a few commands', async (t) => {
  const run = (script: Script) => runScript(script, everyWinCloses);
  const script = generate(2, 1_000);
  const { violation, trace, steps } = await run(script);
  if (violation === undefined) return t.fail('it was not found');
  t.is(violation.check, 'events');
  t.regex(violation.detail, /"roundClosed":true.*"roundClosed":false/s);
  const again = await run(script);
  t.deepEqual([again.trace, again.steps, again.violation], [trace, steps, violation]);
  const shrunk = await shrink(script, violation, run);
  if (shrunk === undefined) return t.fail('it did not fail again');
  const kinds = shrunk.script.steps.map(({ action }) =>
    action.kind === 'deliver' ? action.command.type : action.kind,
  );
  t.true(kinds.length <= 10, kinds.join(' '));
  t.is(kinds.at(-1), 'win');
  t.regex(printScript(shrunk.script), /\n +1\. [AB] player \d: register currency=/);
  t.is((await runScript(shrunk.script)).violation, undefined, 'without the fault it holds');
  return undefined;
});

const FAULTS = [
  ...['append_stored_without_answer', 'append_lost_without_answer', 'append_late_without_answer'],
  ...['read_breaks', 'read_is_slow', 'save_fails', 'look_afresh'],
  ...['delete_done_without_answer', 'delete_lost_without_answer'],
  ...['kept', 'deleted', 'of_an_old_version', 'of_another_history', 'restored_from_earlier'].map(
    (fate) => `crash, archive ${fate}`,
  ),
];

const REFUSALS = [
  ...['PlayerNotFound', 'SessionNotFound', 'PaymentNotFound', 'BonusNotFound', 'GameNotFound', 'TransactionNotFound'],
  ...['IdempotencyConflict', 'TransactionRolledBack', 'TransactionAlreadySettled', 'InvalidTransition'],
  ...['InsufficientFunds', 'CurrencyMismatch', 'SessionEnded', 'PlayerBlocked', 'BonusBetLimitExceeded'],
  ...['BonusNotAvailable', 'InvalidAmount', 'LimitExceeded', 'LoggedOut', 'PlayerHasFunds', 'EmailTaken'],
];

test.serial('a few seeds hold, and there is nothing that does not happen in them', async (t) => {
  const { failure, counts } = await runSeeds(
    Array.from({ length: 12 }, (_, n) => n + 1),
    800,
  );
  t.is(failure, undefined);
  const missing = [...Object.keys(playerEventSchemas), ...REFUSALS, ...FAULTS].filter((what) => !counts.has(what));
  t.deepEqual(missing, []);
});
