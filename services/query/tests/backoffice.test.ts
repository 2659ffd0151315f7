import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { JsonObject } from '../../../shared/event-store/event-store.js';
import type { PlayerEventOf, PlayerEventType } from '../../../shared/events/player-events.js';
import { cashAccount, withdrawalAccount } from '../../../shared/ids/accounts.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { credit, debit } from '../../../shared/money/postings.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres, type Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import type { Entry } from '../../../shared/testing/scribe.js';
import { BACKOFFICE_KEY, type Ground, onceThere, openGround } from './ground.js';

// Goal: what an operator's pages show is what happened, page by page. Method: three players' events, projected; the
// bridge's tables are written by hand, for what it did is not the question.

const JANE = '12345' as PlayerId;
const JOHN = '777' as PlayerId;
const JIM = '778' as PlayerId;
const BACKOFFICE = { 'X-Api-Key': BACKOFFICE_KEY };
const LIFE_EVENTS = playerLife(JANE).filter(({ stream }) => stream === playerStream(JANE)).length;

function of<T extends PlayerEventType>(playerId: PlayerId, type: T, data: PlayerEventOf<T>['data']): Entry {
  return { stream: playerStream(playerId), draft: { type, data: data as JsonObject } };
}

/** A withdrawal that is asked for, and the cash that it leaves. */
function asksFor(playerId: PlayerId, name: string, amount: string, cash: string): Entry {
  return of(playerId, 'WithdrawalRequested', {
    ...{ paymentId: `${playerId}-${name}`, psp: 'fake', amount, currency: 'EUR' },
    postings: [debit(cashAccount(playerId), amount, 'EUR'), credit(withdrawalAccount(playerId), amount, 'EUR')],
    balances: { cash, bonus: '0.00', withdrawal: amount, currency: 'EUR' },
  });
}

function approved(playerId: PlayerId, name: string, amount: string): Entry {
  const payment = { paymentId: `${playerId}-${name}`, psp: 'fake', amount, currency: 'EUR' };
  return of(playerId, 'WithdrawalApproved', payment);
}

async function bridgeTables(t: ExecutionContext, { postgresUrl }: Ground): Promise<Postgres> {
  const folder = fileURLToPath(new URL('../../ft-bridge/migrations', import.meta.url));
  await migrate({ connectionString: postgresUrl, schema: 'bridge', folder, logger: silentLogger });
  const limits = { max: 1, statementTimeoutMs: 5_000 };
  const writer = createPostgres({
    ...{ connectionString: postgresUrl, applicationName: 'test', logger: silentLogger, ...limits },
  });
  t.teardown(writer.stop);
  return writer;
}

test('an operator sees what waits, what moved and what is late', async (t) => {
  const ground = await openGround(t);
  ground.startProjector();
  const registered = (id: PlayerId) => of(id, 'PlayerRegistered', { currency: 'EUR', profileRevision: 0 });
  const { position } = await ground.scribe.write([
    ...playerLife(JANE),
    asksFor(JANE, 'first', '10.00', '40.00'),
    ...[
      registered(JOHN),
      asksFor(JOHN, 'second', '5.00', '-1.00'),
      of(JOHN, 'BlockPlaced', { reason: 'fraud', until: null }),
    ],
    ...[registered(JIM), asksFor(JIM, 'third', '1.00', '0.00'), approved(JIM, 'third', '1.00')],
  ]);
  const there = { ...BACKOFFICE, 'X-Min-Position': String(position) };
  const get = async (path: string) => (await ground.get(`/backoffice${path}`, BACKOFFICE)).body;
  await onceThere(() => ground.get('/backoffice/withdrawals', there));

  // Withdrawals.
  const { withdrawals, next_after } = await get('/withdrawals');
  t.is(next_after, null);
  t.is(withdrawals.length, 2);
  t.like(withdrawals[0], {
    ...{ player_id: JANE, payment_id: `${JANE}-first`, status: 'requested', amount: '10.00', currency: 'EUR' },
    ...{ first_name: 'Jane', last_name: 'Doe', cash: '40.00' },
  });
  t.deepEqual(withdrawals[0].holds, [], 'no self-exclusion keeps a player’s money');
  t.like(withdrawals[1], { player_id: JOHN, first_name: null, cash: '-1.00', block_reasons: ['fraud'] });
  t.deepEqual(withdrawals[1].holds, ['fraud', 'cash_below_zero']);
  const first = await get('/withdrawals?limit=1');
  t.deepEqual(first.withdrawals, withdrawals.slice(0, 1));
  t.deepEqual((await get(`/withdrawals?limit=1&after=${first.next_after}`)).withdrawals, withdrawals.slice(1));
  t.deepEqual(
    (await get('/withdrawals?status=approved')).withdrawals.map((row: { payment_id: string }) => row.payment_id),
    [`${JIM}-third`],
  );

  // A player's lists.
  const { entries } = await get(`/players/${JANE}/ledger`);
  t.is(entries.length, 21);
  const { event_id, position: at, recorded_at, ...newest } = entries[0];
  t.deepEqual(newest, {
    ...{ revision: LIFE_EVENTS, type: 'WithdrawalRequested', actor: 'system:test', reference: `${JANE}-first` },
    postings: [
      { account: `player:${JANE}:cash`, side: 'debit', amount: '10.00', currency: 'EUR' },
      { account: `player:${JANE}:withdrawal`, side: 'credit', amount: '10.00', currency: 'EUR' },
    ],
    balances: { cash: '40.00', bonus: '0.00', withdrawal: '10.00', currency: 'EUR' },
  });
  for (const said of [event_id, at, recorded_at]) t.is(typeof said, 'string');
  t.true(
    entries.some((entry: { reference: string }) => entry.reference === `${JANE}-t-7`),
    'a play by its bet',
  );
  const page = await get(`/players/${JANE}/ledger?limit=3`);
  const rest = await get(`/players/${JANE}/ledger?before=${page.next_before}`);
  t.deepEqual([...page.entries, ...rest.entries], entries);
  t.is(rest.next_before, null);

  const { rounds } = await get(`/players/${JANE}/rounds`);
  t.deepEqual(
    rounds.map(({ round_id, staked, won, is_open }: Record<string, unknown>) => [round_id, staked, won, is_open]),
    [
      [`${JANE}-round-4`, '10.00', '0.00', false],
      [`${JANE}-round-2`, '0.00', '0.00', false],
      [`${JANE}-round-1`, '10.00', '20.00', false],
    ],
  );
  const two = await get(`/players/${JANE}/rounds?limit=2`);
  t.deepEqual(two.rounds, rounds.slice(0, 2));
  t.deepEqual((await get(`/players/${JANE}/rounds?before=${two.next_before}`)).rounds, rounds.slice(2));

  const [{ payment_id: lastPayment }] = (await get(`/players/${JANE}/payments?limit=1`)).payments;
  t.is(lastPayment, `${JANE}-first`);
  t.is((await get(`/players/${JANE}/payments?before=${lastPayment}`)).payments.length, 6);
  t.is((await get(`/players/${JANE}/bonuses`)).bonuses.length, 2);
  for (const list of ['ledger', 'rounds', 'payments', 'bonuses']) {
    t.is((await ground.get(`/backoffice/players/999/${list}`, BACKOFFICE)).status, 404, list);
    t.is((await ground.get(`/backoffice/players/${JANE}/${list}`)).status, 401, list);
  }

  // Bonuses to grant.
  const [template] = (await get('/bonus-templates')).bonus_templates;
  t.like(template, { bonus_id: 'welcome_bonus_50', name: 'Welcome bonus', wagering_multiple: '10', expiry_days: 30 });
  t.deepEqual(template.amounts[0], { currency: 'EUR', min: '0.01', max: '100.00' });

  // What is late.
  t.is((await ground.get('/backoffice/lag', BACKOFFICE)).status, 503, 'the bridge has no tables');
  const writer = await bridgeTables(t, ground);
  const lag = async () => {
    const { read_models, ...waiting } = await get('/lag');
    t.is(read_models.position, String(position));
    return Object.fromEntries(
      Object.entries(waiting as Record<string, { players: number; events: number; oldest_at: string | null }>).map(
        ([name, { players, events, oldest_at }]) => [name, [players, events, oldest_at !== null]],
      ),
    );
  };
  const all = LIFE_EVENTS + 1 + 3 + 3;
  t.deepEqual(await lag(), { to_bridge: [3, all, true], to_fast_track: [0, 0, false], parked: [0, 0, false] });
  await writer.query(
    `insert into bridge.inbox (player_id, revision, event_id, hash, type, position, event, recorded_at)
     select player_id, revision, event_id, '', type, position, '{}', recorded_at from read_model.events`,
  );
  await writer.query(
    `insert into bridge.lanes (player_id, taken_revision, taken_hash, taken_position, delivered_revision, parked_revision,
       parked_kind, parked_reason, parked_at)
     values ($1, $2, '', 0, $2, null, null, null, null), ($3, 2, '', 0, 0, null, null, null, null),
       ($4, 1, '', 0, 0, 2, 'unreadable', 'test', now())`,
    [JANE, LIFE_EVENTS, JOHN, JIM],
  );
  t.deepEqual(await lag(), { to_bridge: [0, 0, false], to_fast_track: [1, 2, true], parked: [1, 2, true] });
});
