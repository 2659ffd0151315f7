import test, { type ExecutionContext } from 'ava';
import { type EventStore, type StoredEvent, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { metadataSchema, seal } from '../../../shared/events/envelope.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import {
  type Answer,
  allEvents,
  betBody,
  type CommandClient,
  commandService,
  PERSON,
  type ReadyPlayer,
  readyPlayer,
} from './command-client.js';

// Forgetting over HTTP: which routes still serve a forgotten player, what is deleted, and what a crash, a race or a
// retry in the middle of it comes to. The decision itself is in player/forgetting.test.ts.

const LOGIN = { email: PERSON.email, password: PERSON.password };

/** All the money is on one bet, `t-1`, that has no outcome yet; one deposit of 7 EUR has failed. */
async function stakedPlayer(command: CommandClient): Promise<ReadyPlayer & { readonly failedPaymentId: string }> {
  const player = await readyPlayer(command);
  const deposit = await command.asPlayer(player.token, '/me/deposits', {
    amount: '7.00',
    currency: 'EUR',
    psp: 'fake',
  });
  const failedPaymentId = String(deposit.body.payment_id);
  await command.psp({ payment_id: failedPaymentId, psp_reference: 'ref', status: 'failed' });
  await command.provider('bet', betBody(player, { amount: '100.00' }));
  return { ...player, failedPaymentId };
}

function forget(command: CommandClient, { playerId }: { readonly playerId: string }, query = ''): Promise<Answer> {
  return command.backoffice(`/backoffice/players/${playerId}/forget${query}`);
}

async function eventsOf(store: EventStore, prefix: string): Promise<StoredEvent[]> {
  return (await allEvents(store)).filter(({ stream }) => stream.startsWith(prefix));
}

async function namesOf(store: EventStore, prefix: string): Promise<string[]> {
  return [...new Set((await eventsOf(store, prefix)).map(({ stream }) => stream))];
}

test('a person is forgotten: the ledger says so, the profile and the e-mail are deleted, and again is no more', async (t) => {
  const command = await commandService(t);
  const player = await stakedPlayer(command);
  const [email] = await namesOf(command.store, 'email-');
  const before = (await eventsOf(command.store, 'player-')).length;
  const answer = await forget(command, player);
  t.deepEqual([answer.status, answer.body], [200, { player_id: player.playerId, status: 'forgotten' }]);
  const events = (await eventsOf(command.store, 'player-')).slice(before);
  t.deepEqual(
    events.map(({ type, metadata }) => [type, metadata.actor]),
    ['GameSessionEnded', 'PlayerForgotten'].map((type) => [type, 'back-office:back-office']),
  );
  t.is(answer.headers.get('X-Position'), String(events.at(-1)?.position));
  for (const stream of [email ?? '', `profile-${player.playerId}`])
    t.true(await command.store.isDeleted(stream), stream);
  t.deepEqual([await namesOf(command.store, 'email-'), await namesOf(command.store, 'profile-')], [[], []]);

  const again = await forget(command, player);
  t.deepEqual([again.status, again.text, again.headers.get('X-Position')], [200, answer.text, null]);
  t.is((await eventsOf(command.store, 'player-')).length, before + 2);
});

test('who has money or an open payment is not: 409 says what, and nothing is changed', async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  await command.asPlayer(player.token, '/me/withdrawals', { amount: '20.00', currency: 'EUR', psp: 'fake' });
  const before = (await allEvents(command.store)).length;
  const members = {
    reasons: ['cash', 'withdrawal', 'open_payments'],
    balance: { cash: '80.00', bonus: '0.00', withdrawal: '20.00', currency: 'EUR' },
    open_payments: 1,
  };
  const refused = await forget(command, player);
  t.is(refused.status, 409);
  t.like(refused.body, { code: 'player_has_funds', ...members });
  const foreseen = await forget(command, player, '?dry_run=true');
  t.deepEqual([foreseen.status, foreseen.body], [200, { player_id: player.playerId, would: 'refuse', ...members }]);
  t.is((await allEvents(command.store)).length, before);
  t.is((await command.asPlayer(player.token, '/me', { first_name: 'Janet' }, 'PUT')).status, 200);
});

test('a dry run says what would be done and changes nothing; dry_run=false is none', async (t) => {
  const command = await commandService(t);
  const player = await stakedPlayer(command);
  const before = (await allEvents(command.store)).length;
  const foreseen = await forget(command, player, '?dry_run=true');
  t.deepEqual(
    [foreseen.status, foreseen.body],
    [
      200,
      {
        player_id: player.playerId,
        would: 'forget',
        events: ['GameSessionEnded', 'PlayerForgotten'],
        streams: { profile: 1, email: 1 },
        email_kept: false,
      },
    ],
  );
  t.is((await allEvents(command.store)).length, before);
  t.is((await forget(command, player, '?dry_run=false')).status, 200);
  const done = await forget(command, player, '?dry_run=true');
  t.like(done.body, { would: 'forget', events: [], streams: { profile: 0, email: 0 } });
});

for (const query of ['dry_run=1', 'dry_run=', 'dry_run', 'dry_run=True', 'dry_run=true&dry_run=true', 'dryrun=true']) {
  test(`?${query} is malformed and changes nothing`, async (t) => {
    const command = await commandService(t);
    const player = await stakedPlayer(command);
    const before = (await allEvents(command.store)).length;
    const answer = await forget(command, player, `?${query}`);
    t.deepEqual([answer.status, answer.body.code], [400, 'malformed']);
    t.is((await allEvents(command.store)).length, before);
  });
}

test('only the back office forgets, and only who exists', async (t) => {
  const command = await commandService(t);
  const player = await stakedPlayer(command);
  const path = `/backoffice/players/${player.playerId}/forget`;
  t.is((await command.send(path, {})).status, 401);
  t.is((await command.operator(path, {})).status, 401);
  t.is((await command.asPlayer(player.token, path)).status, 401);
  t.is((await command.send(`${path}?dry_run=true`, {})).status, 401);
  for (const id of ['1', '0', 'abc']) {
    for (const query of ['', '?dry_run=true']) {
      const answer = await forget(command, { playerId: id }, query);
      t.deepEqual([answer.status, answer.body.code], [404, 'player_not_found'], `${id}${query}`);
    }
  }
  t.is((await eventsOf(command.store, 'profile-')).length, 1);
});

type Gone = Awaited<ReturnType<typeof stakedPlayer>>;
type RouteRow = {
  readonly what: string;
  readonly ask: (command: CommandClient, gone: Gone) => Promise<Answer>;
  readonly status: number;
  readonly code?: string;
};

const payment = { amount: '5.00', currency: 'EUR', psp: 'fake' };
const credit = { bonus_id: 'welcome_bonus_50', amount: '5.00' };
const byPlayer = (path: string, body?: unknown, method = 'POST'): RouteRow => ({
  what: `${method} ${path} ${JSON.stringify(body) ?? ''}`,
  ask: (command, { token }) => command.asPlayer(token, path, body, method),
  status: 401,
  code: 'unauthorized',
});
const byBackoffice = (path: string, body?: unknown, method = 'POST'): RouteRow => ({
  what: `back office: ${method} ${path} ${JSON.stringify(body) ?? ''}`,
  ask: (command, { playerId }) => command.backoffice(`/backoffice/players/${playerId}${path}`, body, method),
  status: 404,
  code: 'player_not_found',
});
const play = (gone: Gone) => {
  const { transaction_id: _, amount: _amount, ...round } = betBody(gone);
  return { ...round, bet: { transaction_id: 't-8', amount: '1.00' }, win: { transaction_id: 't-9', amount: '1.00' } };
};

/** Every route that names a player, asked of a forgotten one: what is new is refused, what is settlement goes on. */
const ROUTES: readonly RouteRow[] = [
  {
    what: 'a new bet',
    ask: (command, gone) => command.provider('bet', betBody(gone, { transaction_id: 't-2' })),
    status: 404,
    code: 'player_not_found',
  },
  {
    what: 'a play',
    ask: (command, gone) => command.provider('play', play(gone)),
    status: 404,
    code: 'player_not_found',
  },
  {
    what: 'the balance',
    ask: (command, gone) => command.provider('balance', { player_id: gone.playerId, session_id: gone.sessionId }),
    status: 404,
    code: 'player_not_found',
  },
  {
    what: 'the known bet again',
    ask: (command, gone) => command.provider('bet', betBody(gone, { amount: '100.00' })),
    status: 200,
  },
  {
    what: 'the known id with another amount',
    ask: (command, gone) => command.provider('bet', betBody(gone, { amount: '99.00' })),
    status: 409,
    code: 'idempotency_conflict',
  },
  {
    what: 'a win of the known bet',
    ask: (command, gone) =>
      command.provider('win', betBody(gone, { transaction_id: 't-3', reference_transaction_id: 't-1' })),
    status: 200,
  },
  {
    what: 'a rollback of the known bet',
    ask: (command, { playerId }) =>
      command.provider('rollback', {
        ...{ transaction_id: 't-4', reference_transaction_id: 't-1' },
        ...{ player_id: playerId, round_id: 'r-1' },
      }),
    status: 200,
  },
  {
    what: 'a late completion of a deposit',
    ask: (command, { failedPaymentId }) =>
      command.psp({ payment_id: failedPaymentId, psp_reference: 'ref', status: 'completed' }),
    status: 200,
  },
  {
    what: 'a report that was made before',
    ask: (command, { failedPaymentId }) =>
      command.psp({ payment_id: failedPaymentId, psp_reference: 'ref', status: 'failed' }),
    status: 200,
  },
  {
    what: "Fast Track's bonus credit",
    ask: (command, { playerId }) =>
      command.operator('/operator/bonus-credit', { player_id: playerId, ...credit, metadata: {} }),
    status: 404,
    code: 'player_not_found',
  },
  byBackoffice('/blocks', { reason: 'operator', active: true }),
  byBackoffice('/blocks', { reason: 'operator', active: false }),
  byBackoffice('/bonuses', credit),
  byBackoffice('/bonuses/ub-1', undefined, 'DELETE'),
  byBackoffice('/withdrawals/w-1/approve'),
  byBackoffice('/withdrawals/w-1/reject'),
  byPlayer('/logout'),
  byPlayer('/me', { first_name: 'Janet' }, 'PUT'),
  byPlayer('/me', {}, 'PUT'),
  byPlayer('/me/consents', { email: true }, 'PUT'),
  byPlayer('/me/blocks', { reason: 'self_exclusion' }),
  byPlayer('/me/deposits', payment),
  byPlayer('/me/withdrawals', payment),
  byPlayer('/me/withdrawals/w-1', undefined, 'DELETE'),
  byPlayer('/me/game-sessions', { provider: 'mock', game_id: 'slot_abc' }),
  byPlayer('/me/game-sessions/s-1', undefined, 'DELETE'),
  byPlayer('/me/bonuses/ub-1', undefined, 'DELETE'),
  { what: 'a login', ask: (command) => command.send('/login', { body: LOGIN }), status: 401, code: 'unauthorized' },
];

for (const { what, ask, status, code } of ROUTES) {
  test(`of somebody forgotten, ${what}: ${status} ${code ?? ''}`, async (t) => {
    const command = await commandService(t);
    const gone = await stakedPlayer(command);
    t.is((await forget(command, gone)).status, 200);
    const before = (await allEvents(command.store)).length;
    const answer = await ask(command, gone);
    t.deepEqual([answer.status, answer.body.code], [status, code], answer.text);
    if (status !== 200) t.is((await allEvents(command.store)).length, before, 'nothing is recorded');
  });
}

test('who excluded themselves keep the e-mail reserved: no login, no second registration, not even under the first key', async (t) => {
  const command = await commandService(t);
  const headers = { 'Idempotency-Key': 'k-1' };
  const { body } = await command.send('/players', { body: PERSON, headers });
  const player = { playerId: String(body.player_id) };
  await command.asPlayer(String(body.token), '/me/blocks', { reason: 'self_exclusion' });
  t.like((await forget(command, player, '?dry_run=true')).body, {
    ...{ would: 'forget', streams: { profile: 1, email: 0 }, email_kept: true },
  });
  t.is((await forget(command, player)).status, 200);
  t.is((await eventsOf(command.store, 'email-')).length, 1);
  t.true(await command.store.isDeleted(`profile-${player.playerId}`));
  const before = (await allEvents(command.store)).length;
  t.is((await command.send('/login', { body: LOGIN })).status, 401);
  t.is((await command.send('/players', { body: PERSON })).status, 409);
  t.is((await command.send('/players', { body: PERSON, headers })).status, 409);
  t.is((await command.send('/players', { body: { ...PERSON, password: 'another horse' } })).status, 409);
  t.is((await allEvents(command.store)).length, before);
});

test('whoever else was forgotten may register again with the same address, any number of times, as another player', async (t) => {
  const command = await commandService(t);
  const players = new Set<string>();
  for (let round = 1; round <= 3; round += 1) {
    const registered = await command.send('/players', { body: PERSON });
    t.is(registered.status, 201, registered.text);
    const playerId = String(registered.body.player_id);
    players.add(playerId);
    t.is((await command.send('/players', { body: { ...PERSON, password: 'another horse' } })).status, 409);
    const login = await command.send('/login', { body: LOGIN });
    t.deepEqual([login.status, login.body.player_id], [200, playerId]);
    t.is((await forget(command, { playerId })).status, 200);
    t.is((await command.send('/login', { body: LOGIN })).status, 401);
  }
  t.is(players.size, 3);
  t.deepEqual(await namesOf(command.store, 'email-'), []);
});

test('an address that a slow registration lost to somebody else stays theirs', async (t) => {
  const command = await commandService(t);
  const player = await stakedPlayer(command);
  const [reserved] = await eventsOf(command.store, 'email-');
  if (reserved === undefined) throw new Error('nothing is reserved');
  const head = { revision: reserved.revision, hash: String(reserved.metadata.hash) };
  const draft = { type: 'EmailReserved', data: { ...reserved.data, playerId: '7' } };
  const { hash: _hash, prevHash: _prevHash, ...sealing } = metadataSchema.parse(reserved.metadata);
  const { traceparent: _none, ...context } = sealing;
  await command.store.append(reserved.stream, seal(reserved.stream, head, [draft], context).events, 0);
  t.like((await forget(command, player, '?dry_run=true')).body, { streams: { profile: 1, email: 0 } });
  t.is((await forget(command, player)).status, 200);
  t.false(await command.store.isDeleted(reserved.stream));
  t.deepEqual(await namesOf(command.store, 'profile-'), []);
});

/** A store in which the n-th deletion, and all after it, fail until they may go on. */
function failingDeletions(memory: EventStore, failAt: number) {
  const tried: string[] = [];
  let broken = true;
  const store: EventStore = {
    ...memory,
    async deleteStream(stream) {
      tried.push(stream);
      if (broken && tried.length >= failAt) throw new StoreUnavailable('away');
      await memory.deleteStream(stream);
    },
  };
  return {
    store,
    tried,
    mend() {
      broken = false;
    },
  };
}

for (const failAt of [1, 2]) {
  test(`the store goes away before deletion ${failAt} of 2: 503, and the retry finishes; the e-mail goes before the profile`, async (t) => {
    const memory = createMemoryEventStore();
    const { store, tried, mend } = failingDeletions(memory, failAt);
    const command = await commandService(t, { store });
    const player = await stakedPlayer(command);
    const [email] = await namesOf(memory, 'email-');
    t.is((await forget(command, player)).status, 503);
    t.is((await eventsOf(memory, 'player-')).at(-1)?.type, 'PlayerForgotten', 'durable before the first deletion');
    t.false(await memory.isDeleted(`profile-${player.playerId}`));
    t.is((await forget(command, player)).status, 503);
    mend();
    t.is((await forget(command, player)).status, 200);
    t.deepEqual([tried[0], tried.at(-1)], [email, `profile-${player.playerId}`]);
    t.deepEqual([await namesOf(memory, 'email-'), await namesOf(memory, 'profile-')], [[], []]);
  });
}

test('nothing is deleted while PlayerForgotten may not be stored', async (t) => {
  const memory = createMemoryEventStore();
  let cut = false;
  const store: EventStore = {
    ...memory,
    append: (stream, events, expected) =>
      cut ? Promise.reject(new StoreUnavailable('away')) : memory.append(stream, events, expected),
    deleteStream: () => Promise.reject(new Error('too early')),
  };
  const command = await commandService(t, { store });
  const player = await stakedPlayer(command);
  cut = true;
  t.is((await forget(command, player)).status, 503);
});

/** A store in which appends to these streams wait, once told to, until they are let go. */
function heldAppends(memory: EventStore, prefix: string) {
  let holding = false;
  let arrive: () => void = () => undefined;
  let release: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const store: EventStore = {
    ...memory,
    async append(stream, events, expected) {
      if (holding && stream.startsWith(prefix)) {
        holding = false;
        arrive();
        await released;
      }
      return memory.append(stream, events, expected);
    },
  };
  return {
    store,
    arrived,
    release: () => release(),
    hold() {
      holding = true;
    },
  };
}

test('a change of details that is under way while its player is forgotten leaves nothing behind', async (t) => {
  const memory = createMemoryEventStore();
  const held = heldAppends(memory, 'profile-');
  const command = await commandService(t, { store: held.store });
  const player = await stakedPlayer(command);
  held.hold();
  const change = command.asPlayer(player.token, '/me', { address: '1 Late Street' }, 'PUT');
  await held.arrived;
  t.is((await forget(command, player)).status, 200);
  held.release();
  t.is((await change).status, 401);
  t.deepEqual(await namesOf(memory, 'profile-'), []);
});

test('a change of details that comes between the event and the deletion is deleted too', async (t) => {
  const memory = createMemoryEventStore();
  let late: Promise<Answer> | undefined;
  const store: EventStore = {
    ...memory,
    async deleteStream(stream) {
      // Another process wrote; that one had not heard of it yet.
      if (stream.startsWith('profile-')) {
        late = other.asPlayer(player.token, '/me', { address: '1 Late Street' }, 'PUT');
        held.hold();
        await held.arrived;
        held.release();
        await late;
      }
      await memory.deleteStream(stream);
    },
  };
  const held = heldAppends(memory, 'profile-');
  const command = await commandService(t, { store });
  // Its own reads of the player are from before.
  const other = await commandService(t, { store: staleReads(held.store) });
  const player = await stakedPlayer(command);
  t.is((await forget(command, player)).status, 200);
  t.is((await late)?.status, 401, 'its marker found the player gone');
  t.deepEqual(await namesOf(memory, 'profile-'), []);
});

/** A store that shows a player's stream as it was before it ended, once: a read that was overtaken. */
function staleReads(store: EventStore): EventStore {
  let stale = true;
  return {
    ...store,
    async *readStream(stream, options) {
      const overtaken = stale && stream.startsWith('player-');
      if (overtaken) stale = false;
      for await (const event of store.readStream(stream, options)) {
        if (overtaken && (event.type === 'PlayerForgotten' || event.type === 'GameSessionEnded')) return;
        yield event;
      }
    },
  };
}

for (const prefix of ['email-', 'profile-', 'player-']) {
  test(`a registration whose retry was forgotten while it waited for its ${prefix}* append makes no second person`, async (t) => {
    const memory = createMemoryEventStore();
    const held = heldAppends(memory, prefix);
    const [slow, quick] = [await commandService(t, { store: held.store }), await commandService(t, { store: memory })];
    held.hold();
    const first = slow.send('/players', { body: PERSON });
    await held.arrived;
    const retry = await quick.send('/players', { body: PERSON });
    t.is(retry.status, 201);
    t.is((await forget(quick, { playerId: String(retry.body.player_id) })).status, 200);
    held.release();
    // 503 where it had to wait longer than a lost race may take.
    t.true([409, 503].includes((await first).status));
    t.deepEqual([await namesOf(memory, 'profile-'), await namesOf(memory, 'email-')], [[], []]);
  });
}

test('what a crash left is deleted after a restart, without anybody asking; whose own stream says otherwise is left alone', async (t) => {
  const memory = createMemoryEventStore();
  const { store } = failingDeletions(memory, 1);
  const crashing = await commandService(t, { store });
  const gone = await stakedPlayer(crashing);
  const stays = await readyPlayer(crashing, 'john@example.com');
  t.is((await forget(crashing, gone)).status, 503);

  const deleted = watchDeletions(memory, 2);
  await commandService(t, {
    store: deleted.store,
    // The read model may be another's: it alone deletes nobody.
    findForgotten: async (after) =>
      after === undefined
        ? [stays, gone].map(({ playerId }, index) => ({ playerId: idOf(playerId), position: BigInt(index) }))
        : [],
  });
  await deleted.seen;
  t.deepEqual(
    (await eventsOf(memory, 'profile-')).map(({ stream }) => stream),
    [`profile-${stays.playerId}`],
  );
  t.is((await eventsOf(memory, 'email-')).length, 1);
  t.is((await login(t, memory, 'john@example.com')).status, 200);
});

function watchDeletions(memory: EventStore, count: number) {
  let see: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => {
    see = resolve;
  });
  let deletions = 0;
  const store: EventStore = {
    ...memory,
    async deleteStream(stream) {
      await memory.deleteStream(stream);
      deletions += 1;
      if (deletions === count) see();
    },
  };
  return { store, seen };
}

async function login(t: ExecutionContext, store: EventStore, email: string): Promise<Answer> {
  return (await commandService(t, { store })).send('/login', { body: { ...LOGIN, email } });
}

function idOf(text: string): PlayerId {
  const playerId = parsePlayerId(text);
  if (playerId === undefined) throw new Error(`${text} is no player id`);
  return playerId;
}
