import test from 'ava';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import type { Draft } from '../../../shared/events/envelope.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { rowsOf } from '../../../shared/testing/all-rows.js';
import { LIFE_BALANCES, playerForgotten, playerLife } from '../../../shared/testing/player-life.js';
import { createScribe } from '../../../shared/testing/scribe.js';
import { CheckpointMoved } from '../read-models/checkpoint.js';
import { BrokenHistory, readFact } from '../read-models/fact.js';
import { project } from '../read-models/project.js';
import { allOf, emptyReadModels, NOT_DELETED, projectAll } from './projection.js';

const JANE = '12345' as PlayerId;
const JOHN = '2147483646' as PlayerId;

async function lived(...players: readonly PlayerId[]): Promise<readonly StoredEvent[]> {
  const store = createMemoryEventStore();
  const scribe = createScribe(store);
  // Interleaved: every batch has events of each player.
  const lives = players.map(playerLife);
  for (let step = 0; step < (lives[0]?.length ?? 0); step += 1) {
    await scribe.write(lives.flatMap((life) => life[step] ?? []));
  }
  return allOf(store);
}

test.serial('every event type is projected', async (t) => {
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

test.serial('the transactions are what a player saw happen', async (t) => {
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

test.serial('debits equal credits over all accounts, and the player accounts are the balances', async (t) => {
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

test.serial('the same events in batches of any size leave the same rows', async (t) => {
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
  test.serial(`a limit ${story}: in one batch or one by one`, async (t) => {
    const store = createMemoryEventStore();
    const scribe = createScribe(store);
    await scribe.write(playerLife(JANE));
    await scribe.write(events.map((draft) => ({ stream: playerStream(JANE), draft })));
    for (const batchSize of [1, 1_000]) {
      const postgres = await emptyReadModels(t);
      await projectAll(postgres, await allOf(store), batchSize);
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

test.serial('a batch that was seen is refused and changes nothing', async (t) => {
  const postgres = await emptyReadModels(t);
  const events = await lived(JANE);
  await projectAll(postgres, events, 1_000);
  const rows = await rowsOf(postgres);
  const to = events.at(-1)?.position ?? 0n;
  await t.throwsAsync(project(postgres, { facts: events.map(readFact), from: undefined, to }, NOT_DELETED), {
    instanceOf: CheckpointMoved,
  });
  await t.throwsAsync(project(postgres, { facts: events.map(readFact), from: to, to }, NOT_DELETED), {
    instanceOf: CheckpointMoved,
  });
  t.deepEqual(await rowsOf(postgres), rows);
});

test.serial('a batch that is new in part only is refused: it was read before somebody else went on', async (t) => {
  const postgres = await emptyReadModels(t);
  const events = await lived(JANE);
  await projectAll(postgres, events.slice(0, 10), 1_000);
  const rows = await rowsOf(postgres);
  const to = events.at(-1)?.position ?? 0n;
  await t.throwsAsync(project(postgres, { facts: events.map(readFact), from: undefined, to }, NOT_DELETED), {
    instanceOf: CheckpointMoved,
  });
  t.deepEqual(await rowsOf(postgres), rows);
});

test.serial('a transaction id at two players is an alarm, whatever the batches', async (t) => {
  const shared = (player: PlayerId) =>
    playerLife(player).map((entry) => ({
      ...entry,
      draft: { ...entry.draft, data: JSON.parse(JSON.stringify(entry.draft.data).replaceAll(`${player}-t-`, 't-')) },
    }));
  const store = createMemoryEventStore();
  const scribe = createScribe(store);
  await scribe.write(shared(JANE));
  await scribe.write(shared(JOHN));
  const events = await allOf(store);
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
  test.serial(`when ${what}, the batch is refused as a whole`, async (t) => {
    const postgres = await emptyReadModels(t);
    const events = breakHistory(await lived(JANE));
    const rows = await rowsOf(postgres);
    const to = events.reduce((last, { position }) => (position > last ? position : last), 0n);
    await t.throwsAsync(project(postgres, { facts: events.map(readFact), from: undefined, to }, NOT_DELETED), {
      instanceOf: BrokenHistory,
    });
    t.deepEqual(await rowsOf(postgres), rows);
  });
}

/** Jane's life and its end, and John's: her profile's events, and all others. */
async function forgottenJane() {
  const store = createMemoryEventStore();
  const scribe = createScribe(store);
  await scribe.write(playerLife(JANE));
  await scribe.write([playerForgotten(JANE)]);
  await scribe.write(playerLife(JOHN));
  const events = await allOf(store);
  const profile = events.filter(({ stream }) => stream === `profile-${JANE}`);
  return { profile, others: events.filter((event) => !profile.includes(event)) };
}

type Show = (profile: readonly StoredEvent[], others: readonly StoredEvent[]) => readonly StoredEvent[];

const inOrder = (events: readonly StoredEvent[]) =>
  [...events].sort((one, other) => (one.position < other.position ? -1 : 1));

/** The same event at the end of the store, where a real one keeps it until it is scavenged. */
const atTheEnd = (event: StoredEvent | undefined, others: readonly StoredEvent[]) =>
  event === undefined ? [] : [{ ...event, position: (others.at(-1)?.position ?? 0n) + 1n }];

/** What the store still shows of a profile that was deleted, and where. */
const WAYS_OF_A_PROFILE: { [what: string]: Show } = {
  'its profile is all there before it': (profile, others) => inOrder([...profile, ...others]),
  'its profile is gone, as after a scavenge': (_profile, others) => others,
  'only the end of its profile is still there, as in the middle of a scavenge': ([, change], others) =>
    inOrder([...(change === undefined ? [] : [change]), ...others]),
  'a change of its profile comes after it': ([created, change], others) => [
    ...inOrder([...(created === undefined ? [] : [created]), ...others]),
    ...atTheEnd(change, others),
  ],
};

for (const [what, show] of Object.entries(WAYS_OF_A_PROFILE)) {
  test.serial(
    `a player is forgotten, and ${what}: the row is gone, the ledger is not, in batches of any size`,
    async (t) => {
      const { profile, others } = await forgottenJane();
      const events = show(profile, others);
      const expected = await emptyReadModels(t);
      await projectAll(expected, others, 1);
      const rows = await rowsOf(expected);
      t.deepEqual(
        rows.profiles?.map(({ player_id }) => player_id),
        [JOHN],
      );
      t.like(rows.forgotten_players?.[0], { player_id: JANE });
      t.like(
        rows.balances?.find(({ player_id }) => player_id === JANE),
        LIFE_BALANCES,
      );
      const { checkpoints: _elsewhere, ...stays } = rows;
      for (const batchSize of [1, 5, 1_000]) {
        const postgres = await emptyReadModels(t);
        await projectAll(postgres, events, batchSize, async (stream) => stream === `profile-${JANE}`);
        const { checkpoints: _checkpoints, ...same } = await rowsOf(postgres);
        t.deepEqual(same, stays, `batches of ${batchSize}`);
      }
    },
  );
}

test.serial('a gap in a profile that is not deleted is a broken history, whoever else is forgotten', async (t) => {
  const { others } = await forgottenJane();
  const events = others.filter(({ type, stream }) => !(type === 'ProfileCreated' && stream === `profile-${JOHN}`));
  for (const batchSize of [1, 1_000]) {
    const postgres = await emptyReadModels(t);
    await t.throwsAsync(
      projectAll(postgres, events, batchSize, async (stream) => stream === `profile-${JANE}`),
      { instanceOf: BrokenHistory, message: /profile-2147483646@1/ },
    );
  }
});

test.serial('a gap in the stream of a player is a broken history, even if somebody deleted it', async (t) => {
  const postgres = await emptyReadModels(t);
  const events = (await lived(JANE)).filter(({ stream, revision }) => !(stream === `player-${JANE}` && revision === 3));
  await t.throwsAsync(
    projectAll(postgres, events, 1_000, async () => true),
    { instanceOf: BrokenHistory },
  );
});

test.serial('of personal data Postgres keeps no statistics, which would outlive the rows', async (t) => {
  const postgres = await emptyReadModels(t);
  await projectAll(postgres, await lived(JANE, JOHN), 1_000);
  await postgres.query('analyze read_model.profiles');
  await postgres.query('analyze read_model.players');
  const kept = await postgres.query<{ tablename: string; attname: string }>(
    `select tablename, attname from pg_stats where schemaname = 'read_model' and tablename = any($1) order by 1, 2`,
    [['profiles', 'profiles_by_email', 'players']],
  );
  t.true(
    kept.some(({ tablename }) => tablename === 'players'),
    'statistics are there at all',
  );
  t.deepEqual(
    kept.filter(({ tablename }) => tablename !== 'players').map(({ attname }) => attname),
    ['country', 'hash', 'player_id', 'revision'],
  );
});

test.serial('an event whose content was changed is not a fact', async (t) => {
  const [event] = (await lived(JANE)).filter(({ type }) => type === 'BetPlaced');
  t.truthy(event);
  if (event === undefined) return;
  t.notThrows(() => readFact(event));
  t.throws(() => readFact({ ...event, data: { ...event.data, amount: '11.00' } }), { instanceOf: BrokenHistory });
  t.throws(() => readFact({ ...event, id: '00000000-0000-5000-8000-000000000000' }), { instanceOf: BrokenHistory });
  t.throws(() => readFact({ ...event, type: 'BetMade' }), { instanceOf: BrokenHistory });
});
