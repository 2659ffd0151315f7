import { readdirSync } from 'node:fs';
import test from 'ava';
import { runner } from 'node-pg-migrate';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import { rowsOf } from '../../../shared/testing/all-rows.js';
import { createScribe, type Entry } from '../../../shared/testing/scribe.js';
import { playsOf } from './plays.js';
import { allOf, emptyReadModels, MIGRATIONS, projectAll } from './projection.js';

// Goal: a round is open while it may still pay, and a session knows what it came to: whatever the batches.

const JANE = '12345' as PlayerId;
const JOHN = '777' as PlayerId;
const jane = playsOf(JANE);
const john = playsOf(JOHN);
const beginning = [jane.registered(), jane.session()];

/** One a second. */
async function written(entries: readonly Entry[]) {
  const store = createMemoryEventStore();
  let now = Date.parse('2026-01-02T12:00:00.000Z');
  const scribe = createScribe(store, () => new Date(now));
  for (const entry of entries) {
    await scribe.write([entry]);
    now += 1_000;
  }
  return allOf(store);
}

/** Each with its case's sentence. */
async function roundsOf(postgres: Postgres) {
  const rows = await postgres.query<{ round_id: string }>(
    'select round_id, is_open, bets, wins, staked, won, rolled_back from read_model.rounds',
  );
  return rows.map(({ round_id, ...row }) => [CASES[Number(round_id.slice(2))]?.what, Object.values(row)] as const);
}

async function sessionsOf(postgres: Postgres) {
  const rows = await postgres.query(
    `select session_id, bets, staked, won, ended_at is not null as ended,
       extract(epoch from last_used_at - started_at)::int as used_s
     from read_model.game_sessions order by session_id`,
  );
  return rows.map((row) => Object.values(row));
}

type Case = { readonly what: string; readonly entries: readonly Entry[]; readonly round: readonly unknown[] };

const CASES: readonly Case[] = [
  { what: 'a bet opens a round', entries: [jane.bet('10.00')], round: [true, 1, 0, '10.00', '0', 0] },
  {
    what: 'a win without round_closed leaves it open',
    entries: [jane.bet('10.00'), jane.win('3.00')],
    round: [true, 1, 1, '10.00', '3.00', 0],
  },
  {
    what: 'a closing win ends it',
    entries: [jane.bet('10.00'), jane.bet('5.00'), jane.win('0.00', { roundClosed: true })],
    round: [false, 2, 1, '15.00', '0.00', 0],
  },
  { what: 'a play ends it', entries: [jane.play('10.00', '4.00')], round: [false, 1, 1, '10.00', '4.00', 0] },
  {
    what: 'a play that says so leaves it open',
    entries: [jane.play('10.00', '4.00', { roundClosed: false })],
    round: [true, 1, 1, '10.00', '4.00', 0],
  },
  {
    what: 'the rollback of its only bet ends it',
    entries: [jane.bet('10.00'), jane.rollback('bet', '10.00')],
    round: [false, 0, 0, '0.00', '0', 1],
  },
  {
    what: 'the rollback of one of two bets does not',
    entries: [jane.bet('10.00'), jane.bet('5.00'), jane.rollback('bet', '10.00')],
    round: [true, 1, 0, '5.00', '0', 1],
  },
  {
    what: 'a bet after all others were rolled back opens it',
    entries: [jane.bet('10.00'), jane.rollback('bet', '10.00'), jane.bet('5.00')],
    round: [true, 1, 0, '5.00', '0', 1],
  },
  {
    what: 'a late bet, or a late win, leaves a closed round closed',
    entries: [jane.bet('10.00'), jane.win('1.00', { roundClosed: true }), jane.bet('5.00'), jane.win('2.00')],
    round: [false, 2, 2, '15.00', '3.00', 0],
  },
  {
    what: 'the rollback of the win that closed it opens it: its bet has no outcome',
    entries: [
      jane.bet('10.00'),
      jane.win('1.00', { roundClosed: true }),
      jane.rollback('win', '1.00', { reopenedBet: 't' }),
    ],
    round: [true, 1, 0, '10.00', '0.00', 1],
  },
  {
    what: 'the rollback of one of two wins does not',
    entries: [
      ...[jane.bet('10.00'), jane.win('1.00'), jane.win('2.00', { roundClosed: true })],
      jane.rollback('win', '1.00'),
    ],
    round: [false, 1, 1, '10.00', '2.00', 1],
  },
  {
    what: 'opened again, a closing win ends it again',
    entries: [
      ...[jane.bet('10.00'), jane.win('1.00', { roundClosed: true })],
      ...[jane.rollback('win', '1.00', { reopenedBet: 't' }), jane.win('2.00', { roundClosed: true })],
    ],
    round: [false, 1, 1, '10.00', '2.00', 1],
  },
];

test.serial('a round is open while it may still pay', async (t) => {
  const rounds = CASES.flatMap(({ entries }, index) => entries.map((entry) => inRound(entry, roundId(index))));
  const events = await written([...beginning, ...rounds]);
  for (const batchSize of [1, 2, 1_000]) {
    const postgres = await emptyReadModels(t);
    await projectAll(postgres, events, batchSize);
    t.deepEqual(
      Object.fromEntries(await roundsOf(postgres)),
      Object.fromEntries(CASES.map(({ what, round }) => [what, round])),
      `batches of ${batchSize}`,
    );
  }
});

test.serial('one round id of two providers, or of two players, is two rounds', async (t) => {
  const postgres = await emptyReadModels(t);
  const entries = [jane.bet('1.00'), jane.bet('2.00', { provider: 'other' }), john.registered(), john.bet('4.00')];
  await projectAll(postgres, await written([...beginning, ...entries]), 1_000);
  const rows = await postgres.query('select staked from read_model.rounds order by staked');
  t.deepEqual(rows, [{ staked: '1.00' }, { staked: '2.00' }, { staked: '4.00' }]);
});

test.serial('a session counts its own bets and wins, less what was rolled back; only bets are use', async (t) => {
  const entries = [
    ...[...beginning, jane.session('s-2'), jane.session('s-3'), jane.session('s-4')],
    ...[jane.bet('10.00'), jane.bet('5.00'), jane.win('8.00'), jane.play('1.00', '2.00')],
    jane.rollback('bet', '5.00'),
    // A win may name a session that has ended, as a rollback does.
    ...[jane.sessionEnded(), jane.win('20.00'), jane.rollback('win', '8.00')],
    ...[jane.win('3.00', { sessionId: 's-2' }), jane.rollback('win', '3.00', { sessionId: null })],
    jane.play('2.00', '0.00', { sessionId: 's-3' }),
  ];
  const events = await written(entries);
  for (const batchSize of [1, 3, 1_000]) {
    const postgres = await emptyReadModels(t);
    await projectAll(postgres, events, batchSize);
    t.deepEqual(
      await sessionsOf(postgres),
      [
        ['s-1', 2, '11.00', '22.00', true, 7],
        ['s-2', 0, '0', '3.00', false, 0],
        ['s-3', 1, '2.00', '0.00', false, 12],
        ['s-4', 0, '0', '0', false, 0],
      ],
      `batches of ${batchSize}`,
    );
  }
});

test.serial("a win that names another player's session, or another provider's, does not move it", async (t) => {
  const postgres = await emptyReadModels(t);
  const others = [john.registered(), john.bet('1.00'), john.win('9.00'), jane.win('9.00', { provider: 'other' })];
  await projectAll(postgres, await written([...beginning, jane.bet('9.00', { provider: 'other' }), ...others]), 1_000);
  t.deepEqual(await sessionsOf(postgres), [['s-1', 0, '0', '0', false, 0]]);
});

test.serial('the migration makes of what older code wrote the rows that a rebuild makes', async (t) => {
  const events = await written([
    ...[...beginning, jane.session('s-2')],
    ...CASES.flatMap(({ entries }, round) => entries.map((entry) => inRound(entry, roundId(round)))),
    ...[jane.rollback('win', '8.00', { sessionId: null }), jane.sessionEnded()],
    ...[john.registered(), john.session('s-3'), john.play('1.00', '2.00')],
  ]);
  const postgres = await emptyReadModels(t);
  await projectAll(postgres, events, 1_000);
  const rows = await rowsOf(postgres);
  t.true((rows.rounds?.length ?? 0) > CASES.length);
  await migrateBy(postgres.connectionString, 'down');
  t.is((await rowsOf(postgres)).rounds, undefined);
  await migrateBy(postgres.connectionString, 'up');
  const { rounds, game_sessions, due_times } = await rowsOf(postgres);
  t.deepEqual(
    { rounds, game_sessions, due_times },
    {
      rounds: rows.rounds,
      game_sessions: rows.game_sessions,
      due_times: rows.due_times,
    },
  );
});

const roundId = (index: number) => `r-${index}`;

function inRound({ stream, draft }: Entry, roundId: string): Entry {
  return { stream, draft: { ...draft, data: { ...draft.data, roundId } } };
}

/** The migrations from 004 on, undone or done. */
async function migrateBy(connectionString: string, direction: 'up' | 'down'): Promise<void> {
  await runner({
    databaseUrl: connectionString,
    dir: MIGRATIONS,
    direction,
    ...(direction === 'down' ? { count: readdirSync(MIGRATIONS).filter((name) => name >= '004').length } : {}),
    schema: 'read_model',
    migrationsTable: 'migrations',
    migrationsSchema: 'read_model',
    log: () => undefined,
  });
}
