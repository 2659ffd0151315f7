import test from 'ava';
import { AppendOutcomeUnknown, type EventStore, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { allEvents, betBody, commandService, readyPlayer } from './command-client.js';

const COPIES = 200;

test('200 copies of one bet at once are one bet and 200 equal answers', async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  const answers = await Promise.all(Array.from({ length: COPIES }, () => command.provider('bet', betBody(player))));
  t.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1);
  t.is(answers.filter(({ headers }) => headers.get('Idempotency-Replayed') === 'true').length, COPIES - 1);
  t.is((await allEvents(command.store)).filter(({ type }) => type === 'BetPlaced').length, 1);
});

test('two command instances on one store: copies of one bet are still one bet', async (t) => {
  const store = createMemoryEventStore();
  const [one, other] = [await commandService(t, { store }), await commandService(t, { store })];
  const player = await readyPlayer(one);
  const answers = await Promise.all(
    Array.from({ length: COPIES }, (_, n) => (n % 2 === 0 ? one : other).provider('bet', betBody(player))),
  );
  t.deepEqual([...new Set(answers.map(({ status, text }) => `${status} ${text}`))].length, 1);
  t.is((await allEvents(store)).filter(({ type }) => type === 'BetPlaced').length, 1);
});

test('two instances that race for the last money: one bet is placed, and both know the balance after it', async (t) => {
  const store = createMemoryEventStore();
  const [one, other] = [await commandService(t, { store }), await commandService(t, { store })];
  const player = await readyPlayer(one);
  const answers = await Promise.all([
    one.provider('bet', betBody(player, { transaction_id: 't-1', amount: '100.00' })),
    other.provider('bet', betBody(player, { transaction_id: 't-2', amount: '100.00' })),
  ]);
  t.deepEqual(answers.map(({ status }) => status).sort(), [200, 422]);
  const refused = answers.find(({ status }) => status === 422);
  t.deepEqual(refused?.body.balance, { cash: '0.00', bonus: '0.00', currency: 'EUR' });
});

test('a refusal is confirmed at the head: what another instance wrote meanwhile counts', async (t) => {
  const store = createMemoryEventStore();
  const [one, other] = [await commandService(t, { store }), await commandService(t, { store })];
  const player = await readyPlayer(one);
  await one.provider('bet', betBody(player, { amount: '100.00' }));
  await other.provider(
    'win',
    betBody(player, { transaction_id: 't-2', reference_transaction_id: 't-1', amount: '150.00' }),
  );
  // `one` still has a balance of zero in memory.
  const bet = await one.provider('bet', betBody(player, { transaction_id: 't-3', round_id: 'r-2', amount: '150.00' }));
  t.is(bet.status, 200);
  const balance = await other.provider('balance', { player_id: player.playerId, session_id: player.sessionId });
  t.deepEqual(balance.body, { balance: { cash: '0.00', bonus: '0.00', currency: 'EUR' } });
});

test('a replay is the first answer byte for byte, also from an instance that has just started', async (t) => {
  const store = createMemoryEventStore();
  const one = await commandService(t, { store });
  const player = await readyPlayer(one);
  const first = await one.provider('bet', betBody(player));
  await one.provider('bet', betBody(player, { transaction_id: 't-2', amount: 5 }));
  const restarted = await commandService(t, { store });
  const again = await restarted.provider('bet', betBody(player, { amount: 10.0 }));
  t.is(again.text, first.text);
  t.is(again.headers.get('Idempotency-Replayed'), 'true');
  t.is(first.headers.get('Idempotency-Replayed'), null);
});

/** Stores what it is given, but loses the answer while `losing` says so. */
function losesAnswers(store: EventStore, losing: () => boolean): EventStore {
  return {
    ...store,
    async append(stream, events, expected) {
      const result = await store.append(stream, events, expected);
      if (losing()) throw new AppendOutcomeUnknown(stream);
      return result;
    },
  };
}

test('an append whose answer is lost is 503, and the same id asked again is the same bet', async (t) => {
  let losing = false;
  const command = await commandService(t, { store: losesAnswers(createMemoryEventStore(), () => losing) });
  const player = await readyPlayer(command);
  losing = true;
  const lost = await command.provider('bet', betBody(player));
  t.deepEqual([lost.status, lost.body.code, lost.headers.get('Retry-After')], [503, 'unavailable', '1']);
  losing = false;
  const again = await command.provider('bet', betBody(player));
  t.deepEqual([again.status, again.body.balance], [200, { cash: '90.00', bonus: '0.00', currency: 'EUR' }]);
  t.is((await allEvents(command.store)).filter(({ type }) => type === 'BetPlaced').length, 1);
});

test('where the head cannot be read, a refusal is 503: it might be out of date', async (t) => {
  let down = false;
  const memory = createMemoryEventStore();
  const store: EventStore = {
    ...memory,
    readStream(stream, options) {
      if (down) throw new StoreUnavailable('down');
      return memory.readStream(stream, options);
    },
  };
  const command = await commandService(t, { store });
  const player = await readyPlayer(command);
  down = true;
  const refused = await command.provider('bet', betBody(player, { amount: '500.00' }));
  t.deepEqual([refused.status, refused.body.code], [503, 'unavailable']);
  // What appends is checked by the append itself.
  t.is((await command.provider('bet', betBody(player))).status, 200);
});
