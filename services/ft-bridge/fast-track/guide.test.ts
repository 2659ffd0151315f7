import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { guideMessages as stagingRoutes } from '../../../infra/sandbox/fast-track/guide-messages.js';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import type { PlayerEvent, PlayerEventType } from '../../../shared/events/player-events.js';
import { credit, debit, type Posting } from '../../../shared/money/postings.js';
import { readStored } from '../intake/read-arrival.js';
import { OCCURRED_AT, player, story } from '../tests/stories.js';
import { type FtMessage, idempotencyKey } from './ft-message.js';
import { guideMessages } from './guide.js';

// Goal: every event type says exactly what the developer guide says, and nothing else. Method: one row a case; the
// table is typed by event type, so a new type does not compile until it has a row.

const ID = player(12345);
const CASH = `player:${ID}:cash`;
const BONUS = `player:${ID}:bonus`;
const HELD = `player:${ID}:withdrawal`;
const timestamp = OCCURRED_AT;
const user = { user_id: '12345', timestamp, origin: 'casino.example' };

const EUR = 'EUR';
const balances = { cash: '90.50', bonus: '7.00', withdrawal: '20.00', currency: EUR };
const balancesMessage = (cash = 90.5, bonus = 7): FtMessage => ({
  method: 'POST',
  path: '/v2/integration/balances',
  body: { user_id: '12345', balance: { cash, bonus, currency: EUR }, timestamp },
});
const payment = { paymentId: '12345-p', psp: 'fake', amount: '20.00', currency: EUR };
const settled = { ...payment, pspReference: 'r' };
const paymentMessage = (payment_type: string, status: string): FtMessage => ({
  method: 'POST',
  path: '/v2/integration/payments',
  body: { user_id: '12345', payment_id: '12345-p', payment_type, status, amount: 20, currency: EUR, timestamp },
});
const casinoMessage = (bet: number, win: number): FtMessage => ({
  method: 'POST',
  path: '/v2/integration/casino',
  body: { user_id: '12345', game_id: 'slot_abc', bet, win, timestamp },
});
const bonusMessage = (event_type: string): FtMessage => ({
  method: 'POST',
  path: '/v2/integration/bonus',
  body: { user_id: '12345', bonus_id: 'welcome_bonus_50', event_type, timestamp },
});
const move = (from: string, to: string, amount = '20.00'): Posting[] => [
  debit(from, amount, EUR),
  credit(to, amount, EUR),
];
const round = { provider: 'mock', sessionId: 's-1', gameId: 'slot_abc', roundId: 'r-1', currency: EUR };
const answer = { cash: '90.50', bonus: '7.00' };
const funding = { cash: '10.00', bonus: '0.00', userBonusId: null };
const payout = { cash: '20.00', bonus: '0.00', converted: '0.00', cost: '0.00', userBonusId: null };
const bonus = { userBonusId: 'ub-1', bonusId: 'welcome_bonus_50' };
const rolledBack = {
  ...{ transactionId: 't-3', referenceTransactionId: 't-1', provider: 'mock', gameId: 'slot_abc', roundId: 'r-1' },
  ...{ currency: EUR, sessionId: 's-1', originalAt: null, reopenedBet: null, undone: null, balances, answer },
};
const won = {
  ...{ transactionId: 't-2', referenceTransactionId: 't-1', ...round, roundClosed: true, payout, balances, answer },
};

type Case<T extends PlayerEventType> = {
  readonly name: string;
  readonly data: Extract<PlayerEvent, { type: T }>['data'];
  readonly expected: readonly FtMessage[];
};

const CASES: { readonly [T in PlayerEventType]: readonly Case<T>[] } = {
  PlayerRegistered: [
    {
      name: 'a registration',
      data: { currency: EUR, profileRevision: 0 },
      expected: [{ method: 'POST', path: '/v2/integration/user', body: { ...user, ip_address: '192.0.2.1' } }],
    },
  ],
  PlayerLoggedIn: [
    {
      name: 'a login',
      data: { loginId: 'l-1', impersonated: false },
      expected: [{ method: 'POST', path: '/v2/integration/login', body: { ...user, is_impersonated: false } }],
    },
    {
      name: 'a login by staff',
      data: { loginId: 'l-1', impersonated: true },
      expected: [{ method: 'POST', path: '/v2/integration/login', body: { ...user, is_impersonated: true } }],
    },
  ],
  PlayerLoggedOut: [{ name: 'a logout', data: { loginId: 'l-1' }, expected: [] }],
  ConsentsChanged: [
    {
      name: 'changed consents',
      data: {
        consents: {
          ...{ email: true, sms: false, telephone: false },
          ...{ post_mail: false, site_notification: false, push_notification: false },
        },
      },
      expected: [{ method: 'PUT', path: '/v2/integration/user/consents', body: user }],
    },
  ],
  PlayerDetailsChanged: [
    {
      name: 'changed details',
      data: { profileRevision: 1 },
      expected: [{ method: 'PUT', path: '/v2/integration/user', body: user }],
    },
  ],
  PlayerPasswordChanged: [{ name: 'a changed password', data: { passwordRevision: 1 }, expected: [] }],
  BlockPlaced: [
    {
      name: 'a block',
      data: { reason: 'self_exclusion', until: null },
      expected: [{ method: 'PUT', path: '/v2/integration/user/blocks', body: user }],
    },
  ],
  BlockLifted: [
    {
      name: 'a lifted block',
      data: { reason: 'timeout', cause: 'ended' },
      expected: [{ method: 'PUT', path: '/v2/integration/user/blocks', body: user }],
    },
  ],
  LimitChanged: [
    {
      name: 'a limit of the player',
      data: { kind: 'loss', period: 'day', amount: '50.00', currency: EUR, cause: 'player' },
      expected: [],
    },
  ],
  LimitIncreaseRequested: [
    {
      name: 'a limit that is to end',
      data: { kind: 'loss', period: 'day', amount: null, currency: EUR, effectiveAt: '2099-01-01T00:00:00.000Z' },
      expected: [],
    },
  ],
  PlayerForgotten: [{ name: 'a forgotten person', data: { selfExcluded: false }, expected: [] }],

  DepositRequested: [{ name: 'an asked deposit', data: payment, expected: [paymentMessage('deposit', 'requested')] }],
  DepositCompleted: [
    {
      name: 'a deposit',
      data: { ...settled, postings: move('psp:fake', CASH), balances },
      expected: [paymentMessage('deposit', 'completed'), balancesMessage()],
    },
  ],
  DepositFailed: [{ name: 'a failed deposit', data: settled, expected: [paymentMessage('deposit', 'failed')] }],
  DepositReversed: [
    {
      name: 'a chargeback that takes cash below zero',
      data: { ...settled, postings: move(CASH, 'psp:fake'), balances: { ...balances, cash: '-15.00' } },
      expected: [paymentMessage('deposit', 'reversed'), balancesMessage(0)],
    },
  ],
  WithdrawalRequested: [
    {
      name: 'an asked withdrawal, which takes the money out of cash',
      data: { ...payment, postings: move(CASH, HELD), balances },
      expected: [paymentMessage('withdrawal', 'requested'), balancesMessage()],
    },
  ],
  WithdrawalApproved: [{ name: 'an approved withdrawal', data: payment, expected: [] }],
  WithdrawalRejected: [
    {
      name: 'a rejected withdrawal, which is failed to Fast Track',
      data: { ...payment, postings: move(HELD, CASH), balances },
      expected: [paymentMessage('withdrawal', 'failed'), balancesMessage()],
    },
  ],
  WithdrawalCancelled: [
    {
      name: 'a cancelled withdrawal',
      data: { ...payment, postings: move(HELD, CASH), balances },
      expected: [paymentMessage('withdrawal', 'cancelled'), balancesMessage()],
    },
  ],
  WithdrawalCompleted: [
    {
      name: 'a paid withdrawal, which changes neither cash nor bonus',
      data: { ...settled, postings: move(HELD, 'psp:fake'), balances },
      expected: [paymentMessage('withdrawal', 'completed')],
    },
  ],
  WithdrawalFailed: [
    {
      name: 'a failed withdrawal',
      data: { ...settled, postings: move(HELD, CASH), balances },
      expected: [paymentMessage('withdrawal', 'failed'), balancesMessage()],
    },
  ],
  WithdrawalReversed: [
    {
      name: 'a payout that came back',
      data: { ...settled, postings: move('psp:fake', CASH), balances },
      expected: [paymentMessage('withdrawal', 'reversed'), balancesMessage()],
    },
  ],

  GameSessionStarted: [
    { name: 'a started session', data: { sessionId: 's-1', gameId: 'slot_abc', provider: 'mock' }, expected: [] },
  ],
  GameSessionEnded: [
    {
      name: 'an ended session',
      data: { sessionId: 's-1', gameId: 'slot_abc', provider: 'mock', reason: 'idle' },
      expected: [],
    },
  ],

  BetPlaced: [
    {
      name: 'a bet from cash and bonus',
      data: {
        ...{ transactionId: 't-1', ...round, amount: '10.25', funding, wagering: null, balances, answer },
        postings: [debit(CASH, '4.00', EUR), debit(BONUS, '6.25', EUR), credit('house:wagers:mock', '10.25', EUR)],
      },
      expected: [casinoMessage(10.25, 0), balancesMessage()],
    },
    {
      name: 'a bet from the bonus alone',
      data: {
        ...{ transactionId: 't-1', ...round, amount: '20.00', funding, wagering: null, balances, answer },
        postings: move(BONUS, 'house:wagers:mock'),
      },
      expected: [casinoMessage(20, 0), balancesMessage()],
    },
  ],
  WinCredited: [
    {
      name: 'a win',
      data: { ...won, amount: '20.00', postings: move('house:payouts:mock', CASH) },
      expected: [casinoMessage(0, 20), balancesMessage()],
    },
    {
      name: 'a win of nothing, which closes the round and changes no balance',
      data: { ...won, amount: '0.00', postings: [] },
      expected: [casinoMessage(0, 0)],
    },
    {
      name: 'a late win of an ended bonus, which the house keeps',
      data: { ...won, amount: '20.00', postings: move('house:payouts:mock', 'house:bonus-cost') },
      expected: [casinoMessage(0, 20)],
    },
  ],
  RoundPlayed: [
    {
      name: 'a play',
      data: {
        ...{ ...round, roundClosed: true, balances, answer },
        bet: { transactionId: 't-4', amount: '10.00', funding, wagering: null },
        win: { transactionId: 't-5', amount: '20.00', payout },
        postings: [...move(CASH, 'house:wagers:mock', '10.00'), ...move('house:payouts:mock', CASH)],
      },
      expected: [casinoMessage(10, 20), balancesMessage()],
    },
    {
      name: 'a play that wins back its stake, which changes no balance',
      data: {
        ...{ ...round, roundClosed: true, balances, answer },
        bet: { transactionId: 't-4', amount: '20.00', funding, wagering: null },
        win: { transactionId: 't-5', amount: '20.00', payout },
        postings: [...move(CASH, 'house:wagers:mock'), ...move('house:payouts:mock', CASH)],
      },
      expected: [casinoMessage(20, 20)],
    },
  ],
  TransactionRolledBack: [
    {
      name: 'a bet rolled back',
      data: { ...rolledBack, original: 'bet', amount: '10.50', postings: move('house:wagers:mock', CASH, '10.50') },
      expected: [casinoMessage(-10.5, 0), balancesMessage()],
    },
    {
      name: 'a win rolled back',
      data: { ...rolledBack, original: 'win', amount: '20.00', postings: move(CASH, 'house:payouts:mock') },
      expected: [casinoMessage(0, -20), balancesMessage()],
    },
    {
      name: 'a win of nothing rolled back, which is no negative zero',
      data: { ...rolledBack, original: 'win', amount: '0.00', postings: [] },
      expected: [casinoMessage(0, 0)],
    },
  ],
  RollbackTombstoned: [
    {
      name: 'a rollback that came first',
      data: { transactionId: 't-3', referenceTransactionId: 't-1', provider: 'mock', roundId: 'r-1' },
      expected: [],
    },
  ],

  BonusQueued: [
    {
      name: 'a waiting bonus',
      data: { ...bonus, templateVersion: 1, amount: '50.00', currency: EUR, fastTrackReferences: {} },
      expected: [],
    },
  ],
  BonusGranted: [
    {
      name: 'a granted bonus',
      data: {
        ...{ ...bonus, templateVersion: 1, amount: '20.00', currency: EUR, wageringRequired: '200.00', deposit: null },
        ...{ expiresAt: OCCURRED_AT, fastTrackReferences: {}, postings: move('house:bonus-cost', BONUS), balances },
      },
      expected: [bonusMessage('granted'), balancesMessage()],
    },
  ],
  BonusWageringProgressed: [
    {
      name: 'wagering',
      data: { ...bonus, wagered: '10.00', wageringRequired: '200.00', currency: EUR },
      expected: [bonusMessage('wagering_progress')],
    },
  ],
  BonusCompleted: [
    {
      name: 'a completed bonus',
      data: { ...bonus, converted: '20.00', excess: '0.00', currency: EUR, postings: move(BONUS, CASH), balances },
      expected: [bonusMessage('completed'), balancesMessage()],
    },
    {
      name: 'a completed bonus of which nothing was left',
      data: { ...bonus, converted: '0.00', excess: '0.00', currency: EUR, postings: [], balances },
      expected: [bonusMessage('completed')],
    },
  ],
  BonusCancelled: [
    {
      name: 'a cancelled bonus',
      data: {
        ...{ ...bonus, reason: 'withdrawal', forfeited: '20.00', currency: EUR, balances },
        postings: move(BONUS, 'house:bonus-cost'),
      },
      expected: [bonusMessage('cancelled'), balancesMessage()],
    },
    {
      name: 'a lost bonus, of which nothing was left',
      data: { ...bonus, reason: 'lost', forfeited: '0.00', currency: EUR, postings: [], balances },
      expected: [bonusMessage('cancelled')],
    },
  ],
};

function messagesOf(event: PlayerEvent, ipAddress: string | undefined): readonly FtMessage[] {
  const [stored] = story(ID, [event]);
  if (stored === undefined) throw new Error('a story of one event has one event');
  return guideMessages(readStored(stored).event, { origin: 'casino.example', ipAddress });
}

for (const [type, cases] of Object.entries(CASES)) {
  for (const { name, data, expected } of cases) {
    test(`${type}: Fast Track hears of ${name} what the guide says`, (t) => {
      const told = messagesOf({ type, data } as PlayerEvent, '192.0.2.1');
      t.deepEqual(told, expected);
      // -0 is equal to 0 in JavaScript, but not to a strict receiver of "-0".
      t.deepEqual(JSON.parse(JSON.stringify(told)), expected);
      t.notRegex(JSON.stringify(told), /-0[,}]/);
    });
  }
}

test('the address of a person who was forgotten is left out', (t) => {
  const [registered] = messagesOf({ type: 'PlayerRegistered', data: { currency: EUR, profileRevision: 0 } }, undefined);
  t.deepEqual(registered?.body, user);
});

test('an amount of a currency without decimals, and of one with three, is the same number', (t) => {
  const [yen] = messagesOf(
    { type: 'DepositRequested', data: { ...payment, amount: '1500', currency: 'JPY' } },
    undefined,
  );
  t.is(yen?.body.amount, 1500);
  const [dinar] = messagesOf(
    { type: 'DepositRequested', data: { ...payment, amount: '0.001', currency: 'KWD' } },
    undefined,
  );
  t.is(JSON.stringify(dinar?.body.amount), '0.001');
});

test('one message has the event id as its key, several are numbered from 1', (t) => {
  t.is(idempotencyKey('e', 0, 1), 'e');
  t.deepEqual([idempotencyKey('e', 0, 2), idempotencyKey('e', 1, 2)], ['e.1', 'e.2']);
});

function isTakenByStaging({ method, path, body }: FtMessage): boolean {
  const route = stagingRoutes.find((candidate) => candidate.method === method && candidate.path === path);
  return route?.schema.safeParse(JSON.parse(JSON.stringify(body))).success ?? false;
}

test('Fast Track staging, which is strict, takes every message of every case', (t) => {
  for (const { name, expected } of Object.values(CASES).flat()) {
    for (const message of expected) t.true(isTakenByStaging(message), name);
  }
});

test('and everything that the golden events become, among them the oldest that were ever stored', (t) => {
  const folder = new URL('../../../shared/events/golden/', import.meta.url);
  const golden = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.startsWith('hash'));
  for (const file of golden) {
    const stored = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as StoredEvent;
    if (!stored.stream?.startsWith('player-')) continue;
    const { event } = readStored({ ...stored, position: 0n });
    const told = guideMessages(event, { origin: 'casino.example', ipAddress: undefined });
    for (const message of told) t.true(isTakenByStaging(message), `${file}: ${JSON.stringify(message)}`);
  }
  t.true(golden.length > 20);
});
