import test from 'ava';
import { type EventStore, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { createMemoryArchive } from '../runtime/memory-archive.js';
import { allEvents, betBody, type CommandClient, commandService, PERSON, readyPlayer } from './command-client.js';

// Goal: after a change of the password no earlier login of the player is worth anything, wherever it is shown and
// whatever failed meanwhile. Method: the real service over the in-memory store, which two instances share.

const NEXT = 'a newer horse';
const CHANGE = { current_password: PERSON.password, new_password: NEXT };

const change = (command: CommandClient, token: string, body: object = CHANGE) =>
  command.asPlayer(token, '/me/password', body, 'PUT');
const logIn = (command: CommandClient, password: string, headers: Record<string, string> = {}) =>
  command.send('/login', { body: { email: PERSON.email, password }, headers });
/** The status of a request that changes nothing. */
const statusWith = async (command: CommandClient, token: unknown) =>
  (await command.asPlayer(String(token), '/me/consents', {}, 'PUT')).status;
const typesOf = async (store: EventStore) => (await allEvents(store)).map(({ type }) => type);

/** The store, whose appends to some streams fail while `cut` says so. */
function cuttable(prefix: string) {
  const inner = createMemoryEventStore();
  const state = { cut: false };
  const store: EventStore = {
    ...inner,
    append: (stream, events, expected) =>
      state.cut && stream.startsWith(prefix)
        ? Promise.reject(new StoreUnavailable('cut'))
        : inner.append(stream, events, expected),
  };
  return { store, state };
}

test('a new password is the only one, and every login before it is worth nothing', async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  const logins = [
    await logIn(command, PERSON.password),
    await logIn(command, PERSON.password, { 'Idempotency-Key': 'k' }),
  ];
  const answer = await change(command, player.token);
  t.deepEqual([answer.status, answer.body.player_id], [200, player.playerId]);
  for (const token of [player.token, ...logins.map(({ body }) => body.token)])
    t.is(await statusWith(command, token), 401);
  t.is(await statusWith(command, answer.body.token), 200);
  t.is((await logIn(command, PERSON.password)).status, 401);
  const again = await logIn(command, NEXT, { 'Idempotency-Key': 'k' });
  t.is(await statusWith(command, again.body.token), 200);
  t.is((await command.provider('bet', betBody(player))).body.code, 'session_ended');
  t.true(BigInt(answer.headers.get('X-Position') ?? '') > 0n);
});

test('the password is set before the player is said to have another, and no stream says which', async (t) => {
  const command = await commandService(t);
  const { token } = await readyPlayer(command);
  await change(command, token);
  const events = await allEvents(command.store);
  const types = events.map(({ type }) => type);
  t.true(types.indexOf('PasswordChanged') > 0);
  t.true(types.indexOf('PasswordChanged') < types.indexOf('PlayerPasswordChanged'));
  const text = JSON.stringify(events, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  t.false(text.includes(NEXT));
  t.deepEqual(events.find(({ type }) => type === 'PlayerPasswordChanged')?.data, { passwordRevision: 1 });
});

test('other instances refuse the old logins at once, and so do those that start later', async (t) => {
  // Both outlive the process that closes them.
  const open = { close: async () => undefined };
  const store = { ...createMemoryEventStore(), ...open };
  const archive = { ...createMemoryArchive(), ...open };
  const [one, other] = [await commandService(t, { store, archive }), await commandService(t, { store })];
  const { token } = await readyPlayer(one);
  t.is(await statusWith(other, token), 200, 'it has the player in memory');
  const { body } = await change(one, token);
  await one.stop();
  const later = await commandService(t, { store, archive });
  for (const command of [other, later]) {
    t.is(await statusWith(command, token), 401);
    t.is(await statusWith(command, body.token), 200);
  }
});

test('a registration that is repeated after it gives a login by the new password', async (t) => {
  const command = await commandService(t);
  const headers = { 'Idempotency-Key': 'k' };
  const { body } = await command.send('/players', { body: PERSON, headers });
  await change(command, String(body.token));
  t.is((await command.send('/players', { body: PERSON, headers })).status, 409, 'by the old one it is a stranger');
  const again = await command.send('/players', { body: { ...PERSON, password: NEXT }, headers });
  t.is(again.body.player_id, body.player_id);
  t.is(await statusWith(command, again.body.token), 200);
});

test('with a wrong current password nothing changes, and guesses count as those at the login', async (t) => {
  let now = Date.now();
  const command = await commandService(t, { nowMs: () => now });
  const { token } = await readyPlayer(command);
  const before = await typesOf(command.store);
  const wrong = () => change(command, token, { ...CHANGE, current_password: 'wrong' });
  for (let n = 0; n < 5; n += 1)
    t.like((await wrong()).body, { code: 'unauthorized', detail: 'current_password is wrong' });
  for (let n = 0; n < 5; n += 1) t.is((await logIn(command, 'wrong')).status, 401);
  const refused = await change(command, token);
  t.like(refused.body, { code: 'rate_limited' });
  t.is(refused.headers.get('Retry-After'), '60');
  t.deepEqual(await typesOf(command.store), before);
  now += 60_000;
  t.is((await change(command, token)).status, 200);
});

test('a password that is none, and a login that is none, change nothing', async (t) => {
  const command = await commandService(t);
  const { token } = await readyPlayer(command);
  const before = await typesOf(command.store);
  for (const body of [{ ...CHANGE, new_password: 'short' }, { new_password: NEXT }, { ...CHANGE, more: 1 }]) {
    t.is((await change(command, token, body)).body.code, 'malformed');
  }
  t.is((await change(command, 'a.b.c')).status, 401);
  t.deepEqual(await typesOf(command.store), before);
  await command.asPlayer(token, '/logout');
  t.is((await change(command, token)).status, 401);
});

test('a marker that a crash left out is made up by the retry', async (t) => {
  const { store, state } = cuttable('player-');
  const command = await commandService(t, { store });
  const { token } = await readyPlayer(command);
  state.cut = true;
  t.is((await change(command, token)).status, 503);
  state.cut = false;
  t.is((await change(command, token, { ...CHANGE, new_password: 'no newer one' })).status, 401, 'another is no retry');
  t.is((await change(command, token)).status, 200);
  t.is(await statusWith(command, token), 401);
  t.is((await typesOf(store)).filter((type) => type === 'PasswordChanged').length, 1);
});

test('a marker that a crash left out is made up by the next login', async (t) => {
  const { store, state } = cuttable('player-');
  const command = await commandService(t, { store });
  const { token } = await readyPlayer(command);
  state.cut = true;
  t.is((await change(command, token)).status, 503);
  state.cut = false;
  t.is((await logIn(command, PERSON.password)).status, 401);
  const login = await logIn(command, NEXT);
  t.is(await statusWith(command, token), 401);
  t.is(await statusWith(command, login.body.token), 200);
});

test('a password that could not be stored is not changed', async (t) => {
  const { store, state } = cuttable('email-');
  const command = await commandService(t, { store });
  const { token } = await readyPlayer(command);
  state.cut = true;
  t.is((await change(command, token)).status, 503);
  state.cut = false;
  t.is(await statusWith(command, token), 200);
  t.is((await logIn(command, PERSON.password)).status, 200);
});

test('of several changes at once one is taken, and its answer is the login that is left', async (t) => {
  const store = createMemoryEventStore();
  const commands = [await commandService(t, { store }), await commandService(t, { store })] as const;
  const { token } = await readyPlayer(commands[0]);
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      change(commands[n % 2 === 0 ? 0 : 1], token, { ...CHANGE, new_password: `password ${n}` }),
    ),
  );
  const [taken, ...more] = answers.filter(({ status }) => status === 200);
  t.deepEqual(more, []);
  t.true(answers.every(({ status }) => status === 200 || status === 401));
  t.is((await typesOf(store)).filter((type) => type === 'PasswordChanged').length, 1);
  t.is(await statusWith(commands[1], taken?.body.token), 200);
});

test('whoever is forgotten has no password to change', async (t) => {
  const command = await commandService(t);
  const { body } = await command.send('/players', { body: PERSON });
  t.is((await command.backoffice(`/backoffice/players/${body.player_id}/forget`)).status, 200);
  t.is((await change(command, String(body.token))).status, 401);
});
