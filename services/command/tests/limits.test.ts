import test from 'ava';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import {
  type Answer,
  allEvents,
  betBody,
  type CommandClient,
  commandService,
  type ReadyPlayer,
  readyPlayer,
} from './command-client.js';

// Limits over HTTP: what is answered, and that a refusal, a bad request or a repeat changes nothing.

const NOW_MS = Date.parse('2026-01-02T12:00:00.000Z');
const DAY_MS = 24 * 3600 * 1000;

const setLimit = (command: CommandClient, { token }: ReadyPlayer, body: unknown) =>
  command.asPlayer(token, '/me/limits', body, 'PUT');

const deposit = (command: CommandClient, { token }: ReadyPlayer, amount: string) =>
  command.asPlayer(token, '/me/deposits', { amount, currency: 'EUR', psp: 'fake' });

const play = ({ playerId, sessionId }: ReadyPlayer, amount: string) => ({
  ...{ player_id: playerId, session_id: sessionId, game_id: 'slot_abc', round_id: 'r-1', currency: 'EUR' },
  bet: { transaction_id: 't-4', amount },
  win: { transaction_id: 't-5', amount: '0.00' },
});

test('a limit is set, raised, lowered and ended, each answered as it stands', async (t) => {
  let now = NOW_MS;
  const command = await commandService(t, { nowMs: () => now });
  const player = await readyPlayer(command);
  const lossADay = { kind: 'loss', period: 'day' };
  const bodyOf = async (amount: unknown) => {
    const { status, body } = await setLimit(command, player, { ...lossADay, amount });
    t.is(status, 200);
    return body;
  };
  const answer = (amount: string | null, pending: unknown = null) => ({
    ...{ ...lossADay, amount, currency: 'EUR', pending },
  });
  const tomorrow = '2026-01-03T12:00:00.000Z';
  t.deepEqual(await bodyOf('50'), answer('50.00'));
  t.deepEqual(await bodyOf('60.00'), answer('50.00', { amount: '60.00', effective_at: tomorrow }));
  const before = await allEvents(command.store);
  t.deepEqual(await bodyOf('60.0'), answer('50.00', { amount: '60.00', effective_at: tomorrow }));
  t.deepEqual(await allEvents(command.store), before, 'the same raise again is no event');
  t.deepEqual(await bodyOf(null), answer('50.00', { amount: null, effective_at: tomorrow }));
  t.deepEqual(await bodyOf('40.00'), answer('40.00'));
  t.deepEqual(await bodyOf('60.00'), answer('40.00', { amount: '60.00', effective_at: tomorrow }));
  // A token lives a day: the player comes back with a new one.
  now += DAY_MS;
  const login = await command.send('/login', { body: { email: 'jane@example.com', password: 'correct horse' } });
  const again = { ...player, token: String(login.body.token) };
  t.deepEqual((await setLimit(command, again, { ...lossADay, amount: '60.00' })).body, answer('60.00'));
  t.deepEqual(
    (await allEvents(command.store))
      .filter(({ type }) => type.startsWith('Limit'))
      .map(({ type, data }) => [type, data.amount, data.cause ?? data.effectiveAt]),
    [
      ['LimitChanged', '50.00', 'player'],
      ['LimitIncreaseRequested', '60.00', tomorrow],
      ['LimitIncreaseRequested', null, tomorrow],
      ['LimitChanged', '40.00', 'player'],
      ['LimitIncreaseRequested', '60.00', tomorrow],
      ['LimitChanged', '60.00', 'due'],
    ],
  );
});

const REFUSED: readonly {
  readonly what: string;
  readonly limit: { readonly kind: string; readonly period: string; readonly amount: string };
  readonly remaining: string;
  send(command: CommandClient, player: ReadyPlayer): Promise<Answer>;
}[] = [
  {
    what: 'a bet',
    limit: { kind: 'loss', period: 'day', amount: '9.99' },
    remaining: '9.99',
    send: (command, player) => command.provider('bet', betBody(player)),
  },
  {
    what: 'a play',
    limit: { kind: 'wager', period: 'month', amount: '5.00' },
    remaining: '5.00',
    send: (command, player) => command.provider('play', play(player, '5.01')),
  },
  {
    what: 'a deposit',
    limit: { kind: 'deposit', period: 'week', amount: '120.00' },
    remaining: '20.00',
    send: (command, player) => deposit(command, player, '20.01'),
  },
];
for (const { what, limit, remaining, send } of REFUSED) {
  test(`${what} above a limit: 422 limit_exceeded with what remains, and nothing changes, also after a restart`, async (t) => {
    const store = createMemoryEventStore();
    const nowMs = () => NOW_MS;
    const command = await commandService(t, { store, nowMs });
    const player = await readyPlayer(command);
    await setLimit(command, player, limit);
    const before = await allEvents(store);
    for (const service of [command, await commandService(t, { store, nowMs })]) {
      const answer = await send(service, player);
      t.is(answer.headers.get('content-type'), 'application/problem+json');
      t.deepEqual(answer.body, {
        type: 'urn:croupier:problem:limit_exceeded',
        title: 'It would pass a limit that the player has set',
        status: 422,
        code: 'limit_exceeded',
        ...{ kind: limit.kind, period: limit.period, limit: limit.amount, remaining, currency: 'EUR' },
      });
      t.deepEqual(await allEvents(store), before);
    }
  });
}

test('a deposit that a limit refused is taken under the same key once the limit allows it', async (t) => {
  const command = await commandService(t, { nowMs: () => NOW_MS });
  const player = await readyPlayer(command);
  await setLimit(command, player, { kind: 'deposit', period: 'day', amount: '120.00' });
  const ask = (amount: string) =>
    command.asPlayer(player.token, '/me/deposits', { amount, currency: 'EUR', psp: 'fake' }, 'POST', {
      'Idempotency-Key': 'k',
    });
  t.is((await ask('20.01')).body.code, 'limit_exceeded');
  t.is((await ask('20.00')).status, 201);
  t.is((await ask('20.00')).headers.get('Idempotency-Replayed'), 'true');
});

const ordinary = { kind: 'loss', period: 'day', amount: '50.00' };
const malformed = (pointer: string) => ({ status: 400, code: 'malformed', pointer });
const invalidAmount = { status: 422, code: 'invalid_amount', pointer: undefined };
const BAD: readonly (readonly [string, unknown, { status: number; code: string; pointer: string | undefined }])[] = [
  ['three decimals of EUR', { ...ordinary, amount: '50.001' }, invalidAmount],
  ['a negative amount', { ...ordinary, amount: '-1.00' }, malformed('/amount')],
  ['no amount', { kind: 'loss', period: 'day' }, malformed('/amount')],
  ['an amount that is none', { ...ordinary, amount: 'much' }, malformed('/amount')],
  ['13 digits', { ...ordinary, amount: '1000000000000' }, malformed('/amount')],
  ['an unknown kind', { ...ordinary, kind: 'session' }, malformed('/kind')],
  ['an unknown period', { ...ordinary, period: 'year' }, malformed('/period')],
  ['an unknown field', { ...ordinary, currency: 'EUR' }, malformed('/currency')],
];
test('a limit that is none is refused with what is wrong with it, and nothing changes', async (t) => {
  const command = await commandService(t, { nowMs: () => NOW_MS });
  const player = await readyPlayer(command);
  const before = await allEvents(command.store);
  for (const [what, body, { status, code, pointer }] of BAD) {
    const answer = await setLimit(command, player, body);
    t.deepEqual([answer.status, answer.body.code], [status, code], what);
    const errors = answer.body.errors as { pointer: string }[] | undefined;
    t.deepEqual(errors?.[0]?.pointer, pointer, what);
  }
  t.deepEqual(await allEvents(command.store), before);
});

test('without a token: 401', async (t) => {
  const command = await commandService(t);
  t.is((await command.send('/me/limits', { method: 'PUT', body: ordinary })).status, 401);
});
