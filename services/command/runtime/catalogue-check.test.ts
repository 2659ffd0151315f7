import test from 'ava';
import { type EventStore, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { CATALOGUE_STREAM } from '../../../shared/ids/streams.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { type BonusTemplate, createCatalogue } from '../catalogue/catalogue.js';
import { NOW, PLAYER } from '../player/testing/given.js';
import { CATALOGUE } from '../player/testing/test-catalogue.js';
import { CatalogueChanged, checkCatalogue, createCatalogueCheck } from './catalogue-check.js';
import { createMemoryArchive } from './memory-archive.js';
import { createPlayers } from './players.js';

const [FIRST, ...REST] = CATALOGUE.bonusTemplates;
const first = FIRST as BonusTemplate;

const catalogueOf = (...bonusTemplates: BonusTemplate[]) => createCatalogue({ games: [], bonusTemplates });
const check = (store: EventStore, ...templates: BonusTemplate[]) =>
  checkCatalogue(store, catalogueOf(...templates), NOW);

async function recordedIn(store: EventStore) {
  const recorded: unknown[] = [];
  for await (const { type, data, metadata } of store.readStream(CATALOGUE_STREAM)) {
    recorded.push([type, data.bonusId, data.version, metadata.actor]);
  }
  return recorded;
}

test('a version is recorded when it first appears, and not again', async (t) => {
  const store = createMemoryEventStore();
  await check(store, first);
  const one = ['BonusTemplateAdded', first.bonusId, 1, 'system:catalogue'];
  t.deepEqual(await recordedIn(store), [one]);
  await check(store, first);
  await check(store, first, { ...first, version: 2, expiryDays: 60 });
  await check(store, { ...first, version: 2, expiryDays: 60 }, first);
  t.deepEqual(await recordedIn(store), [one, ['BonusTemplateAdded', first.bonusId, 2, 'system:catalogue']]);
});

test('a changed term is refused by name, and nothing is recorded, not even what is new beside it', async (t) => {
  const store = createMemoryEventStore();
  await check(store, first);
  const changes: readonly [string, Partial<BonusTemplate>][] = [
    ['expiryDays was 30', { expiryDays: 31 }],
    ['sticky was false', { sticky: true }],
    [`name was "${first.name}"`, { name: 'Another' }],
    [
      'currencies was {"EUR":{"max":"500.00","maxBet":null,"min":"1.00"}}',
      { currencies: { EUR: { min: '1.00', max: '500.01', maxBet: null } } },
    ],
  ];
  for (const [what, change] of changes) {
    await t.throwsAsync(check(store, { ...first, ...change }, { ...first, version: 2 }), {
      instanceOf: CatalogueChanged,
      message: `bonus template ${first.bonusId} version 1 is not what it was: ${what}`,
    });
  }
  t.is((await recordedIn(store)).length, 1);
});

test('a version that is gone is refused by name', async (t) => {
  const store = createMemoryEventStore();
  await check(store, first, { ...first, version: 2 });
  await t.throwsAsync(check(store, first), {
    instanceOf: CatalogueChanged,
    message: `bonus template ${first.bonusId} version 2 was offered and is gone from the catalogue`,
  });
});

test('an offer may end and come back: that is no term', async (t) => {
  const store = createMemoryEventStore();
  await check(store, first);
  await t.notThrowsAsync(check(store, { ...first, ended: true }));
  await t.notThrowsAsync(check(store, first));
});

test('the order of members in the file is no change', async (t) => {
  const store = createMemoryEventStore();
  await check(store, first);
  const turned = Object.fromEntries(Object.entries(first).reverse()) as BonusTemplate;
  await t.notThrowsAsync(check(store, turned));
});

test('instances that start at once record each version once', async (t) => {
  const store = createMemoryEventStore();
  await Promise.all([1, 2, 3].map(() => check(store, first, ...REST)));
  t.is((await recordedIn(store)).length, REST.length + 1);
});

test('while the store is away nothing is decided and readiness says so; then all is well without a restart', async (t) => {
  const store = createMemoryEventStore();
  let away = true;
  let tries = 0;
  const started = createCatalogueCheck(
    async () => {
      tries += 1;
      if (away) throw new StoreUnavailable('no answer');
    },
    { logger: silentLogger, retryMs: 1 },
  );
  await started.start();
  t.deepEqual(started.missing(), ['catalogue: no answer']);
  const players = started.guard(createPlayers({ store, catalogue: CATALOGUE, archive: createMemoryArchive() }));
  const context = { now: NOW, correlationId: 'c', causationId: 'c', actor: 'test' };
  await t.throwsAsync(players.settle(PLAYER, context), { instanceOf: StoreUnavailable });
  const never = () => t.fail('it was decided') as never;
  await t.throwsAsync(players.execute(PLAYER, context, never), { instanceOf: StoreUnavailable });
  await t.throwsAsync(players.decide(PLAYER, context, never), { instanceOf: StoreUnavailable });
  away = false;
  while (started.missing().length > 0) await new Promise((resolve) => setImmediate(resolve));
  t.true(tries >= 2);
  t.false((await players.settle(PLAYER, context)).decision.ok);
  await started.stop();
});

test('what is found wrong at the start ends the start; later, nothing is decided', async (t) => {
  const wrong = () => Promise.reject(new CatalogueChanged('version 1 is gone'));
  const atStart = createCatalogueCheck(wrong, { logger: silentLogger });
  await t.throwsAsync(atStart.start(), { instanceOf: CatalogueChanged });
  let tries = 0;
  const later = createCatalogueCheck(
    () => {
      tries += 1;
      return tries === 1 ? Promise.reject(new StoreUnavailable('no answer')) : wrong();
    },
    { logger: silentLogger, retryMs: 1 },
  );
  await later.start();
  while (later.missing()[0] !== 'catalogue: version 1 is gone') await new Promise((resolve) => setImmediate(resolve));
  await later.stop();
  t.is(tries, 2);
});
