import test from 'ava';
import { RevisionConflict, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { isIntact } from '../../../shared/events/envelope.js';
import { allEvents, betBody, commandService, PERSON, readyPlayer } from './command-client.js';

async function typesOf(store: Parameters<typeof allEvents>[0], prefix = '') {
  return (await allEvents(store)).filter(({ stream }) => stream.startsWith(prefix)).map(({ type }) => type);
}

test('registration writes e-mail, profile and player in this order, and no personal data outside the profile', async (t) => {
  const command = await commandService(t);
  const answer = await command.send('/players', { body: { ...PERSON, phone: '+46701234567' } });
  t.is(answer.status, 201);
  t.deepEqual(await typesOf(command.store), ['EmailReserved', 'ProfileCreated', 'PlayerRegistered']);
  const others = (await allEvents(command.store)).filter(({ stream }) => !stream.startsWith('profile-'));
  t.notRegex(
    JSON.stringify(others, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    /jane|Doe|46701234567|1990-01-31|127\.0\.0\.1/i,
  );
});

test('an address that is taken is refused, whatever its case', async (t) => {
  const command = await commandService(t);
  await command.send('/players', { body: PERSON });
  const again = await command.send('/players', { body: { ...PERSON, email: 'JANE@example.com' } });
  t.deepEqual([again.status, again.body.code], [409, 'email_taken']);
  t.is((await typesOf(command.store, 'player-')).length, 1);
});

test('the same registration again under its Idempotency-Key is the same player with a new token', async (t) => {
  const command = await commandService(t);
  const headers = { 'Idempotency-Key': 'k-1' };
  const first = await command.send('/players', { body: PERSON, headers });
  const again = await command.send('/players', { body: PERSON, headers });
  t.deepEqual([again.status, again.body.player_id], [201, first.body.player_id]);
  t.not(again.body.token, first.body.token);
  t.is((await typesOf(command.store)).length, 3);
  const stranger = await command.send('/players', { body: { ...PERSON, password: 'another horse' }, headers });
  t.is(stranger.status, 409);
});

for (const failing of ['profile-', 'player-']) {
  test(`a registration cut before its ${failing}* append is finished by the retry`, async (t) => {
    const memory = createMemoryEventStore();
    let cut = true;
    const command = await commandService(t, {
      store: {
        ...memory,
        append: (stream, events, expected) =>
          cut && stream.startsWith(failing)
            ? Promise.reject(new StoreUnavailable('cut'))
            : memory.append(stream, events, expected),
      },
    });
    t.is((await command.send('/players', { body: PERSON })).status, 503);
    t.is((await command.send('/login', { body: PERSON_LOGIN })).status, 401);
    cut = false;
    t.is((await command.send('/players', { body: { ...PERSON, password: 'a stranger 123' } })).status, 409);
    t.is((await command.send('/players', { body: PERSON })).status, 201);
    t.is((await command.send('/login', { body: PERSON_LOGIN })).status, 200);
    t.deepEqual((await typesOf(memory)).slice(0, 3), ['EmailReserved', 'ProfileCreated', 'PlayerRegistered']);
  });
}

test('a reservation that was never finished is void after ten minutes', async (t) => {
  const memory = createMemoryEventStore();
  let now = Date.parse('2026-01-02T12:00:00.000Z');
  let cut = true;
  const command = await commandService(t, {
    nowMs: () => now,
    store: {
      ...memory,
      append: (stream, events, expected) =>
        cut && stream.startsWith('profile-')
          ? Promise.reject(new StoreUnavailable('cut'))
          : memory.append(stream, events, expected),
    },
  });
  await command.send('/players', { body: PERSON });
  cut = false;
  now += 10 * 60_000 + 1;
  t.is((await command.send('/players', { body: { ...PERSON, password: 'a stranger 123' } })).status, 201);
  t.is((await command.send('/login', { body: PERSON_LOGIN })).status, 401);
});

test('many registrations of one address at once make one player', async (t) => {
  const command = await commandService(t);
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      command.send('/players', { body: { ...PERSON, password: `password ${n % 2}` } }),
    ),
  );
  const created = answers.filter(({ status }) => status === 201);
  t.true(created.length >= 1);
  t.is(new Set(created.map(({ body }) => body.player_id)).size, 1);
  t.is((await typesOf(command.store, 'player-')).length, 1);
  t.true(answers.every(({ status }) => status === 201 || status === 409));
});

const PERSON_LOGIN = { email: PERSON.email, password: PERSON.password };

test('a login is recorded and gives a token; a wrong password or address is a uniform 401', async (t) => {
  const command = await commandService(t);
  await command.send('/players', { body: PERSON });
  const login = await command.send('/login', { body: PERSON_LOGIN });
  t.is(login.status, 200);
  t.true((await typesOf(command.store, 'player-')).includes('PlayerLoggedIn'));
  const wrong = await command.send('/login', { body: { ...PERSON_LOGIN, password: 'wrong' } });
  const unknown = await command.send('/login', { body: { ...PERSON_LOGIN, email: 'nobody@example.com' } });
  t.deepEqual([wrong.status, wrong.text], [401, unknown.text]);
});

test('whoever was wrong ten times waits a minute, with the right password too; other accounts do not', async (t) => {
  let now = Date.now();
  const command = await commandService(t, { nowMs: () => now });
  await command.send('/players', { body: PERSON });
  await command.send('/players', { body: { ...PERSON, email: 'john@example.com' } });
  const login = (body: Partial<typeof PERSON_LOGIN> = {}) =>
    command.send('/login', { body: { ...PERSON_LOGIN, ...body } });
  const events = (await typesOf(command.store, 'player-')).length;
  for (let n = 0; n < 10; n += 1)
    t.is((await login({ password: `wrong ${n}`, email: 'JANE@example.com' })).status, 401);
  const refused = await login();
  t.like(refused.body, { code: 'rate_limited' });
  t.is(refused.headers.get('Retry-After'), '60');
  t.is((await login({ email: 'john@example.com' })).status, 200);
  t.is((await typesOf(command.store, 'player-')).length, events + 1, 'only the other one is logged in');
  now += 60_000;
  t.is((await login()).status, 200);
  for (let n = 0; n < 9; n += 1) await login({ password: 'wrong' });
  t.is((await login()).status, 200, 'nine are not ten');
  for (let n = 0; n < 9; n += 1) t.is((await login({ password: 'wrong' })).status, 401, 'and count from nothing again');
});

test('an account that nobody has waits as one that somebody has: it tells nobody who exists', async (t) => {
  const command = await commandService(t);
  const nobody = { email: 'nobody@example.com', password: 'wrong' };
  for (let n = 0; n < 10; n += 1) t.is((await command.send('/login', { body: nobody })).status, 401);
  t.is((await command.send('/login', { body: nobody })).status, 429);
});

test('a logout ends the token and the open game sessions', async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  t.is((await command.asPlayer(player.token, '/logout')).status, 204);
  t.is((await command.asPlayer(player.token, '/me/consents', { email: true }, 'PUT')).status, 401);
  const bet = await command.provider('bet', betBody(player));
  t.is(bet.body.code, 'session_ended');
});

test('consents, details and blocks are recorded once each; nothing new is no event', async (t) => {
  const command = await commandService(t);
  const { token } = await readyPlayer(command);
  const consents = await command.asPlayer(token, '/me/consents', { email: true, push_notification: true }, 'PUT');
  t.deepEqual(consents.body, {
    email: true,
    sms: false,
    telephone: false,
    post_mail: false,
    site_notification: false,
    push_notification: true,
  });
  await command.asPlayer(token, '/me/consents', { email: true }, 'PUT');
  await command.asPlayer(token, '/me', { first_name: 'Janet' }, 'PUT');
  await command.asPlayer(token, '/me', { first_name: 'Janet' }, 'PUT');
  await command.asPlayer(token, '/me/blocks', { reason: 'self_exclusion' });
  await command.asPlayer(token, '/me/blocks', { reason: 'self_exclusion' });
  const types = await typesOf(command.store);
  for (const type of ['ConsentsChanged', 'ProfileChanged', 'PlayerDetailsChanged', 'BlockPlaced']) {
    t.is(types.filter((other) => other === type).length, 1, type);
  }
  t.true(types.indexOf('ProfileChanged') < types.indexOf('PlayerDetailsChanged'), 'the data precedes its marker');
});

test('a details marker that a crash left out is made up by the retry', async (t) => {
  const memory = createMemoryEventStore();
  let cut = false;
  const command = await commandService(t, {
    store: {
      ...memory,
      append: (stream, events, expected) =>
        cut && stream.startsWith('player-')
          ? Promise.reject(new StoreUnavailable('cut'))
          : memory.append(stream, events, expected),
    },
  });
  const { token } = await readyPlayer(command);
  cut = true;
  t.is((await command.asPlayer(token, '/me', { first_name: 'Janet' }, 'PUT')).status, 503);
  cut = false;
  t.is((await command.asPlayer(token, '/me', { first_name: 'Janet' }, 'PUT')).status, 200);
  const types = await typesOf(memory);
  t.deepEqual(
    [
      types.filter((type) => type === 'ProfileChanged').length,
      types.filter((type) => type === 'PlayerDetailsChanged').length,
    ],
    [1, 1],
  );
});

test('a timeout may be lengthened, never shortened; the back office lifts it', async (t) => {
  const command = await commandService(t);
  const { token, playerId } = await readyPlayer(command);
  const place = (until: string) => command.asPlayer(token, '/me/blocks', { reason: 'timeout', until });
  t.is((await place('2999-01-01T00:00:00Z')).status, 201);
  t.is((await place('2999-02-01T00:00:00Z')).status, 201);
  t.deepEqual((await place('2998-01-01T00:00:00Z')).body.code, 'invalid_transition');
  t.is(
    (await command.backoffice(`/backoffice/players/${playerId}/blocks`, { reason: 'timeout', active: false })).status,
    200,
  );
  t.is((await command.asPlayer(token, '/me/game-sessions', { provider: 'mock', game_id: 'slot_abc' })).status, 201);
});

test('the same Idempotency-Key is the same deposit; with another amount it is a conflict', async (t) => {
  const command = await commandService(t);
  const { token } = await readyPlayer(command);
  const deposit = (amount: string) =>
    command.asPlayer(token, '/me/deposits', { amount, currency: 'EUR', psp: 'fake' }, 'POST', {
      'Idempotency-Key': 'k',
    });
  const first = await deposit('10');
  t.deepEqual([first.status, first.body.status], [201, 'requested']);
  t.regex(
    String(first.body.redirect_url),
    /^http:\/\/127\.0\.0\.1:1\/pay\/\d+-[0-9a-f-]{36}\?amount=10\.00&currency=EUR$/,
  );
  t.deepEqual((await deposit('10.00')).body, first.body);
  t.is((await deposit('11')).body.code, 'idempotency_conflict');
});

test('a withdrawal goes from requested over approved to completed, and back while it may', async (t) => {
  const command = await commandService(t);
  const { token, playerId } = await readyPlayer(command);
  const request = () => command.asPlayer(token, '/me/withdrawals', { amount: '20.00', currency: 'EUR', psp: 'fake' });
  const first = await request();
  t.deepEqual([first.status, first.body.status], [201, 'requested']);
  const approve = await command.backoffice(
    `/backoffice/players/${playerId}/withdrawals/${first.body.payment_id}/approve`,
  );
  t.is(approve.body.status, 'approved');
  const paid = await command.psp({
    payment_id: first.body.payment_id,
    psp_reference: 'r',
    status: 'completed',
    extra: 1,
  });
  t.deepEqual(paid.body, { payment_id: first.body.payment_id, status: 'completed' });
  const second = await request();
  const cancelled = await command.asPlayer(token, `/me/withdrawals/${second.body.payment_id}`, undefined, 'DELETE');
  t.is(cancelled.body.status, 'cancelled');
  const third = await request();
  const rejected = await command.backoffice(
    `/backoffice/players/${playerId}/withdrawals/${third.body.payment_id}/reject`,
  );
  t.is(rejected.body.status, 'rejected');
});

test("Fast Track's repeats of one credit are one bonus, whatever names it", async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  const body = { player_id: playerId, bonus_id: 'welcome_bonus_50', amount: 50.0, metadata: {} };
  const keys: Record<string, string>[] = [
    { 'X-Fasttrack-Id': 'a' },
    { 'X-Fasttrack-Activityid': '1', 'X-Fasttrack-Actionid': '2', 'X-Fasttrack-Triggerhash': 'x' },
    { 'Idempotency-Key': 'k' },
  ];
  for (const headers of keys) {
    const first = await command.operator('/operator/bonus-credit', body, headers);
    const again = await command.operator('/operator/bonus-credit', body, headers);
    t.is(first.status, 200);
    t.is(again.text, first.text);
    const other = await command.operator('/operator/bonus-credit', { ...body, amount: 51 }, headers);
    t.is(other.body.code, 'idempotency_conflict');
  }
  const named = { ...body, metadata: { request_id: 7 } };
  t.is(
    (await command.operator('/operator/bonus-credit', named)).text,
    (await command.operator('/operator/bonus-credit', named)).text,
  );
  const types = await typesOf(command.store, 'player-');
  t.deepEqual(
    [types.filter((type) => type === 'BonusGranted').length, types.filter((type) => type === 'BonusQueued').length],
    [1, 3],
  );
});

test('every stream is an unbroken chain of intact events, and writes answer where they were stored', async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  const bet = await command.provider('bet', betBody(player));
  const win = await command.provider(
    'win',
    betBody(player, { transaction_id: 't-2', reference_transaction_id: 't-1', round_closed: true }),
  );
  t.true(BigInt(win.headers.get('X-Position') ?? '') > BigInt(bet.headers.get('X-Position') ?? ''));
  const heads = new Map<string, { revision: number; hash: unknown }>();
  for (const event of await allEvents(command.store)) {
    const before = heads.get(event.stream) ?? { revision: -1, hash: '0'.repeat(64) };
    t.true(isIntact(event));
    t.deepEqual([event.revision, event.metadata.prevHash], [before.revision + 1, before.hash]);
    heads.set(event.stream, { revision: event.revision, hash: event.metadata.hash });
  }
});

test('a lost race for the profile is tried again', async (t) => {
  const memory = createMemoryEventStore();
  let races = 1;
  const command = await commandService(t, {
    store: {
      ...memory,
      append(stream, events, expected) {
        if (events[0]?.type === 'ProfileChanged' && races > 0) {
          races -= 1;
          return Promise.reject(new RevisionConflict(stream, expected, 5));
        }
        return memory.append(stream, events, expected);
      },
    },
  });
  const { token } = await readyPlayer(command);
  t.is((await command.asPlayer(token, '/me', { phone: '+4670' }, 'PUT')).status, 200);
});
