import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import type { EventStore, StoredEvent } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import type { Draft } from '../../../shared/events/envelope.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres, type Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { LIFE_BALANCES, playerLife } from '../../../shared/testing/player-life.js';
import { createScribe } from '../../../shared/testing/scribe.js';
import { CheckpointMoved, createCheckpoint, readCheckpoint } from '../read-models/checkpoint.js';
import { BrokenHistory, readFact } from '../read-models/fact.js';
import { project } from '../read-models/project.js';
import { rowsOf } from './all-rows.js';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));
const JANE = '12345' as PlayerId;
const JOHN = '2147483646' as PlayerId;

/** A database with empty read models. */
async function emptyReadModels(t: ExecutionContext): Promise<Postgres> {
  const { postgresUrl } = await testStack(t, ['postgres']);
  const connectionString = await testDatabase(t, postgresUrl);
  await migrate({ connectionString, schema: 'read_model', folder: MIGRATIONS, logger: silentLogger });
  const postgres = createPostgres({
    connectionString,
    applicationName: 'test',
    logger: silentLogger,
    max: 2,
    statementTimeoutMs: 10_000,
  });
  t.teardown(postgres.stop);
  await createCheckpoint(postgres, 'read-models', undefined);
  return postgres;
}

async function all(store: EventStore): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readAll({ streamPrefixes: ['player-', 'profile-'] })) events.push(event);
  return events;
}

async function projectAll(postgres: Postgres, events: readonly StoredEvent[], batchSize: number): Promise<void> {
  for (let start = 0; start < events.length; start += batchSize) {
    const batch = events.slice(start, start + batchSize);
    const to = batch.at(-1)?.position ?? 0n;
    await project(postgres, {
      facts: batch.map(readFact),
      from: await readCheckpoint(postgres, 'read-models'),
      to,
    });
  }
}

async function lived(...players: readonly PlayerId[]): Promise<readonly StoredEvent[]> {
  const store = createMemoryEventStore();
  const scribe = createScribe(store);
  // Interleaved: every batch has events of each player.
  const lives = players.map(playerLife);
  for (let step = 0; step < (lives[0]?.length ?? 0); step += 1) {
    await scribe.write(lives.flatMap((life) => life[step] ?? []));
  }
  return all(store);
}

test('every event type is projected', async (t) => {
  const postgres = await emptyReadModels(t);
  await projectAll(postgres, await lived(JANE), 1);
  const rows = await rowsOf(postgres);
  const only = (table: string) => rows[table]?.[0];
  t.like(only('balances'), { ...LIFE_BALANCES, player_id: JANE });
  t.like(only('profiles'), { address: '2 New Street', phone: '', first_name: 'Jane', revision: '1' });
  t.like(only('consents'), { email: true, sms: false, push_notification: true });
  t.deepEqual(
    rows.blocks?.map(({ reason }) => reason),
    ['self_exclusion', 'timeout'],
  );
  t.deepEqual(
    rows.payments?.map(({ payment_id, status }) => [payment_id, status]),
    ['reversed', 'failed', 'reversed', 'rejected', 'cancelled', 'failed'].map((status, index) => [
      `${JANE}-payment-${index + 1}`,
      status,
    ]),
  );
  t.like(rows.payments?.[0], { kind: 'deposit', psp: 'fake', psp_reference: 'psp-1', amount: '100.00' });
  t.like(rows.bonuses?.[0], { status: 'completed', reason: null, wagered: '10.00', wagering_required: '500.00' });
  t.like(rows.bonuses?.[1], { status: 'cancelled', reason: 'withdrawal', amount: '20.00', wagered: '0.00' });
  t.like(only('game_sessions'), { end_reason: 'block', game_id: 'slot_abc', provider: 'mock' });
  t.like(only('revoked_logins'), { login_id: `${JANE}-login-1`, player_id: JANE });
  t.like(only('limits'), { kind: 'loss', period: 'day', amount: '50.00', currency: 'EUR', pending_amount: null });
  t.deepEqual(only('limits')?.pending_at, new Date('2099-01-01T00:00:00.000Z'));
  t.truthy(only('players')?.last_login_at);
  t.is(only('players')?.marked_profile_revision, '1');
  const playerEvents = playerLife(JANE).filter(({ stream }) => stream.startsWith('player-'));
  t.is(rows.events?.length, playerEvents.length);
  t.like(only('heads'), { player_id: JANE, revision: String(playerEvents.length - 1) });
  t.deepEqual(rows.integrity_alarms, []);
});

test('the transactions are what a player saw happen', async (t) => {
  const postgres = await emptyReadModels(t);
  await projectAll(postgres, await lived(JANE), 1_000);
  const { transactions = [] } = await rowsOf(postgres);
  t.deepEqual(
    transactions
      .filter(({ kind }) => kind !== 'deposit' && kind !== 'withdrawal')
      .map(({ kind, reference, related_reference, amount, cash_after, bonus_after }) =>
        [kind, reference, related_reference, amount, cash_after, bonus_after].map((value) =>
          typeof value === 'string' ? value.replace(`${JANE}-`, '') : value,
        ),
      ),
    [
      ['bonus', 'bonus-1', 'welcome_bonus_50', '50.00', '100.00', '50.00'],
      ['bonus', 'bonus-2', 'welcome_bonus_50', '20.00', null, null],
      ['bet', 't-1', null, '10.00', '90.00', '50.00'],
      ['win', 't-2', 't-1', '20.00', '110.00', '50.00'],
      ['bet', 't-3', null, '5.00', '105.00', '50.00'],
      ['rollback', 't-4', 't-3', '5.00', '110.00', '50.00'],
      ['tombstone', 't-5', 't-6', null, null, null],
      ['bet', 't-7', null, '10.00', '100.00', '50.00'],
      ['win', 't-8', 't-7', '0.00', '100.00', '50.00'],
      ['bonus', 'bonus-1', 'welcome_bonus_50', '50.00', '150.00', '0.00'],
      ['bonus', 'bonus-2', 'welcome_bonus_50', '20.00', '150.00', '20.00'],
      ['bonus', 'bonus-2', 'welcome_bonus_50', '20.00', '130.00', '0.00'],
    ],
  );
});

test('debits equal credits over all accounts, and the player accounts are the balances', async (t) => {
  const postgres = await emptyReadModels(t);
  await projectAll(postgres, await lived(JANE, JOHN), 7);
  const { ledger_accounts: accounts = [] } = await rowsOf(postgres);
  const [totals] = await postgres.query(
    'select sum(debits) = sum(credits) as balanced from read_model.ledger_accounts',
  );
  t.true(totals?.balanced);
  t.like(
    accounts.find(({ account }) => account === `player:${JANE}:cash`),
    { debits: '151.00', credits: '201.00', currency: 'EUR' },
  );
});

test('the same events in batches of any size leave the same rows', async (t) => {
  const events = await lived(JANE, JOHN);
  const expected = await emptyReadModels(t);
  await projectAll(expected, events, 1);
  const rows = await rowsOf(expected);
  for (const batchSize of [3, 1_000]) {
    const rebuilt = await emptyReadModels(t);
    await projectAll(rebuilt, events, batchSize);
    t.deepEqual(await rowsOf(rebuilt), rows, `batches of ${batchSize}`);
  }
});

const limit = (period: 'day' | 'month', amount: string | null) => ({
  ...{ kind: 'loss', period, amount, currency: 'EUR' },
});
const changed = (period: 'day' | 'month', amount: string | null): Draft => ({
  type: 'LimitChanged',
  data: { ...limit(period, amount), cause: 'player' },
});
const raised = (period: 'day' | 'month', amount: string | null): Draft => ({
  type: 'LimitIncreaseRequested',
  data: { ...limit(period, amount), effectiveAt: '2099-02-01T00:00:00.000Z' },
});

/** What the limits of the life before (loss a day: 50.00, its end pending) come to with these events. */
const LIMIT_STORIES: readonly {
  readonly story: string;
  readonly events: readonly Draft[];
  /** Period, amount, what is pending and whether anything is. */
  readonly rows: readonly (readonly [string, string | null, string | null, boolean])[];
}[] = [
  { story: 'lowered: the raise falls away', events: [changed('day', '20.00')], rows: [['day', '20.00', null, false]] },
  { story: 'another raise', events: [raised('day', '70.00')], rows: [['day', '50.00', '70.00', true]] },
  {
    story: 'lowered and raised again',
    events: [changed('day', '20.00'), raised('day', '30.00')],
    rows: [['day', '20.00', '30.00', true]],
  },
  {
    story: 'raised, lowered, raised, lowered',
    events: [raised('day', '60.00'), changed('day', '20.00'), raised('day', '30.00'), changed('day', '10.00')],
    rows: [['day', '10.00', null, false]],
  },
  {
    story: 'ended, with a limit of another period beside it',
    events: [changed('month', '0.00'), changed('day', null)],
    rows: [
      ['day', null, null, false],
      ['month', '0.00', null, false],
    ],
  },
];

for (const { story, events, rows: expected } of LIMIT_STORIES) {
  test(`a limit ${story}: in one batch or one by one`, async (t) => {
    const store = createMemoryEventStore();
    const scribe = createScribe(store);
    await scribe.write(playerLife(JANE));
    await scribe.write(events.map((draft) => ({ stream: playerStream(JANE), draft })));
    for (const batchSize of [1, 1_000]) {
      const postgres = await emptyReadModels(t);
      await projectAll(postgres, await all(store), batchSize);
      const { limits = [] } = await rowsOf(postgres);
      t.deepEqual(
        limits.map(({ period, amount, pending_amount, pending_at }) => [
          period,
          amount,
          pending_amount,
          pending_at !== null,
        ]),
        expected,
        `batches of ${batchSize}`,
      );
    }
  });
}

test('a batch that was seen is refused and changes nothing', async (t) => {
  const postgres = await emptyReadModels(t);
  const events = await lived(JANE);
  await projectAll(postgres, events, 1_000);
  const rows = await rowsOf(postgres);
  const to = events.at(-1)?.position ?? 0n;
  await t.throwsAsync(project(postgres, { facts: events.map(readFact), from: undefined, to }), {
    instanceOf: CheckpointMoved,
  });
  await t.throwsAsync(project(postgres, { facts: events.map(readFact), from: to, to }), {
    instanceOf: CheckpointMoved,
  });
  t.deepEqual(await rowsOf(postgres), rows);
});

test('a batch that is new in part only is refused: it was read before somebody else went on', async (t) => {
  const postgres = await emptyReadModels(t);
  const events = await lived(JANE);
  await projectAll(postgres, events.slice(0, 10), 1_000);
  const rows = await rowsOf(postgres);
  const to = events.at(-1)?.position ?? 0n;
  await t.throwsAsync(project(postgres, { facts: events.map(readFact), from: undefined, to }), {
    instanceOf: CheckpointMoved,
  });
  t.deepEqual(await rowsOf(postgres), rows);
});

test('a transaction id at two players is an alarm, whatever the batches', async (t) => {
  const shared = (player: PlayerId) =>
    playerLife(player).map((entry) => ({
      ...entry,
      draft: { ...entry.draft, data: JSON.parse(JSON.stringify(entry.draft.data).replaceAll(`${player}-t-`, 't-')) },
    }));
  const store = createMemoryEventStore();
  const scribe = createScribe(store);
  await scribe.write(shared(JANE));
  await scribe.write(shared(JOHN));
  const events = await all(store);
  const one = await emptyReadModels(t);
  await projectAll(one, events, 1_000);
  const other = await emptyReadModels(t);
  await projectAll(other, events, 5);
  const { integrity_alarms: alarms } = await rowsOf(one);
  t.is(alarms?.length, 7, 't-1 to t-5, t-7 and t-8');
  t.deepEqual((await rowsOf(other)).integrity_alarms, alarms);
});

const brokenHistories: { [what: string]: (events: readonly StoredEvent[]) => readonly StoredEvent[] } = {
  'an event is missing': (events) =>
    events.filter(({ stream, revision }) => stream !== `player-${JANE}` || revision !== 3),
  'two events are swapped': ([first, second, third, ...rest]) =>
    [first, third, second, ...rest].flatMap((event) => event ?? []),
  'an event comes twice': ([first, second, ...rest]) =>
    [first, second, second, ...rest].flatMap((event) => event ?? []),
};

for (const [what, breakHistory] of Object.entries(brokenHistories)) {
  test(`when ${what}, the batch is refused as a whole`, async (t) => {
    const postgres = await emptyReadModels(t);
    const events = breakHistory(await lived(JANE));
    const rows = await rowsOf(postgres);
    const to = events.reduce((last, { position }) => (position > last ? position : last), 0n);
    await t.throwsAsync(project(postgres, { facts: events.map(readFact), from: undefined, to }), {
      instanceOf: BrokenHistory,
    });
    t.deepEqual(await rowsOf(postgres), rows);
  });
}

test('an event whose content was changed is not a fact', async (t) => {
  const [event] = (await lived(JANE)).filter(({ type }) => type === 'BetPlaced');
  t.truthy(event);
  if (event === undefined) return;
  t.notThrows(() => readFact(event));
  t.throws(() => readFact({ ...event, data: { ...event.data, amount: '11.00' } }), { instanceOf: BrokenHistory });
  t.throws(() => readFact({ ...event, id: '00000000-0000-5000-8000-000000000000' }), { instanceOf: BrokenHistory });
  t.throws(() => readFact({ ...event, type: 'BetMade' }), { instanceOf: BrokenHistory });
});
