import test from 'ava';
import fc from 'fast-check';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { add, isNegative, isZero, negate } from '../../../shared/money/money.js';
import { endBonus } from './bonuses.js';
import { evolve } from './evolve.js';
import { unarchivedPast } from './past.js';
import { approveWithdrawal, stopWithdrawal } from './payments.js';
import { NO_PLAYER, type PlayerState } from './state.js';
import { NOW, PLAYER, registeredPlayer, type Step } from './testing/given.js';
import {
  bet,
  blocked,
  bonus,
  depositRequested,
  limit,
  play,
  reported,
  rollback,
  session,
  sessionEnded,
  win,
  withdrawalRequested,
} from './testing/steps.js';

// Goal: whatever providers, PSPs, players and operators send in whatever order, the ledger's laws hold after each step.
// Method: random sequences over few ids, so that retries, conflicts, late settlements and ended bonuses all happen.

const ids = fc.constantFrom('t-1', 't-2', 't-3', 't-4', 't-5');
const rounds = fc.constantFrom('r-1', 'r-1', 'r-2');
const amounts = fc.constantFrom('0.01', '0.03', '1.00', '5.00', '7.77', '40.00', '100.00');
const names = fc.constantFrom('p1', 'p2');
const games = fc.constantFrom('slot_abc', 'table_blackjack', 'unknown');

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ transactionId: ids, roundId: rounds, amount: amounts, gameId: games })
      .map((change) => bet(change)),
  },
  {
    weight: 6,
    arbitrary: fc
      .record({
        transactionId: ids,
        referenceTransactionId: ids,
        roundId: rounds,
        amount: fc.oneof(amounts, fc.constant('0.00')),
      })
      .map((change) => win(change)),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ transactionId: ids, referenceTransactionId: ids, roundId: rounds })
      .map((change) => rollback(change)),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(ids, ids, amounts, amounts)
      .map(([one, other, stake, won]) =>
        play({ bet: { transactionId: one, amount: stake }, win: { transactionId: `${other}-w`, amount: won } }),
      ),
  },
  { weight: 3, arbitrary: fc.tuple(amounts, names).map(([amount, name]) => depositRequested(amount, name)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('completed', 'failed', 'reversed'), fc.constantFrom('p0', 'p1', 'p2', 'w1'))
      .map(([status, name]) => reported(status, name)),
  },
  { weight: 2, arbitrary: amounts.map((amount) => withdrawalRequested(amount)) },
  { weight: 1, arbitrary: fc.constant<Step>((player) => approveWithdrawal(player, `${PLAYER}-w1`)) },
  { weight: 1, arbitrary: fc.constant<Step>((player) => stopWithdrawal(player, `${PLAYER}-w1`, 'cancelled')) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom('5.00', '1.00', '20.00'),
        fc.constantFrom('ub-1', 'ub-2', 'ub-3'),
        fc.constantFrom('easy_bonus', 'strict_bonus', 'sticky_bonus', 'cash_gift'),
      )
      .map(([amount, id, template]) => bonus(amount, id, template)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('ub-1', 'ub-2').map(
      (id): Step =>
        (player) =>
          endBonus(player, id, 'operator'),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('deposit', 'loss', 'wager'),
        fc.constantFrom('day', 'month'),
        fc.constantFrom('60.00', '200.00', null),
      )
      .map(([kind, period, amount]) => limit(kind, period, amount)),
  },
  { weight: 2, arbitrary: fc.constant(session()) },
  { weight: 1, arbitrary: fc.constant(sessionEnded()) },
  { weight: 1, arbitrary: fc.constant(blocked({ reason: 'timeout', until: '2026-01-02T12:05:00.000Z' })) },
);

/** Time goes on by up to 40 minutes a step: sessions idle, time-outs end, and over a long run bonuses expire. */
const timed = fc.array(fc.tuple(steps, fc.constantFrom(0, 0, 0, 1, 40, 20_000)), { minLength: 1, maxLength: 60 });

function moment(minutes: number): string {
  return new Date(Date.parse(NOW) + minutes * 60_000).toISOString();
}

/** 100.00 in cash and an open game session: where every script begins. */
function playerWithCash() {
  const player = registeredPlayer();
  const beginning: readonly Step[] = [depositRequested('100.00', 'p0'), reported('completed', 'p0'), session()];
  for (const step of beginning) player.run(step);
  return player;
}

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
