import test from 'ava';
import { until } from '../../../infra/testing/until.js';
import { type EventStore, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { parsePlayerId } from '../../../shared/ids/ids.js';
import { CATALOGUE_STREAM } from '../../../shared/ids/streams.js';
import { createCatalogue } from '../catalogue/catalogue.js';
import { CatalogueChanged, checkCatalogue } from '../runtime/catalogue-check.js';
import type { UnmarkedDetails } from '../runtime/unmarked-details.js';
import {
  allEvents,
  betBody,
  type CommandClient,
  commandService,
  configOfTests,
  readyPlayer,
} from './command-client.js';

// What an operator sees of command: readiness, metrics, and what it makes up after a crash.

async function get(command: CommandClient, path: string) {
  const response = await fetch(`${command.url}${path}`);
  return { status: response.status, text: await response.text() };
}

test('without Postgres it is ready and says so: bets go on', async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  const ready = await get(command, '/health/ready');
  t.deepEqual([ready.status, JSON.parse(ready.text)], [200, { status: 'ready', degraded: ['postgres'] }]);
  t.is((await command.provider('bet', betBody(player))).status, 200);
});

test('without the event store it is not ready', async (t) => {
  const memory = createMemoryEventStore();
  const store: EventStore = {
    ...memory,
    readStream() {
      throw new StoreUnavailable('down');
    },
  };
  const command = await commandService(t, { store });
  const ready = await get(command, '/health/ready');
  t.is(ready.status, 503);
  t.deepEqual(JSON.parse(ready.text).missing, ['eventStore', 'catalogue: down']);
});

test('started before the event store, it credits no bonus under a catalogue that was not checked; then it does', async (t) => {
  const memory = createMemoryEventStore();
  const { playerId } = await readyPlayer(
    await commandService(t, { store: { ...memory, close: async () => undefined } }),
  );
  let away = true;
  const store: EventStore = {
    ...memory,
    readStream(stream, options) {
      if (away && stream === CATALOGUE_STREAM) throw new StoreUnavailable('down');
      return memory.readStream(stream, options);
    },
  };
  const command = await commandService(t, { store });
  const credit = { player_id: playerId, bonus_id: 'welcome_bonus_50', amount: 50.0, metadata: {} };
  const refused = await command.operator('/operator/bonus-credit', credit);
  t.deepEqual([refused.status, refused.body.code], [503, 'unavailable']);
  t.deepEqual(JSON.parse((await get(command, '/health/ready')).text).missing, ['catalogue: down']);
  away = false;
  await until('it is ready', async () => (await get(command, '/health/ready')).status === 200);
  t.is((await command.operator('/operator/bonus-credit', credit)).status, 200);
});

test('with a bonus version that is not what it was, it does not start, and names it', async (t) => {
  const store = createMemoryEventStore();
  const { catalogue } = configOfTests();
  const [welcome] = catalogue.bonusTemplates;
  if (welcome === undefined) return t.fail('the catalogue is empty');
  const before = createCatalogue({ games: [], bonusTemplates: [{ ...welcome, expiryDays: 31 }] });
  await checkCatalogue(store, before, '2026-01-02T12:00:00.000Z');
  await t.throwsAsync(commandService(t, { store }), {
    instanceOf: CatalogueChanged,
    message: 'bonus template welcome_bonus_50 version 1 is not what it was: expiryDays was 31',
  });
  return undefined;
});

test('an instance with the older file asks to come back for who has the newer version, and serves everyone else', async (t) => {
  const store = createMemoryEventStore();
  const older = await commandService(t, { store });
  const { catalogue } = configOfTests();
  const versions = catalogue.bonusTemplates.flatMap((each) =>
    each.bonusId === 'welcome_bonus_50' ? [each, { ...each, version: 2, expiryDays: 7 }] : [each],
  );
  const games = [{ gameId: 'slot_abc', name: 'Slot ABC', category: 'Slots', provider: 'mock' }];
  const newer = await commandService(t, { store, catalogue: createCatalogue({ games, bonusTemplates: versions }) });
  const [jane, john] = [await readyPlayer(newer), await readyPlayer(newer, 'john@example.com')];
  const credit = { player_id: jane.playerId, bonus_id: 'welcome_bonus_50', amount: 50.0, metadata: {} };
  t.is((await newer.operator('/operator/bonus-credit', credit)).status, 200);
  const refused = await older.provider('bet', betBody(jane, { amount: '1.00' }));
  t.deepEqual([refused.status, refused.body.code], [503, 'unavailable']);
  t.is((await older.provider('bet', betBody(john))).status, 200);
  t.is((await newer.provider('bet', betBody(jane, { amount: '1.00' }))).status, 200);
});

test('metrics count what came of each request, by route', async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  await command.provider('bet', betBody(player));
  await command.provider('bet', betBody(player));
  await command.provider('bet', betBody(player, { transaction_id: 't-2', amount: '900.00' }));
  await command.provider('balance', { player_id: player.playerId, session_id: player.sessionId });
  await command.send('/provider/v1/bet', { body: {} });
  const { text } = await get(command, '/metrics');
  const counted = (route: string, outcome: string) =>
    new RegExp(`^croupier_command_outcomes_total\\{route="${route}",outcome="${outcome}",[^}]*\\} 1$`, 'm').test(text);
  for (const outcome of ['accepted', 'replayed', 'insufficient_funds', 'invalid_signature']) {
    t.true(counted('/provider/v1/bet', outcome), outcome);
  }
  t.true(counted('/provider/v1/balance', 'unchanged'));
  t.false(text.includes(player.playerId), 'no label names a player');
});

test('what cannot be stored is counted as unavailable', async (t) => {
  let down = false;
  const memory = createMemoryEventStore();
  const store: EventStore = {
    ...memory,
    append: (stream, events, expected) =>
      down ? Promise.reject(new StoreUnavailable('down')) : memory.append(stream, events, expected),
  };
  const command = await commandService(t, { store });
  const player = await readyPlayer(command);
  down = true;
  await command.provider('bet', betBody(player));
  t.regex((await get(command, '/metrics')).text, /outcomes_total\{route="\/provider\/v1\/bet",outcome="unavailable"/);
});

test('appends that lost their race are counted', async (t) => {
  const store = createMemoryEventStore();
  const [one, other] = [await commandService(t, { store }), await commandService(t, { store })];
  const player = await readyPlayer(one);
  await other.provider('bet', betBody(player));
  await one.provider('bet', betBody(player, { transaction_id: 't-2' }));
  t.regex((await get(one, '/metrics')).text, /append_conflicts_total\{service="command"\} 1\n/);
});

test('fields of Fast Track and of PSPs that nobody knows are ignored and counted', async (t) => {
  const command = await commandService(t);
  const { playerId, token } = await readyPlayer(command);
  const credit = { player_id: playerId, bonus_id: 'welcome_bonus_50', amount: 50, metadata: { any: 1 } };
  t.is((await command.operator('/operator/bonus-credit', { ...credit, colour: 'red', size: 1 })).status, 200);
  const deposit = await command.asPlayer(token, '/me/deposits', { amount: '1.00', currency: 'EUR', psp: 'fake' });
  const report = { payment_id: deposit.body.payment_id, psp_reference: 'r', status: 'completed' };
  t.is((await command.psp({ ...report, toString: 1 })).status, 200);
  const { text } = await get(command, '/metrics');
  t.regex(text, /ignored_fields_total\{route="\/operator\/bonus-credit",service="command"\} 2\n/);
  t.regex(text, /ignored_fields_total\{route="\/psp\/v1\/callback",service="command"\} 1\n/);
});

test('a crash between the details and their marker: a restart marks them without the player', async (t) => {
  const memory = createMemoryEventStore();
  let cut = false;
  const store: EventStore = {
    ...memory,
    append: (stream, events, expected) =>
      cut && stream.startsWith('player-')
        ? Promise.reject(new StoreUnavailable('cut'))
        : memory.append(stream, events, expected),
  };
  const crashing = await commandService(t, { store });
  const player = await readyPlayer(crashing);
  cut = true;
  t.is((await crashing.asPlayer(player.token, '/me', { first_name: 'Janet' }, 'PUT')).status, 503);

  const playerId = parsePlayerId(player.playerId);
  if (playerId === undefined) throw new Error('no player');
  const unmarked: readonly UnmarkedDetails[] = [{ playerId, profileRevision: 1 }];
  let seen: () => void = () => undefined;
  const marked = new Promise<void>((resolve) => {
    seen = resolve;
  });
  await commandService(t, {
    store: {
      ...memory,
      async append(stream, events, expected) {
        const result = await memory.append(stream, events, expected);
        if (events.some(({ type }) => type === 'PlayerDetailsChanged')) seen();
        return result;
      },
    },
    findUnmarkedDetails: async () => unmarked,
  });
  await marked;
  const markers = (await allEvents(memory)).filter(({ type }) => type === 'PlayerDetailsChanged');
  t.deepEqual(
    markers.map(({ data, metadata }) => [data, metadata.actor]),
    [[{ profileRevision: 1 }, 'system:details']],
  );
});

test('the back office is told where the ledger ends, whichever stream was written since; without the store it is 503', async (t) => {
  const memory = createMemoryEventStore();
  let isAway = false;
  const store: EventStore = {
    ...memory,
    readAll(options) {
      if (isAway) throw new StoreUnavailable('down');
      return memory.readAll(options);
    },
  };
  const command = await commandService(t, { store });
  const end = () => command.backoffice('/backoffice/ledger/end', undefined, 'GET');
  t.deepEqual((await end()).body, { position: null, recorded_at: null }, 'the catalogue is nothing of a player');
  await readyPlayer(command);
  const last = (await allEvents(memory)).findLast(({ stream }) => /^(player|profile)-/.test(stream));
  t.deepEqual((await end()).body, { position: String(last?.position), recorded_at: last?.metadata.recordedAt });
  t.is((await get(command, '/backoffice/ledger/end')).status, 401);
  isAway = true;
  t.is((await end()).status, 503);
});
