import test from 'ava';
import type { Rejection } from './rejection.js';
import { given, type Step } from './testing/given.js';
import {
  BET,
  bet,
  blocked,
  bonus,
  limit,
  READY_TO_PLAY,
  reported,
  rollback,
  session,
  sessionEnded,
  win,
} from './testing/steps.js';

const BALANCES = { cash: '90.00', bonus: '0.00', withdrawal: '0.00', currency: 'EUR' };

test('a bet moves the stake from cash to the house and answers the new balance', (t) => {
  given(t, ...READY_TO_PLAY)
    .when(bet())
    .thenEvents({
      type: 'BetPlaced',
      data: {
        transactionId: 't-1',
        provider: 'mock',
        sessionId: 's-1',
        gameId: 'slot_abc',
        roundId: 'r-1',
        amount: '10.00',
        currency: 'EUR',
        funding: { cash: '10.00', bonus: '0.00', userBonusId: null },
        wagering: null,
        postings: [
          { account: 'player:12345:cash', side: 'debit', amount: '10.00', currency: 'EUR' },
          { account: 'house:wagers:mock', side: 'credit', amount: '10.00', currency: 'EUR' },
        ],
        balances: BALANCES,
        answer: { cash: '90.00', bonus: '0.00' },
      },
    })
    .thenAnswers({ balance: { cash: '90.00', bonus: '0.00' }, currency: 'EUR', replayed: false });
});

test('a retried bet gets its first answer, even after the wallet was emptied and the session ended', (t) => {
  given(t, ...READY_TO_PLAY, bet(), bet({ transactionId: 't-9', amount: '90.00' }), sessionEnded())
    .when(bet())
    .thenNothing()
    .thenAnswers({ balance: { cash: '90.00', bonus: '0.00' }, currency: 'EUR', replayed: true });
});

const CONFLICTS: readonly [string, Step][] = [
  ['amount', bet({ amount: '10.01' })],
  ['game', bet({ gameId: 'table_blackjack' })],
  ['round', bet({ roundId: 'r-2' })],
  ['kind', win({ transactionId: 't-1' })],
  ['kind (a rollback)', rollback({ transactionId: 't-1', referenceTransactionId: 't-7' })],
];
for (const [what, step] of CONFLICTS) {
  test(`the id of a bet with another ${what} is a conflict`, (t) => {
    given(t, ...READY_TO_PLAY, bet())
      .when(step)
      .thenRejects({ type: 'IdempotencyConflict' });
  });
}

test('the same id with another session is the same bet: sessions are not compared', (t) => {
  given(t, ...READY_TO_PLAY, bet())
    .when(bet({ sessionId: 's-2' }))
    .thenNothing();
});

// Each row breaks one rule more than the row before, from the last check to the first: the first check that fails answers.
const CHECKS: readonly {
  readonly rule: string;
  readonly given: readonly Step[];
  readonly when: Step;
  readonly refusal: Rejection;
}[] = [
  {
    rule: 'funds',
    given: READY_TO_PLAY,
    when: bet({ amount: '100.01' }),
    refusal: { type: 'InsufficientFunds', balance: { cash: '100.00', bonus: '0.00' }, currency: 'EUR' },
  },
  {
    rule: 'bonus max bet before funds',
    given: [...READY_TO_PLAY, bonus('25.00', 'ub-1', 'strict_bonus')],
    when: bet({ amount: '900.00' }),
    refusal: { type: 'BonusBetLimitExceeded', maxBet: '5.00', currency: 'EUR' },
  },
  {
    rule: 'limits before bonus max bet',
    given: [...READY_TO_PLAY, bonus('25.00', 'ub-1', 'strict_bonus'), limit('wager', 'day', '50.00')],
    when: bet({ amount: '900.00' }),
    refusal: {
      type: 'LimitExceeded',
      ...{ kind: 'wager', period: 'day', limit: '50.00', remaining: '50.00', currency: 'EUR' },
    },
  },
  {
    rule: 'cash below zero before limits',
    given: [...READY_TO_PLAY, bet(), limit('loss', 'day', '0.00'), reported('reversed')],
    when: bet({ transactionId: 't-9', amount: '900.00' }),
    refusal: { type: 'InsufficientFunds', balance: { cash: '-10.00', bonus: '0.00' }, currency: 'EUR' },
  },
  {
    rule: 'session before limits',
    given: [...READY_TO_PLAY, limit('wager', 'day', '0.00')],
    when: bet({ sessionId: 's-9', amount: '900.00' }),
    refusal: { type: 'SessionNotFound' },
  },
  {
    rule: 'ended session',
    given: [...READY_TO_PLAY, sessionEnded()],
    when: bet({ amount: '900.00' }),
    refusal: { type: 'SessionEnded' },
  },
  {
    rule: "another provider's session",
    given: READY_TO_PLAY,
    when: bet({ provider: 'other' }),
    refusal: { type: 'SessionNotFound' },
  },
  {
    rule: 'block before session',
    given: [...READY_TO_PLAY, blocked()],
    when: bet({ sessionId: 's-9' }),
    refusal: { type: 'PlayerBlocked', reasons: ['operator'] },
  },
  {
    rule: 'currency before block',
    given: [...READY_TO_PLAY, blocked()],
    when: bet({ currency: 'SEK' }),
    refusal: { type: 'CurrencyMismatch', expected: 'EUR' },
  },
  {
    rule: 'tombstone before currency',
    given: [...READY_TO_PLAY, rollback()],
    when: bet({ currency: 'SEK' }),
    refusal: { type: 'TransactionRolledBack' },
  },
];
for (const { rule, given: steps, when, refusal } of CHECKS) {
  test(`order of checks: ${rule}`, (t) => {
    given(t, ...steps)
      .when(when)
      .thenRejects(refusal);
  });
}

test('cash below zero refuses a bet that the bonus could pay', (t) => {
  given(t, bonus(), ...READY_TO_PLAY, bet({ amount: '50.00' }), reported('reversed'))
    .when(bet({ transactionId: 't-9', amount: '1.00' }))
    .thenRejects({ type: 'InsufficientFunds', balance: { cash: '-50.00', bonus: '50.00' }, currency: 'EUR' });
});

test('a refused bet burns nothing: the same id is decided afresh later', (t) => {
  const poor: readonly Step[] = [session()];
  given(t, ...poor)
    .when(bet())
    .thenRejects({ type: 'InsufficientFunds', balance: { cash: '0.00', bonus: '0.00' }, currency: 'EUR' });
  given(t, ...READY_TO_PLAY)
    .when(bet(BET))
    .thenTypes('BetPlaced');
});

test('a newer session of the same game ends the older, which then takes no bet', (t) => {
  given(t, ...READY_TO_PLAY, session('s-2'))
    .when(bet())
    .thenRejects({ type: 'SessionEnded' });
});

test('a session that idled for 30 minutes refuses the bet, though no timer has fired', (t) => {
  given(t, ...READY_TO_PLAY)
    .when(bet(), '2026-01-02T12:30:00.000Z')
    .thenRejects({ type: 'SessionEnded' });
});

test('what fell due is recorded before what was asked', (t) => {
  given(t, ...READY_TO_PLAY, blocked({ reason: 'timeout', until: '2026-01-02T12:10:00.000Z' }))
    .when(session('s-2'), '2026-01-02T12:10:00.000Z')
    .thenTypes('BlockLifted', 'GameSessionStarted');
});
