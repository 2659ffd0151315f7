import test from 'ava';
import { emptyReadModels } from './projection.js';

// Goal: what falls due is found oldest first, and finding the next hundred costs the same however many are open.
// Method: rows as the projector leaves them, straight into the tables; then the plan that the server made.

const DUE = `select player_id, kind, subject, due_at from read_model.due_times
  where due_at <= $1 and (due_at, player_id) > ($2, $3::bigint) order by due_at, player_id limit 100`;
const NOON = '2026-01-02T12:00:00.000Z';

const FILL = [
  `insert into read_model.bonuses (user_bonus_id, player_id, bonus_id, template_version, status, amount, currency, wagered,
     expires_at, created_at, updated_at)
   select 'b' || n, n, 'x', 1, case when n % 10 = 0 then 'granted' else 'completed' end, 1, 'EUR', 0,
     timestamptz '${NOON}' + n * interval '1 minute', now(), now() from generate_series(1, 100000) n`,
  `insert into read_model.blocks (player_id, reason, until, placed_at)
   select n, 'timeout', timestamptz '${NOON}' + n * interval '1 minute', now() from generate_series(1, 100000) n`,
  `insert into read_model.limits (player_id, kind, period, amount, currency, pending_at, changed_at)
   select n, 'loss', 'day', 1, 'EUR', timestamptz '${NOON}' + n * interval '1 minute', now()
   from generate_series(1, 100000) n`,
  `insert into read_model.game_sessions (session_id, player_id, game_id, provider, started_at, ended_at, last_used_at)
   select 's' || n, n, 'g', 'mock', timestamptz '${NOON}', case when n % 10 > 0 then now() end,
     timestamptz '${NOON}' + n * interval '1 minute' from generate_series(1, 100000) n`,
  'analyze',
];

type Plan = {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
};

function* nodesOf(plan: Plan): Generator<Plan> {
  yield plan;
  for (const child of plan.Plans ?? []) yield* nodesOf(child);
}

test.serial('the next hundred of 400,000 are read from the indexes, in their order', async (t) => {
  const postgres = await emptyReadModels(t);
  for (const statement of FILL) await postgres.query(statement);
  for (const after of [NOON, '2026-02-01T00:00:00.000Z']) {
    const [row] = await postgres.query<{ 'QUERY PLAN': readonly [{ Plan: Plan }] }>(
      `explain (analyze, buffers, format json) ${DUE}`,
      ['2027-01-01T00:00:00Z', after, 0],
    );
    const plan = row?.['QUERY PLAN'][0].Plan;
    if (plan === undefined) return t.fail('no plan');
    const nodes = [...nodesOf(plan)];
    t.deepEqual(nodes.flatMap((node) => node['Index Name'] ?? []).sort(), [
      'blocks_due',
      'bonuses_due',
      'game_sessions_due',
      'limits_due',
    ]);
    t.false(nodes.some((node) => ['Sort', 'Seq Scan', 'Bitmap Heap Scan'].includes(node['Node Type'])));
    t.true(plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] < 100, 'blocks of 8 KiB');
  }
  return undefined;
});

test.serial('only what is open is due, at its time, the oldest first', async (t) => {
  const postgres = await emptyReadModels(t);
  await postgres.query(
    `insert into read_model.bonuses (user_bonus_id, player_id, bonus_id, template_version, status, amount, currency,
       wagered, expires_at, created_at, updated_at)
     select 'b-' || status, 1, 'x', 1, status, 1, 'EUR', 0, expires_at, now(), now()
     from (values ('granted', timestamptz '${NOON}'), ('queued', null), ('completed', '${NOON}'),
       ('cancelled', '${NOON}')) v (status, expires_at)`,
  );
  await postgres.query(
    `insert into read_model.blocks (player_id, reason, until, placed_at)
     values (2, 'timeout', '2026-01-02T11:00:00Z', now()), (2, 'operator', null, now())`,
  );
  await postgres.query(
    `insert into read_model.limits (player_id, kind, period, amount, currency, pending_amount, pending_at, changed_at)
     values (3, 'loss', 'day', 1, 'EUR', 2, '2026-01-02T10:00:00Z', now()), (3, 'wager', 'day', 1, 'EUR', null, null, now())`,
  );
  await postgres.query(
    `insert into read_model.game_sessions (session_id, player_id, game_id, provider, started_at, ended_at, last_used_at)
     values ('open', 4, 'g', 'mock', '2026-01-02T08:00:00Z', null, '2026-01-02T08:10:30.500Z'),
       ('ended', 4, 'g', 'mock', '2026-01-02T08:00:00Z', now(), '2026-01-02T08:00:00Z')`,
  );
  const due = async (at: string) =>
    (await postgres.query<{ due_at: Date }>(DUE, [at, '2026-01-01T00:00:00Z', 0])).map(({ due_at, ...row }) => [
      ...Object.values(row),
      due_at.toISOString().slice(11, 16),
    ]);
  const all = [
    // Half an hour after its last use, up to the full minute.
    ['4', 'game_session', 'open', '08:41'],
    ['3', 'limit', 'loss/day', '10:00'],
    ['2', 'block', 'timeout', '11:00'],
    ['1', 'bonus', 'b-granted', '12:00'],
  ];
  t.deepEqual(await due(NOON), all);
  t.deepEqual(await due('2026-01-02T10:59:59Z'), all.slice(0, 2));
  t.deepEqual(await due('2026-01-02T08:40:59Z'), []);
});
