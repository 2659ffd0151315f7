import type { JsonObject, StoredEvent } from '../../../../shared/event-store/event-store.js';
import { type Draft, EMPTY_HEAD, type Head, seal } from '../../../../shared/events/envelope.js';
import {
  PLAYER_SCHEMA_VERSION,
  type PlayerEventOf,
  type PlayerEventType,
} from '../../../../shared/events/player-events.js';
import { expectedMessages } from '../checker/expected-messages.js';
import { readLedger } from '../checker/ledger.js';
import type { Call, Message, RunLog, Wish } from '../checker/run-log.js';

export const PLAYERS = ['1001', '1002'] as const;
const ORIGIN = 'localhost';
const START_MS = Date.parse('2026-01-02T12:00:00.000Z');
const EUR = 'EUR';

/** Two players who each did most things once, on a day on which nothing went wrong. */
export function goodLog(): RunLog {
  const store = createStore();
  const calls = PLAYERS.flatMap((playerId) => live(playerId, store));
  const { events } = store;
  const { ledger } = readLedger(events);
  const expected = PLAYERS.map((playerId) => expectedMessages(playerId, ledger, ORIGIN));
  // One of each player in turn, as lanes run beside each other.
  const longest = Math.max(...expected.map(({ length }) => length));
  const order = Array.from({ length: longest }, (_, index) => expected.flatMap((own) => own[index] ?? [])).flat();
  const messages = order.map(
    ({ key, revision, method, path, body }, index): Message => ({
      ...{ n: index + 1, receivedAt: new Date(START_MS + index).toISOString() },
      ...{ method, path, key, sequence: String(revision), body, status: 200, taken: true },
    }),
  );
  const last = (playerId: string) => events.findLast(({ stream }) => stream === `player-${playerId}`);
  return {
    ...{ calls, events, messages, origin: ORIGIN },
    heads: PLAYERS.map((playerId) => ({
      playerId,
      revision: last(playerId)?.revision ?? -1,
      hash: String(last(playerId)?.metadata.hash),
    })),
    balances: PLAYERS.map((playerId) => ({ playerId, cash: '81.00', bonus: '50.00', withdrawal: '0.00' })),
    lanes: PLAYERS.map((playerId) => {
      const revision = last(playerId)?.revision ?? -1;
      return { playerId, taken: revision, delivered: revision, parkedReason: null };
    }),
  };
}

type Store = { readonly events: StoredEvent[]; append(stream: string, draft: Draft, schemaVersion: number): void };

function createStore(): Store {
  const events: StoredEvent[] = [];
  const heads = new Map<string, Head>();
  return {
    events,
    append(stream, draft, schemaVersion) {
      const at = new Date(START_MS + events.length).toISOString();
      const context = { schemaVersion, occurredAt: at, recordedAt: at, actor: 'system:test' };
      const ids = { correlationId: 'correlation-1', causationId: 'causation-1' };
      const head = heads.get(stream) ?? EMPTY_HEAD;
      const sealed = seal(stream, head, [draft], { ...context, ...ids });
      for (const event of sealed.events) {
        events.push({ ...event, stream, revision: sealed.head.revision, position: BigInt(events.length) });
      }
      heads.set(stream, sealed.head);
    },
  };
}

/** Writes a player's events, and answers the calls that led to them. */
function live(playerId: string, store: Store): readonly Call[] {
  const calls: Call[] = [];
  const purse = { cash: 0, bonus: 0, withdrawal: 0 };
  const id = (name: string) => `${playerId}-${name}`;

  const say = <T extends PlayerEventType>(type: T, data: PlayerEventOf<T>['data']) =>
    store.append(`player-${playerId}`, { type, data: data as JsonObject }, PLAYER_SCHEMA_VERSION);
  const ask = (wish: Wish, answer: unknown, more: Partial<Call> = {}) =>
    calls.push({
      ...{ id: id(`call-${calls.length + 1}`), playerId, wish, outcome: 'acknowledged', status: 200 },
      ...{ answer, tries: 1, lastTryAt: START_MS + store.events.length, ...more },
    });
  const move = (from: string, to: string, euros: number) => {
    for (const name of ['cash', 'bonus', 'withdrawal'] as const) {
      if (from === own(name)) purse[name] -= euros;
      if (to === own(name)) purse[name] += euros;
    }
    const leg = { amount: money(euros), currency: EUR };
    return {
      postings: [
        { account: from, side: 'debit' as const, ...leg },
        { account: to, side: 'credit' as const, ...leg },
      ],
      balances: {
        cash: money(purse.cash),
        bonus: money(purse.bonus),
        withdrawal: money(purse.withdrawal),
        currency: EUR,
      },
      answer: balance(),
    };
  };
  const own = (name: string) => `player:${playerId}:${name}`;
  const balance = () => ({ cash: money(purse.cash), bonus: money(purse.bonus) });
  const told = () => ({ balance: { ...balance(), currency: EUR } });
  const round = (name: string) => ({
    ...{ provider: 'mock', sessionId: id('session'), gameId: 'slot_abc', roundId: id(name), currency: EUR },
  });
  const toCash = (amount: string) => ({
    cash: amount,
    bonus: '0.00',
    converted: '0.00',
    cost: '0.00',
    userBonusId: null,
  });
  const fromCash = (amount: string) => ({ cash: amount, bonus: '0.00', userBonusId: null });

  const email = `${playerId}@example.com`;
  const name = { first_name: 'Jane', last_name: 'Doe', birth_date: '1990-01-31', country: 'SE' };
  const place = { phone: '', address: '', ip_address: '192.0.2.1', user_agent: 'test' };
  store.append(`profile-${playerId}`, { type: 'ProfileCreated', data: { email, ...name, ...place, currency: EUR } }, 1);
  say('PlayerRegistered', { currency: EUR, profileRevision: 0 });
  ask({ kind: 'register', email }, { player_id: playerId, token: tokenOf(id('none')) }, { status: 201 });
  say('PlayerLoggedIn', { loginId: id('login'), impersonated: false });
  ask({ kind: 'login' }, { player_id: playerId, token: tokenOf(id('login')) });
  const consents = { email: true, sms: false, telephone: false, post_mail: false };
  const all = { ...consents, site_notification: false, push_notification: false };
  say('ConsentsChanged', { consents: all });
  ask({ kind: 'consents', consents: all }, all);
  say('LimitChanged', { kind: 'wager', period: 'day', amount: '500.00', currency: EUR, cause: 'player' });
  ask({ kind: 'limit', amount: '500.00' }, {});

  const deposit = { paymentId: id('deposit'), psp: 'fake', amount: '100.00', currency: EUR };
  say('DepositRequested', deposit);
  ask({ kind: 'deposit', amount: '100.00' }, { payment_id: id('deposit') }, { status: 201 });
  say('DepositCompleted', { ...deposit, pspReference: 'psp-1', ...move('psp:fake', own('cash'), 100) });
  ask({ kind: 'payment', paymentId: id('deposit') }, { payment_id: id('deposit'), status: 'completed' });
  const bonus = { userBonusId: id('bonus'), bonusId: 'welcome_bonus_50', templateVersion: 1 };
  say('BonusGranted', {
    ...{ ...bonus, amount: '50.00', currency: EUR, wageringRequired: '500.00', expiresAt: '2099-01-01T00:00:00.000Z' },
    ...{ deposit: null, fastTrackReferences: { id: id('trigger') }, ...move('house:bonus-cost', own('bonus'), 50) },
  });
  ask({ kind: 'bonus', reference: id('trigger') }, { user_bonus_id: id('bonus') }, { tries: 2 });
  say('GameSessionStarted', { sessionId: id('session'), gameId: 'slot_abc', provider: 'mock' });
  ask({ kind: 'session' }, { session_id: id('session') }, { status: 201 });

  const stake = { amount: '10.00', funding: fromCash('10.00'), wagering: null };
  say('BetPlaced', {
    transactionId: id('bet-1'),
    ...round('r-1'),
    ...stake,
    ...move(own('cash'), 'house:wagers:mock', 10),
  });
  ask({ kind: 'bet', transactionId: id('bet-1') }, told());
  say('WinCredited', {
    ...{ transactionId: id('win-1'), referenceTransactionId: id('bet-1'), ...round('r-1') },
    ...{ amount: '5.00', roundClosed: true, payout: toCash('5.00'), ...move('house:payouts:mock', own('cash'), 5) },
  });
  ask({ kind: 'win', transactionId: id('win-1') }, told(), { tries: 3 });
  say('BetPlaced', {
    transactionId: id('bet-2'),
    ...round('r-2'),
    ...stake,
    ...move(own('cash'), 'house:wagers:mock', 10),
  });
  ask({ kind: 'bet', transactionId: id('bet-2') }, told());
  say('TransactionRolledBack', {
    ...{ transactionId: id('back-2'), referenceTransactionId: id('bet-2'), ...round('r-2'), original: 'bet' },
    ...{ originalAt: null, reopenedBet: null, amount: '10.00', undone: toCash('10.00') },
    ...move('house:wagers:mock', own('cash'), 10),
  });
  ask({ kind: 'rollback', transactionId: id('back-2') }, told());
  say('RollbackTombstoned', {
    ...{ transactionId: id('back-3'), referenceTransactionId: id('bet-3'), provider: 'mock', roundId: id('r-3') },
  });
  ask(
    { kind: 'rollback', transactionId: id('back-3') },
    { code: 'transaction_not_found' },
    { outcome: 'refused', status: 404 },
  );
  ask(
    { kind: 'bet', transactionId: id('bet-3') },
    { code: 'transaction_rolled_back' },
    { outcome: 'refused', status: 409 },
  );
  say('RoundPlayed', {
    ...{ ...round('r-4'), roundClosed: true, bet: { transactionId: id('bet-4'), ...stake } },
    win: { transactionId: id('win-4'), amount: '0.00', payout: toCash('0.00') },
    ...move(own('cash'), 'house:wagers:mock', 10),
  });
  ask({ kind: 'play', transactionId: id('bet-4') }, told());

  const withdrawal = { paymentId: id('withdrawal'), psp: 'fake', amount: '4.00', currency: EUR };
  say('WithdrawalRequested', { ...withdrawal, ...move(own('cash'), own('withdrawal'), 4) });
  ask({ kind: 'withdrawal', amount: '4.00' }, { payment_id: id('withdrawal') }, { status: 201 });
  say('WithdrawalApproved', withdrawal);
  say('WithdrawalCompleted', { ...withdrawal, pspReference: 'psp-2', ...move(own('withdrawal'), 'psp:fake', 4) });
  const until = '2099-01-01T00:00:00.001Z';
  say('BlockPlaced', { reason: 'operator', until });
  ask({ kind: 'block', until }, {});
  say('BlockLifted', { reason: 'operator', cause: 'operator' });
  ask({ kind: 'lift', until }, {});
  return calls;
}

function money(euros: number): string {
  return `${euros}.00`;
}

function tokenOf(jti: string): string {
  return `header.${Buffer.from(JSON.stringify({ jti })).toString('base64url')}.signature`;
}
