import test from 'ava';
import { type EventStore, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { allEvents, betBody, commandService, PERSON, readyPlayer } from './command-client.js';

// What lies between the routes and the deciders: headers, ids, ends of time, races of a caller with itself.

const credit = { bonus_id: 'welcome_bonus_50', amount: 50.0 };

/** Refuses appends of events of this type while `cut()`. */
function cutsAppendsOf(store: EventStore, type: string, cut: () => boolean): EventStore {
  return {
    ...store,
    append: (stream, events, expected) =>
      cut() && events.some((event) => event.type === type)
        ? Promise.reject(new StoreUnavailable('cut'))
        : store.append(stream, events, expected),
  };
}

test('a timeout that ends beyond the year 9999 is malformed: written down, it would have ended at once', async (t) => {
  const command = await commandService(t);
  const { token } = await readyPlayer(command);
  const until = '9999-12-31T23:59:59-01:00';
  const answer = await command.asPlayer(token, '/me/blocks', { reason: 'timeout', until });
  t.deepEqual([answer.status, answer.body.code], [400, 'malformed']);
});

test('a player cannot give a self-exclusion an end: only the back office lifts it', async (t) => {
  const command = await commandService(t);
  const { token } = await readyPlayer(command);
  const until = '2999-01-01T00:00:00Z';
  const answer = await command.asPlayer(token, '/me/blocks', { reason: 'self_exclusion', until });
  t.is(answer.status, 400);
  t.deepEqual(answer.body.errors, [{ detail: 'unknown field', pointer: '/until' }]);
});

test('metadata is measured in bytes as sent: 4 KiB of numbers fit, 4 KiB of letters that take two bytes do not', async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  const send = (metadata: unknown) =>
    command.operator('/operator/bonus-credit', { ...credit, player_id: playerId, metadata });
  t.is((await send({ numbers: Array.from({ length: 1_500 }, () => 7) })).status, 200);
  t.is((await send({ note: 'é'.repeat(3_000) })).status, 400);
});

test('a half-given Fast Track triple does not hide the Idempotency-Key', async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  const send = (key: string) =>
    command.operator(
      '/operator/bonus-credit',
      { ...credit, player_id: playerId, metadata: {} },
      { 'X-Fasttrack-Activityid': '7', 'Idempotency-Key': key },
    );
  const [one, other] = [await send('a'), await send('b')];
  t.not(one.body.user_bonus_id, other.body.user_bonus_id);
  t.is((await send('a')).text, one.text);
});

test('headers with bytes that are no UTF-8 are taken, and the credit is repeatable', async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  const headers = { 'X-Fasttrack-Id': '\u00ff\u00fe"\\', 'X-Fasttrack-Triggerhash': '\u0080', 'User-Agent': '\u00e9' };
  const send = () =>
    command.operator('/operator/bonus-credit', { ...credit, player_id: playerId, metadata: {} }, headers);
  const first = await send();
  t.is(first.status, 200);
  const again = await send();
  t.deepEqual([again.text, again.headers.get('Idempotency-Replayed')], [first.text, 'true']);
});

test('a repeat under its Idempotency-Key says that it is one: deposit, withdrawal, game session', async (t) => {
  const command = await commandService(t);
  const { token } = await readyPlayer(command);
  const requests: readonly [string, unknown][] = [
    ['/me/deposits', { amount: '10.00', currency: 'EUR', psp: 'fake' }],
    ['/me/withdrawals', { amount: '10.00', currency: 'EUR', psp: 'fake' }],
    ['/me/game-sessions', { provider: 'mock', game_id: 'slot_abc' }],
  ];
  for (const [path, body] of requests) {
    const send = () => command.asPlayer(token, path, body, 'POST', { 'Idempotency-Key': 'k' });
    const first = await send();
    const again = await send();
    t.deepEqual([again.status, again.text], [first.status, first.text], path);
    t.deepEqual(
      [first, again].map(({ headers }) => headers.get('Idempotency-Replayed')),
      [null, 'true'],
      path,
    );
  }
});

test('the request for a game session that has ended since gets its first answer again', async (t) => {
  const command = await commandService(t);
  const { token } = await readyPlayer(command);
  const body = { provider: 'mock', game_id: 'slot_abc' };
  const open = () => command.asPlayer(token, '/me/game-sessions', body, 'POST', { 'Idempotency-Key': 'k' });
  const first = await open();
  await command.asPlayer(token, `/me/game-sessions/${first.body.session_id}`, undefined, 'DELETE');
  const again = await open();
  t.deepEqual([again.status, again.text], [201, first.text]);
});

test('sixty changes of the details at once are all taken: a caller cannot make a 5xx by haste', async (t) => {
  const memory = createMemoryEventStore();
  const store: EventStore = {
    ...memory,
    async append(stream, events, expected) {
      // A real store takes its time, so that all of them have read the same revision.
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      return memory.append(stream, events, expected);
    },
  };
  const command = await commandService(t, { store });
  const { token } = await readyPlayer(command);
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, n) => command.asPlayer(token, '/me', { first_name: `Jane ${n}` }, 'PUT')),
  );
  t.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  const events = await allEvents(command.store);
  t.is(events.filter(({ type }) => type === 'ProfileChanged').length, 60);
});

test('the registered player is the actor of its registration', async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  const registered = (await allEvents(command.store)).find(({ type }) => type === 'PlayerRegistered');
  t.is(registered?.metadata.actor, `player:${playerId}`);
});

test('a retry of a cut registration with the address in capitals goes on with the same player', async (t) => {
  const memory = createMemoryEventStore();
  let cut = true;
  const command = await commandService(t, { store: cutsAppendsOf(memory, 'PlayerRegistered', () => cut) });
  t.is((await command.send('/players', { body: PERSON })).status, 503);
  cut = false;
  t.is((await command.send('/players', { body: { ...PERSON, email: PERSON.email.toUpperCase() } })).status, 201);
  const types = (await allEvents(memory)).map(({ type }) => type);
  t.deepEqual(types, ['EmailReserved', 'ProfileCreated', 'PlayerRegistered']);
});

test('a retry of a cut registration that names another currency gets that of its profile: there is one truth', async (t) => {
  const memory = createMemoryEventStore();
  let cut = true;
  const command = await commandService(t, { store: cutsAppendsOf(memory, 'PlayerRegistered', () => cut) });
  await command.send('/players', { body: PERSON });
  cut = false;
  t.is((await command.send('/players', { body: { ...PERSON, currency: 'SEK' } })).status, 201);
  const events = await allEvents(memory);
  t.deepEqual(
    events.flatMap(({ data }) => ('currency' in data ? [data.currency] : [])),
    ['EUR', 'EUR'],
  );
});

test('a login repeated after its logout is a new login: its token is good', async (t) => {
  const command = await commandService(t);
  await command.send('/players', { body: PERSON });
  const body = { email: PERSON.email, password: PERSON.password };
  const login = () => command.send('/login', { body, headers: { 'Idempotency-Key': 'always the same' } });
  const first = await login();
  await command.asPlayer(String(first.body.token), '/logout');
  const again = await login();
  t.is(again.status, 200);
  t.is((await command.asPlayer(String(again.body.token), '/me/consents', { sms: true }, 'PUT')).status, 200);
});

const ODD_REQUESTS: readonly [string, string, RequestInit][] = [
  ['a broken escape', '/me/withdrawals/%E0%A4%A', { method: 'DELETE' }],
  ['an escaped slash', '/backoffice/players/1%2F2/blocks', { method: 'POST' }],
  ['an escaped NUL', '/backoffice/players/%00/blocks', { method: 'POST' }],
  ['a HEAD', '/provider/v1/bet', { method: 'HEAD' }],
  ['an OPTIONS', '/provider/v1/bet', { method: 'OPTIONS' }],
  ['a PATCH', '/me', { method: 'PATCH', body: '{}' }],
  ['a DELETE with a body', '/me/withdrawals/x', { method: 'DELETE', body: '{"a":1}' }],
  ['prototype names', '/operator/bonus-credit', { method: 'POST', body: '{"__proto__":{"amount":1},"constructor":1}' }],
  ['a form', '/login', { method: 'POST', body: 'email=a&password=b' }],
  ['an empty body', '/login', { method: 'POST', body: '' }],
  ['null', '/login', { method: 'POST', body: 'null' }],
  ['a number', '/login', { method: 'POST', body: '1e400' }],
  ['empty strings', '/login', { method: 'POST', body: '{"email":"","password":""}' }],
  ['an endless query', `/login?${'a=b&'.repeat(2_000)}`, { method: 'POST', body: '{}' }],
];
for (const [what, path, request] of ODD_REQUESTS) {
  test(`${what} is a problem of the caller's, never a 5xx`, async (t) => {
    const command = await commandService(t);
    const response = await fetch(`${command.url}${path}`, request);
    t.true(response.status >= 400 && response.status < 500, String(response.status));
    t.is(response.headers.get('content-type'), 'application/problem+json');
    if (request.method === 'HEAD') return;
    const problem = (await response.json()) as Record<string, unknown>;
    t.like(problem, { status: response.status });
    t.true(typeof problem.code === 'string' && typeof problem.type === 'string' && typeof problem.title === 'string');
  });
}

const ODD_METADATA = ['1e400', '-0', '1.0e1', '[[[]]]', '{"constructor":{"prototype":1}}', '"\\u00e9"', '1e-999'];
test('metadata may hold any number, nesting and name', async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  for (const value of ODD_METADATA) {
    const body = `{"player_id":"${playerId}","bonus_id":"welcome_bonus_50","amount":50,"metadata":{"request_id":${value}}}`;
    const answer = await command.operator('/operator/bonus-credit', body);
    t.is(answer.status, 200, answer.text);
  }
});

test('a game may be called like what every object has, also while its stakes count for a bonus', async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  await command.operator('/operator/bonus-credit', { ...credit, player_id: player.playerId, metadata: {} });
  for (const game_id of ['constructor', '__proto__', 'hasOwnProperty']) {
    const bet = betBody(player, { transaction_id: `t-${game_id}`, game_id, amount: '1.00' });
    t.is((await command.provider('bet', bet)).status, 200);
  }
});

test('ids of 128 odd characters are ids, and the same bet again is the same', async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  const odd = `!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~__proto__`.padEnd(128, '~');
  const body = betBody(player, { transaction_id: odd, round_id: odd, game_id: '__proto__' });
  const first = await command.provider('bet', body);
  t.is(first.status, 200, first.text);
  t.is((await command.provider('bet', body)).text, first.text);
});
