import test from 'ava';
import type { Rejection } from './rejection.js';
import { given, type Step } from './testing/given.js';
import {
  bet,
  blocked,
  bonus,
  depositRequested,
  limit,
  play,
  READY_TO_PLAY,
  reported,
  rollback,
  sessionEnded,
  win,
} from './testing/steps.js';

// The order of checks, which is part of the contract, for wins, rollbacks, plays and deposits (bets.test.ts has that of bets). Each row breaks at
// least two rules next to each other: the first one answers.

type Row = {
  readonly rule: string;
  readonly given: readonly Step[];
  readonly when: Step;
  readonly refusal: Rejection;
};

const poor: Rejection = {
  type: 'InsufficientFunds',
  balance: { cash: '100.00', bonus: '0.00' },
  currency: 'EUR',
};

/** A bonus ends with the deposit before it; here that is not the one that is charged back. */
const smallDeposit: readonly Step[] = [depositRequested('0.01', 'd2'), reported('completed', 'd2')];

const WINS: readonly Row[] = [
  {
    rule: 'a tombstone under its id before currency and reference',
    given: [rollback({ referenceTransactionId: 't-2' })],
    when: win({ currency: 'SEK', referenceTransactionId: 't-0' }),
    refusal: { type: 'TransactionRolledBack' },
  },
  {
    rule: 'its id seen before currency and reference',
    given: [bet(), win()],
    when: win({ currency: 'SEK', referenceTransactionId: 't-0' }),
    refusal: { type: 'IdempotencyConflict' },
  },
  {
    rule: 'its id seen with another kind before reference',
    given: [bet()],
    when: win({ transactionId: 't-1', referenceTransactionId: 't-0' }),
    refusal: { type: 'IdempotencyConflict' },
  },
  {
    rule: 'currency before reference',
    given: [],
    when: win({ currency: 'SEK' }),
    refusal: { type: 'CurrencyMismatch', expected: 'EUR' },
  },
  {
    rule: 'currency before a tombstone as reference',
    given: [rollback()],
    when: win({ currency: 'SEK' }),
    refusal: { type: 'CurrencyMismatch', expected: 'EUR' },
  },
  {
    rule: 'reference to a tombstone, whatever its round',
    given: [rollback()],
    when: win({ roundId: 'r-2' }),
    refusal: { type: 'TransactionRolledBack' },
  },
  {
    rule: 'round of the reference before its rollback',
    given: [bet(), rollback()],
    when: win({ roundId: 'r-2' }),
    refusal: { type: 'TransactionNotFound' },
  },
  {
    rule: 'reference though blocked and without a session',
    given: [bet(), sessionEnded(), blocked()],
    when: win({ referenceTransactionId: 't-0', sessionId: 's-9' }),
    refusal: { type: 'TransactionNotFound' },
  },
];

const ROLLBACKS: readonly Row[] = [
  {
    rule: 'a tombstone under its id before its reference',
    given: [rollback({ referenceTransactionId: 't-6' })],
    when: rollback({ transactionId: 't-6', referenceTransactionId: 't-0' }),
    refusal: { type: 'TransactionRolledBack' },
  },
  {
    rule: 'its id seen before its reference',
    given: [bet(), rollback()],
    when: rollback({ referenceTransactionId: 't-0' }),
    refusal: { type: 'IdempotencyConflict' },
  },
  {
    rule: 'its id seen with another round',
    given: [bet(), rollback()],
    when: rollback({ roundId: 'r-2' }),
    refusal: { type: 'IdempotencyConflict' },
  },
  {
    rule: 'its id seen with another kind before its reference',
    given: [bet()],
    when: rollback({ transactionId: 't-1', referenceTransactionId: 't-0' }),
    refusal: { type: 'IdempotencyConflict' },
  },
  {
    rule: 'round before what stands',
    given: [bet(), win()],
    when: rollback({ roundId: 'r-2' }),
    refusal: { type: 'TransactionNotFound' },
  },
  {
    rule: 'round before a rollback that was',
    given: [bet(), rollback()],
    when: rollback({ transactionId: 't-6', roundId: 'r-2' }),
    refusal: { type: 'TransactionNotFound' },
  },
  {
    rule: 'reference to a tombstone: no second one',
    given: [rollback()],
    when: rollback({ transactionId: 't-6' }),
    refusal: { type: 'TransactionNotFound' },
  },
  {
    rule: 'what stands, though blocked',
    given: [bet(), win(), blocked()],
    when: rollback(),
    refusal: { type: 'TransactionAlreadySettled' },
  },
];

const PLAYS: readonly Row[] = [
  { rule: 'funds', given: [], when: stake('100.01'), refusal: poor },
  {
    rule: 'bonus max bet before funds',
    given: [bonus('25.00', 'ub-1', 'strict_bonus')],
    when: stake('900.00'),
    refusal: { type: 'BonusBetLimitExceeded', maxBet: '5.00', currency: 'EUR' },
  },
  {
    rule: 'limits before bonus max bet',
    given: [bonus('25.00', 'ub-1', 'strict_bonus'), limit('loss', 'week', '40.00'), limit('wager', 'day', '50.00')],
    when: stake('900.00'),
    refusal: exceeded('loss', 'week', '40.00'),
  },
  {
    rule: 'limits before funds',
    given: [limit('wager', 'month', '9.99')],
    when: stake('900.00'),
    refusal: exceeded('wager', 'month', '9.99'),
  },
  {
    rule: 'cash below zero before limits',
    given: [bet({ amount: '50.00' }), limit('loss', 'day', '0.00'), reported('reversed')],
    when: stake('900.00'),
    refusal: { type: 'InsufficientFunds', balance: { cash: '-50.00', bonus: '0.00' }, currency: 'EUR' },
  },
  {
    rule: 'an ended session before limits',
    given: [limit('wager', 'day', '0.00'), sessionEnded()],
    when: play(),
    refusal: { type: 'SessionEnded' },
  },
  {
    rule: 'cash below zero before bonus max bet',
    given: [...smallDeposit, bet({ amount: '50.00' }), bonus('25.00', 'ub-1', 'strict_bonus'), reported('reversed')],
    when: stake('900.00'),
    refusal: { type: 'InsufficientFunds', balance: { cash: '-49.99', bonus: '25.00' }, currency: 'EUR' },
  },
  {
    rule: 'session before cash below zero',
    given: [bet({ amount: '50.00' }), reported('reversed')],
    when: play({ sessionId: 's-9' }),
    refusal: { type: 'SessionNotFound' },
  },
  {
    rule: 'an ended session before funds',
    given: [sessionEnded()],
    when: stake('900.00'),
    refusal: { type: 'SessionEnded' },
  },
  {
    rule: 'block before session',
    given: [blocked()],
    when: play({ sessionId: 's-9' }),
    refusal: { type: 'PlayerBlocked', reasons: ['operator'] },
  },
  {
    rule: 'currency before block',
    given: [blocked()],
    when: play({ currency: 'SEK' }),
    refusal: { type: 'CurrencyMismatch', expected: 'EUR' },
  },
  {
    rule: 'its bet seen alone before currency',
    given: [bet({ transactionId: 't-4' })],
    when: play({ currency: 'SEK' }),
    refusal: { type: 'IdempotencyConflict' },
  },
  {
    rule: 'its win id seen alone before block',
    given: [bet({ transactionId: 't-5' }), blocked()],
    when: play(),
    refusal: { type: 'IdempotencyConflict' },
  },
  {
    rule: 'a tombstone of its bet before currency',
    given: [rollback({ referenceTransactionId: 't-4' })],
    when: play({ currency: 'SEK' }),
    refusal: { type: 'TransactionRolledBack' },
  },
  {
    rule: 'a tombstone of its win moves nothing either',
    given: [rollback({ referenceTransactionId: 't-5' })],
    when: play(),
    refusal: { type: 'TransactionRolledBack' },
  },
];

/** Each is of a player who may deposit nothing more, so only the checks before it can answer otherwise. */
const DEPOSITS: readonly Row[] = [
  {
    rule: 'limits',
    given: [limit('deposit', 'week', '0.00')],
    when: depositRequested('1.00', 'd2'),
    refusal: exceeded('deposit', 'week', '0.00'),
  },
  {
    rule: 'block before limits',
    given: [limit('deposit', 'week', '0.00'), blocked()],
    when: depositRequested('1.00', 'd2'),
    refusal: { type: 'PlayerBlocked', reasons: ['operator'] },
  },
  {
    rule: 'currency before block',
    given: [limit('deposit', 'week', '0.00'), blocked()],
    when: depositRequested('1.00', 'd2', 'SEK'),
    refusal: { type: 'CurrencyMismatch', expected: 'EUR' },
  },
  {
    rule: 'its id seen before currency',
    given: [limit('deposit', 'week', '0.00'), blocked()],
    when: depositRequested('1.00', 'd1', 'SEK'),
    refusal: { type: 'IdempotencyConflict' },
  },
];

function exceeded(kind: 'deposit' | 'loss' | 'wager', period: 'day' | 'week' | 'month', limit: string): Rejection {
  return { type: 'LimitExceeded', kind, period, limit, remaining: limit, currency: 'EUR' };
}

function stake(amount: string): Step {
  return play({ bet: { transactionId: 't-4', amount } });
}

for (const [kind, rows] of Object.entries({ win: WINS, rollback: ROLLBACKS, play: PLAYS, deposit: DEPOSITS })) {
  for (const { rule, given: steps, when, refusal } of rows) {
    test(`order of checks of a ${kind}: ${rule}`, (t) => {
      given(t, ...READY_TO_PLAY, ...steps)
        .when(when)
        .thenRejects(refusal);
    });
  }
}

test('a refused play leaves neither id behind: both are decided afresh', (t) => {
  given(t, ...READY_TO_PLAY)
    .when(stake('900.00'))
    .thenRejects(poor);
  given(t, ...READY_TO_PLAY)
    .when(play())
    .thenTypes('RoundPlayed');
});

test('a rollback under the very id that it names still leaves a tombstone: the late bet moves nothing', (t) => {
  const own = rollback({ transactionId: 't-1' });
  given(t, ...READY_TO_PLAY)
    .when(own)
    .thenTypes('RollbackTombstoned');
  given(t, ...READY_TO_PLAY, own)
    .when(bet())
    .thenRejects({ type: 'TransactionRolledBack' });
  given(t, ...READY_TO_PLAY, own)
    .when(win())
    .thenRejects({ type: 'TransactionRolledBack' });
  given(t, ...READY_TO_PLAY, own)
    .when(own)
    .thenRejects({ type: 'TransactionNotFound' });
});
