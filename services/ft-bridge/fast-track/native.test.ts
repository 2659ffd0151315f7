import test from 'ava';
import type { PlayerEvent, PlayerEventOf } from '../../../shared/events/player-events.js';
import { credit, debit, type Posting } from '../../../shared/money/postings.js';
import { readStored } from '../intake/read-arrival.js';
import { player, story } from '../tests/stories.js';
import { TEST_BRAND } from '../tests/test-brand.js';
import type { FtContext } from './ft-message.js';
import { createNativeMessages } from './native.js';

// Goal: what the golden payloads cannot show, because their events are one of each kind: how money is split, every
// status, and what happens where something is not known.

const ID = player(12345);
const [CASH, BONUS, HELD] = ['cash', 'bonus', 'withdrawal'].map((name) => `player:${ID}:${name}`) as [
  string,
  string,
  string,
];
const EUR = 'EUR';
const balances = { cash: '90.50', bonus: '7.00', withdrawal: '0.00', currency: EUR };
const answer = { cash: '90.50', bonus: '7.00' };
const round = { provider: 'mock', sessionId: 's-1', gameId: 'slot_abc', roundId: 'r-1', currency: EUR };
const funding = { cash: '4.00', bonus: '6.25', userBonusId: 'ub-1' };
const payout = { cash: '0.00', bonus: '0.00', converted: '0.00', cost: '0.00', userBonusId: null };
const CONTEXT: FtContext = { origin: 'casino.example', ipAddress: undefined };

const speak = createNativeMessages(TEST_BRAND);

function told(event: PlayerEvent, context: FtContext = CONTEXT) {
  const [stored] = story(ID, [event]);
  if (stored === undefined) throw new Error('a story of one event has one event');
  return speak(readStored(stored).event, context);
}

function body(event: PlayerEvent, context?: FtContext) {
  return told(event, context)[0]?.body ?? {};
}

function betPlaced(change: Partial<PlayerEventOf<'BetPlaced'>['data']> = {}): PlayerEvent {
  return {
    type: 'BetPlaced',
    data: {
      ...{ transactionId: 't-1', ...round, amount: '10.25', funding, wagering: null, balances, answer },
      postings: [debit(CASH, '4.00', EUR), debit(BONUS, '6.25', EUR), credit('house:wagers:mock', '10.25', EUR)],
      ...change,
    },
  };
}

function winCredited(change: Partial<PlayerEventOf<'WinCredited'>['data']>): PlayerEvent {
  return {
    type: 'WinCredited',
    data: {
      ...{ transactionId: 't-2', referenceTransactionId: 't-1', ...round, amount: '0.00', roundClosed: true, payout },
      ...{ postings: [], balances, answer },
      ...change,
    },
  };
}

function rolledBack(change: Partial<PlayerEventOf<'TransactionRolledBack'>['data']>): PlayerEvent {
  return {
    type: 'TransactionRolledBack',
    data: {
      ...{ transactionId: 't-3', referenceTransactionId: 't-1', provider: 'mock', gameId: 'slot_abc', roundId: 'r-1' },
      ...{ currency: EUR, original: 'bet', sessionId: null, originalAt: null, reopenedBet: null, undone: null },
      ...{ amount: '10.25', postings: [], balances, answer },
      ...change,
    },
  };
}

test('a bet says what was cash and what was bonus, and what the player had before and after', (t) => {
  t.like(body(betPlaced()), {
    ...{ activity_id: '12345:mock:t-1', type: 'Bet', status: 'Approved', round_id: 'r-1', is_round_end: false },
    ...{ amount: 10.25, wager_amount: 4, bonus_wager_amount: 6.25, balance_before: 107.75, balance_after: 97.5 },
    ...{ game_name: 'Slot ABC', game_type: 'Slots', vendor_id: 'mock', vendor_name: 'Mock Games', exchange_rate: 1 },
  });
});

test('a losing round is closed by a win of nothing; a win that leaves it open says so', (t) => {
  const loss = told(winCredited({}));
  t.is(loss.length, 1, 'no balance changed');
  t.like(loss[0]?.body, {
    ...{ type: 'Win', status: 'Approved', round_id: 'r-1', is_round_end: true },
    ...{ amount: 0, wager_amount: 0, bonus_wager_amount: 0, balance_before: 97.5, balance_after: 97.5 },
  });
  t.is(body(winCredited({ roundClosed: false })).is_round_end, false);
});

test('of a late bonus win, what became cash is real money and what the house kept is the bonus’s', (t) => {
  const postings: Posting[] = [
    ...[debit('house:payouts:mock', '20.00', EUR), credit(CASH, '15.00', EUR)],
    credit('house:bonus-cost', '5.00', EUR),
  ];
  t.like(body(winCredited({ amount: '20.00', postings })), {
    ...{ amount: 20, wager_amount: 15, bonus_wager_amount: 5, balance_before: 82.5, balance_after: 97.5 },
  });
});

test('a play is a bet, then a win, then one balance; the second finds what the first left', (t) => {
  const messages = told({
    type: 'RoundPlayed',
    data: {
      ...{ ...round, roundClosed: true, balances, answer },
      bet: { transactionId: 't-4', amount: '10.25', funding, wagering: null },
      win: { transactionId: 't-5', amount: '3.00', payout: { ...payout, cash: '1.00', bonus: '2.00' } },
      postings: [
        ...[debit(CASH, '4.00', EUR), debit(BONUS, '6.25', EUR), credit('house:wagers:mock', '10.25', EUR)],
        ...[debit('house:payouts:mock', '3.00', EUR), credit(CASH, '1.00', EUR), credit(BONUS, '2.00', EUR)],
      ],
    },
  });
  t.deepEqual(
    messages.map(({ path }) => path),
    ['/v1/integration/casino', '/v1/integration/casino', '/v1/integration/user/balances'],
  );
  t.like(messages[0]?.body, {
    ...{ activity_id: '12345:mock:t-4', type: 'Bet', round_id: 'r-1', is_round_end: false },
    ...{ amount: 10.25, wager_amount: 4, bonus_wager_amount: 6.25, balance_before: 104.75, balance_after: 94.5 },
  });
  t.like(messages[1]?.body, {
    ...{ activity_id: '12345:mock:t-5', type: 'Win', round_id: 'r-1', is_round_end: true },
    ...{ amount: 3, wager_amount: 1, bonus_wager_amount: 2, balance_before: 94.5, balance_after: 97.5 },
  });
});

test('a rollback is the reversed activity under an id of its own, and names it', (t) => {
  const back = [debit('house:wagers:mock', '10.25', EUR), credit(CASH, '4.00', EUR), credit(BONUS, '6.25', EUR)];
  const meta = { original_activity_id: '12345:mock:t-1', original_transaction_id: 't-1' };
  t.like(body(rolledBack({ postings: back })), {
    ...{ activity_id: '12345:mock:t-3', type: 'Bet', status: 'Rollback', round_id: 'r-1', is_round_end: false, meta },
    ...{ amount: 10.25, wager_amount: 4, bonus_wager_amount: 6.25, balance_before: 87.25, balance_after: 97.5 },
  });
  const taken = [debit(CASH, '10.25', EUR), credit('house:payouts:mock', '10.25', EUR)];
  t.like(body(rolledBack({ original: 'win', postings: taken })), {
    ...{ type: 'Win', status: 'Rollback', amount: 10.25, wager_amount: 10.25, bonus_wager_amount: 0 },
    ...{ balance_before: 107.75, balance_after: 97.5 },
  });
});

test('a game, a provider and a PSP that the catalogue does not know go by their ids', (t) => {
  const unknown = body(betPlaced({ gameId: 'gone', provider: 'acme' }));
  t.like(unknown, { game_id: 'gone', game_name: 'gone', vendor_id: 'acme' });
  for (const field of ['game_type', 'vendor_name']) t.false(field in unknown, field);
  const payment = { paymentId: 'p', psp: 'old', amount: '1.00', currency: EUR };
  const paid = body({ type: 'DepositRequested', data: payment });
  t.is(paid.vendor_id, 'old');
  t.false('vendor_name' in paid);
});

test('an amount says what it is worth to the brand; without a rate nothing is told', (t) => {
  const asked = (currency: string, amount: string): PlayerEvent => ({
    type: 'DepositRequested',
    data: { paymentId: 'p', psp: 'fake', amount, currency },
  });
  t.like(body(asked('JPY', '1500')), { amount: 1500, currency: 'JPY', exchange_rate: 0.0061, fee_amount: 0 });
  t.like(body(asked('KWD', '0.001')), { amount: 0.001, exchange_rate: 2.98 });
  t.throws(() => told(asked('USD', '1.00')), { name: 'NoExchangeRate', message: /USD/ });
});

const payment = { paymentId: 'p', psp: 'fake', amount: '20.00', currency: EUR };
const settled = { ...payment, pspReference: 'r' };
const moved = { postings: [debit(HELD, '20.00', EUR), credit('psp:fake', '20.00', EUR)], balances };

const PAYMENTS: readonly [PlayerEvent, string | undefined][] = [
  [{ type: 'DepositRequested', data: payment }, 'Credit Requested'],
  [{ type: 'DepositCompleted', data: { ...settled, ...moved } }, 'Credit Approved'],
  [{ type: 'DepositFailed', data: settled }, 'Credit Rejected'],
  [{ type: 'DepositReversed', data: { ...settled, ...moved } }, 'Credit Rollback'],
  [{ type: 'WithdrawalRequested', data: { ...payment, ...moved } }, 'Debit Requested'],
  [{ type: 'WithdrawalApproved', data: payment }, undefined],
  [{ type: 'WithdrawalRejected', data: { ...payment, ...moved } }, 'Debit Rejected'],
  [{ type: 'WithdrawalCancelled', data: { ...payment, ...moved } }, 'Debit Cancelled'],
  [{ type: 'WithdrawalCompleted', data: { ...settled, ...moved } }, 'Debit Approved'],
  [{ type: 'WithdrawalFailed', data: { ...settled, ...moved } }, 'Debit Rejected'],
  [{ type: 'WithdrawalReversed', data: { ...settled, ...moved } }, 'Debit Rollback'],
];

for (const [event, expected] of PAYMENTS) {
  test(`${event.type} is ${expected ?? 'not told'}`, (t) => {
    const [message] = told(event);
    t.is(message && `${message.body.type} ${message.body.status}`, expected);
  });
}

const ENDS = {
  ...{ operator: 'Forfeited', player: 'Forfeited', withdrawal: 'Forfeited', block: 'Forfeited' },
  ...{ deposit_reversed: 'Forfeited', expired: 'Expired', lost: 'Lost' },
} as const satisfies { readonly [R in PlayerEventOf<'BonusCancelled'>['data']['reason']]: string };

const bonus = { userBonusId: 'ub-1', bonusId: 'welcome_bonus_50' };
const cancelled = (reason: keyof typeof ENDS): PlayerEvent => ({
  type: 'BonusCancelled',
  data: { ...bonus, reason, forfeited: '0.00', currency: EUR, postings: [], balances },
});

for (const reason of Object.keys(ENDS) as (keyof typeof ENDS)[]) {
  test(`a bonus that ended by ${reason} is ${ENDS[reason]}`, (t) => {
    t.is(body(cancelled(reason)).status, ENDS[reason]);
  });
}

test('a bonus names the credit as Fast Track did, numbers as numbers, and nothing that is not Fast Track’s', (t) => {
  const references = { id: '007', activity_id: '7', action_id: 'credit-x', trigger_hash: '9', activityId: '1' };
  const context = { ...CONTEXT, bonus: { amount: '50.00', wageringRequired: '500.00', references } };
  t.like(body(cancelled('expired'), context), {
    ...{ amount: 50, required_wagering_amount: 500, type: 'WelcomeBonus', product: 'Casino', user_bonus_id: 'ub-1' },
    fasttrack_references: { id: '007', activity_id: 7, action_id: 'credit-x', trigger_hash: '9' },
  });
});

test('what is not known of a bonus is left out', (t) => {
  const context = { ...CONTEXT, bonus: { amount: '5.00', wageringRequired: undefined, references: {} } };
  const data = {
    ...bonus,
    bonusId: 'gone',
    templateVersion: 1,
    amount: '5.00',
    currency: EUR,
    fastTrackReferences: {},
  };
  t.deepEqual(Object.keys(body({ type: 'BonusQueued', data }, context)).sort(), [
    ...['amount', 'bonus_id', 'currency', 'exchange_rate', 'origin', 'product'],
    ...['status', 'timestamp', 'type', 'user_bonus_id', 'user_id'],
  ]);
  t.like(body({ type: 'BonusQueued', data }, context), { status: 'Pending', type: 'Undefined' });
});

test('both wallets are always told, and what is below zero is nothing', (t) => {
  const [, message] = told({
    type: 'DepositReversed',
    data: {
      ...{ ...settled, balances: { ...balances, cash: '-15.00' } },
      postings: [debit(CASH, '20.00', EUR), credit('psp:fake', '20.00', EUR)],
    },
  });
  t.deepEqual(message?.body.balances, [
    { key: 'real_money', amount: 0, currency: EUR, exchange_rate: 1 },
    { key: 'bonus_money', amount: 7, currency: EUR, exchange_rate: 1 },
  ]);
});

test('a registration says address and user agent while they are known', (t) => {
  const registered: PlayerEvent = { type: 'PlayerRegistered', data: { currency: EUR, profileRevision: 0 } };
  t.like(body(registered, { ...CONTEXT, ipAddress: '192.0.2.1', userAgent: 'Mozilla/5.0' }), {
    ...{ ip_address: '192.0.2.1', user_agent: 'Mozilla/5.0' },
  });
  t.deepEqual(Object.keys(body(registered)).sort(), ['origin', 'timestamp', 'user_id']);
});
