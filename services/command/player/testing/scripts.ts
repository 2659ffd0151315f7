import fc from 'fast-check';
import { endBonus } from '../bonuses.js';
import { approveWithdrawal, stopWithdrawal } from '../payments.js';
import { NOW, PLAYER, registeredPlayer, type Step, type TestPlayer } from './given.js';
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
} from './steps.js';

// Random scripts over few ids, so that retries, conflicts, late settlements and ended bonuses all happen.

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
export const timed = fc.array(fc.tuple(steps, fc.constantFrom(0, 0, 0, 1, 40, 20_000)), {
  minLength: 1,
  maxLength: 60,
});

/** So many minutes after `NOW`. */
export function moment(minutes: number): string {
  return new Date(Date.parse(NOW) + minutes * 60_000).toISOString();
}

/** 100.00 in cash and an open game session: where every script begins. */
export function playerWithCash(player: TestPlayer = registeredPlayer()): TestPlayer {
  const beginning: readonly Step[] = [depositRequested('100.00', 'p0'), reported('completed', 'p0'), session()];
  for (const step of beginning) player.run(step);
  return player;
}
