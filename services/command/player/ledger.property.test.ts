import test from 'ava';
import fc from 'fast-check';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { add, isNegative, isZero, negate } from '../../../shared/money/money.js';
import { evolve } from './evolve.js';
import { unarchivedPast } from './past.js';
import { NO_PLAYER, type PlayerState } from './state.js';
import { NOW, PLAYER, registeredPlayer } from './testing/given.js';
import { moment, playerWithCash, timed } from './testing/scripts.js';
import { depositRequested, reported, session } from './testing/steps.js';

// Goal: whatever providers, PSPs, players and operators send in whatever order, the ledger's laws hold after each step.
// Method: random sequences over few ids, so that retries, conflicts, late settlements and ended bonuses all happen.

/** The player's balance as the postings alone say it. */
function fromPostings(events: readonly PlayerEvent[], account: 'cash' | 'bonus' | 'withdrawal'): string {
  return events
    .flatMap((event) => ('postings' in event.data ? event.data.postings : []))
    .filter((posting) => posting.account === `player:${PLAYER}:${account}`)
    .reduce((sum, { side, amount }) => add(sum, side === 'credit' ? amount : negate(amount)), '0.00');
}

test('in every history, debits equal credits, balances equal their postings, and held and bonus money is never below zero', (t) => {
  fc.assert(
    fc.property(timed, (script) => {
      const player = playerWithCash();
      let minutes = 0;
      for (const [step, later] of script) {
        minutes += later;
        // `run` itself refuses an event whose debits and credits differ.
        player.run(step, moment(minutes));
      }
      const state = player.state();
      if (state.status === 'none') throw new Error('the player is gone');
      const { cash, bonus: bonusBalance, withdrawal } = state.balances;
      t.is(cash, fromPostings(player.events, 'cash'));
      t.is(bonusBalance, fromPostings(player.events, 'bonus'));
      t.is(withdrawal, fromPostings(player.events, 'withdrawal'));
      t.false(isNegative(bonusBalance) || isNegative(withdrawal));
      // What was rolled back moved its money once.
      const undone = player.events.flatMap((event) =>
        event.type === 'TransactionRolledBack' ? [event.data.referenceTransactionId] : [],
      );
      t.is(new Set(undone).size, undone.length);
      // No bonus money without an active bonus: it went to cash or back to the house.
      t.true(state.activeBonus !== null || isZero(bonusBalance));
    }),
    { numRuns: 300 },
  );
});

test('cash falls below zero only by a win rolled back or a chargeback', (t) => {
  fc.assert(
    fc.property(timed, (script) => {
      const player = registeredPlayer();
      let before = '0.00';
      t.pass();
      for (const [step] of [
        [depositRequested('100.00', 'p0'), 0],
        [reported('completed', 'p0'), 0],
        [session(), 0],
        ...script,
      ] as const) {
        const decision = player.run(step);
        if (!decision.ok) continue;
        for (const event of decision.events) {
          const after = 'balances' in event.data ? event.data.balances.cash : before;
          const fell = isNegative(add(after, negate(before)));
          if (fell && isNegative(after))
            t.true(event.type === 'TransactionRolledBack' || event.type === 'DepositReversed', event.type);
          before = after;
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('any accepted step again changes nothing and is answered the same', (t) => {
  fc.assert(
    fc.property(timed, (script) => {
      const player = playerWithCash();
      for (const [step] of script) {
        const first = player.run(step);
        if (!first.ok) continue;
        const again = player.run(step);
        if (again.ok) {
          t.deepEqual(again.events, []);
        } else {
          // A rollback of the unseen is told each time that there is nothing; an ended session stays ended.
          t.true(first.answer === 'tombstoned' || again.rejection.type === 'SessionEnded', again.rejection.type);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('replaying the events gives the state that the decisions left', (t) => {
  fc.assert(
    fc.property(timed, (script) => {
      const player = playerWithCash();
      for (const [step] of script) player.run(step);
      const stored = JSON.parse(JSON.stringify(player.events)) as PlayerEvent[];
      t.deepEqual(
        stored.reduce<PlayerState>((state, event) => evolve(state, event, NOW, unarchivedPast(new Map())), NO_PLAYER),
        player.state(),
      );
    }),
    { numRuns: 200 },
  );
});
