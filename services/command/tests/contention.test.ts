import test from 'ava';
import { testStack } from '../../../infra/testing/test-stack.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import type { EventStore, StoredEvent } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { isLess } from '../../../shared/money/money.js';
import { type Answer, betBody, commandService, type ReadyPlayer, readyPlayer } from './command-client.js';

// Goal: 100 mixed requests for one player, at once, from two instances: the outcome is one that some order of them one
// after the other would have had, nothing is lost, and nobody sees a 5xx.
// Method: the stream is that order. Each accepted answer is its event's, each refusal is right at some place of it.

type Call = { readonly kind: 'bet' | 'win' | 'rollback' | 'withdrawal'; readonly id: string; readonly amount: string };

const REQUESTS = 100;

/** Bets that need more than there is in the end, wins and rollbacks of some of them, withdrawals between them. */
const CALLS: readonly Call[] = Array.from({ length: REQUESTS }, (_, n): Call => {
  if (n % 4 === 1) return { kind: 'win', id: `t-${n - 1}`, amount: '1.00' };
  if (n % 4 === 2) return { kind: 'rollback', id: `t-${n - 2}`, amount: '0' };
  if (n % 20 === 3) return { kind: 'withdrawal', id: `k-${n}`, amount: '10.00' };
  return { kind: 'bet', id: `t-${n}`, amount: '7.00' };
});

for (const [name, open] of [
  ['the store in memory', async () => createMemoryEventStore()],
  [
    'the embedded event store',
    async (t) => createEsdbEventStore({ connectionString: (await testStack(t, ['eventStore'])).eventStoreUrl }),
  ],
] as readonly (readonly [string, (t: Parameters<typeof testStack>[0]) => Promise<EventStore>])[]) {
  test(`a hundred mixed requests for one player from two instances are as if one came after the other: ${name}`, async (t) => {
    const store = await open(t);
    const instances = [await commandService(t, { store }), await commandService(t, { store })] as const;
    const player = await readyPlayer(instances[0], `contended-${name.length}-${Date.now()}@example.com`);
    const send = (call: Call, n: number): Promise<Answer> => {
      const instance = instances[n % 2 === 0 ? 0 : 1];
      const { path, body } = requestOf(call, player);
      if (path === 'withdrawal') {
        return instance.asPlayer(player.token, '/me/withdrawals', body, 'POST', { 'Idempotency-Key': call.id });
      }
      return instance.provider(path, body);
    };

    const answers = await Promise.all(CALLS.map(send));

    t.deepEqual(
      answers.filter(({ status }) => status >= 500).map(({ status, text }) => `${status} ${text}`),
      [],
    );
    const history = await eventsOf(store, player.playerId);
    for (const [n, call] of CALLS.entries()) assertServed(t, call, answers[n] as Answer, history);
    // Asked again, each accepted call is answered the same and moves nothing.
    const again = await Promise.all(CALLS.map((call, n) => send(call, n + 1)));
    for (const [n, answer] of answers.entries()) {
      if (answer.status < 300) t.is(again[n]?.text, answer.text);
    }
    t.true(answers.filter(({ status }) => status < 300).length >= 10);
  });
}

function requestOf(call: Call, player: ReadyPlayer): { path: Call['kind']; body: Record<string, unknown> } {
  const { kind, id, amount } = call;
  const bet = betBody(player, { transaction_id: id, round_id: `r-${id}`, amount });
  if (kind === 'bet') return { path: kind, body: bet };
  if (kind === 'win') return { path: kind, body: { ...bet, transaction_id: `w-${id}`, reference_transaction_id: id } };
  if (kind === 'withdrawal') return { path: kind, body: { amount, currency: 'EUR', psp: 'fake' } };
  const about = { transaction_id: `rb-${id}`, reference_transaction_id: id };
  return { path: kind, body: { ...about, player_id: player.playerId, round_id: `r-${id}` } };
}

async function eventsOf(store: EventStore, playerId: string): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(`player-${playerId}`)) events.push(event);
  return events;
}

type Facts = { readonly transactionId?: string; readonly referenceTransactionId?: string; readonly answer?: object };

function assertServed(
  t: Parameters<typeof testStack>[0],
  { kind, id, amount }: Call,
  answer: Answer,
  history: readonly StoredEvent[],
): void {
  const own = { bet: id, win: `w-${id}`, rollback: `rb-${id}`, withdrawal: '' }[kind];
  const ownEvents = history.map(({ data }) => data as Facts).filter(({ transactionId }) => transactionId === own);
  if (answer.status === 200) {
    t.is(ownEvents.length, 1, `${own} was accepted once`);
    t.like(answer.body.balance, { ...ownEvents[0]?.answer }, `${own} was told what its event says`);
    return;
  }
  if (answer.status === 201) {
    const paid = history.filter(({ data }) => data.paymentId === answer.body.payment_id);
    t.is(paid.length, 1);
    return;
  }
  // A tombstone is the one refusal that is recorded.
  const tombstoned = kind === 'rollback' && answer.body.code === 'transaction_not_found';
  t.is(ownEvents.length, tombstoned ? 1 : 0, `${own} was refused: ${answer.text}`);
  const about = history.filter(({ data }) => (data as Facts).referenceTransactionId === id);
  if (answer.body.code === 'insufficient_funds') {
    const balances = history.map(({ data }) => data.balances as { cash: string } | undefined);
    const told = answer.body.balance as { cash: string };
    t.true(balances.some((balance) => balance?.cash === told.cash && isLess(told.cash, amount)));
  } else if (answer.body.code === 'transaction_rolled_back') {
    t.true(about.some(({ type }) => type === 'RollbackTombstoned' || type === 'TransactionRolledBack'));
  } else if (answer.body.code === 'transaction_already_settled') {
    t.true(about.some(({ type }) => type === 'WinCredited'));
  } else {
    // A win that came before its bet, which then may have come.
    t.is(answer.body.code, 'transaction_not_found', answer.text);
  }
}
