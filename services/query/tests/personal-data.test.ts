import test, { type ExecutionContext } from 'ava';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { playerForgotten, playerLife } from '../../../shared/testing/player-life.js';
import { BACKOFFICE_KEY, type Ground, OPERATOR_KEY, onceThere, openGround } from './ground.js';

// What is read of somebody who is forgotten, and what a player may take with them: the export.

const JANE = '12345' as PlayerId;
const JOHN = '2147483646' as PlayerId;
const LONG = '900' as PlayerId;
const OPERATOR = { 'X-Api-Key': OPERATOR_KEY };
const BACKOFFICE = { 'X-Api-Key': BACKOFFICE_KEY };

/** Jane lived and is forgotten; John lives. */
async function forgottenJane(t: ExecutionContext): Promise<Ground> {
  const ground = await openGround(t);
  ground.startProjector();
  await ground.scribe.write([...playerLife(JANE), playerForgotten(JANE)]);
  const { position } = await ground.scribe.write(playerLife(JOHN));
  await onceThere(() => ground.get(`/operator/consents/${JOHN}`, { ...OPERATOR, 'X-Min-Position': String(position) }));
  return ground;
}

test('of a forgotten player operators and players find nothing, and the back office the ledger without the person', async (t) => {
  const { get, login } = await forgottenJane(t);
  const asJane = await login(JANE);
  const asked = [
    ...['user-details', 'player-blocks', 'consents'].map((path) => get(`/operator/${path}/${JANE}`, OPERATOR)),
    ...['', '/balance', '/transactions', '/bonuses', '/payments', '/game-sessions', '/data'].map((path) =>
      get(`/me${path}`, asJane),
    ),
  ];
  for (const { status, body } of await Promise.all(asked)) {
    t.deepEqual([status, body.code], [404, 'player_not_found']);
  }
  t.is((await get('/me', await login(JANE, `${JANE}-login-1`))).status, 401, 'a login that was logged out before');

  const player = await get(`/backoffice/players/${JANE}`, BACKOFFICE);
  t.is(player.status, 200);
  t.like(player.body, { player_id: JANE, profile: null, balance: { cash: '50.00' } });
  t.regex(player.body.forgotten_at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const timeline = await get(`/backoffice/players/${JANE}/timeline?limit=1000`, BACKOFFICE);
  t.is(timeline.body.events.at(-1).type, 'PlayerForgotten');
  t.like((await get(`/backoffice/players/${JOHN}`, BACKOFFICE)).body, {
    forgotten_at: null,
    profile: { first_name: 'Jane' },
  });
  const found = await get(`/backoffice/players?email=jane-${JANE}@example.com`, BACKOFFICE);
  t.deepEqual(found.body.players, []);
  const byId = await get(`/backoffice/players?player_id=${JANE}`, BACKOFFICE);
  t.like(byId.body.players[0], { player_id: JANE, email: null, first_name: null, country: null });
  t.notRegex(JSON.stringify([player.body, timeline.body, byId.body]), /@example\.com|Jane|Street|192\.0\.2/);
});

test('a player takes everything with them, as one file that nobody keeps', async (t) => {
  const { get, login } = await forgottenJane(t);
  const { status, headers, body } = await get('/me/data', await login(JOHN));
  t.is(status, 200);
  t.is(headers.get('Cache-Control'), 'no-store');
  t.is(headers.get('Content-Disposition'), `attachment; filename="croupier-player-${JOHN}.json"`);
  t.regex(headers.get('Content-Type') ?? '', /^application\/json/);
  const written = playerLife(JOHN).filter(({ stream }) => stream.startsWith('player-'));
  t.like(body, {
    player_id: JOHN,
    currency: 'EUR',
    up_to_revision: written.length - 1,
    profile: { email: `jane-${JOHN}@example.com`, address: '2 New Street', birth_date: '1990-01-31' },
    consents: { email: true, sms: false },
    balance: { cash: '50.00', currency: 'EUR' },
  });
  t.deepEqual(Object.keys(body.profile).slice(-2), ['ip_address', 'user_agent']);
  t.deepEqual(
    body.blocks.map(({ reason }: { reason: string }) => reason),
    ['self_exclusion', 'timeout'],
  );
  t.like(body.limits, [{ kind: 'loss', period: 'day', amount: '50.00', pending_amount: null }]);
  t.is(body.payments.length, 6);
  t.is(body.bonuses.length, 2);
  t.is(body.game_sessions.length, 1);
  t.like(body.logins, [{ login_id: `${JOHN}-login-1`, impersonated: false }]);
  t.deepEqual(
    body.events.map(({ type }: { type: string }) => type),
    written.map(({ draft }) => draft.type),
  );
  t.true(
    body.transactions.some(({ kind }: { kind: string }) => kind === 'tombstone'),
    'what is held, shown or not',
  );
  t.false(JSON.stringify(body).includes(`player-${JANE}`));
  t.is((await get('/me/data?all=1', await login(JOHN))).status, 400);
  t.is((await get('/me/data')).status, 401);
});

/** A player with so many bets, written past the projector. */
async function longHistory(t: ExecutionContext, ground: Ground, bets: number) {
  const postgres = createPostgres({
    ...{ connectionString: ground.postgresUrl, applicationName: 'test', logger: silentLogger },
    ...{ max: 1, statementTimeoutMs: 60_000 },
  });
  t.teardown(postgres.stop);
  await postgres.query(
    `insert into read_model.players (player_id, currency, registered_at, marked_profile_revision)
     values ($1, 'EUR', now(), 0)`,
    [LONG],
  );
  await postgres.query(`insert into read_model.heads (player_id, revision, hash, position) values ($1, $2, '', 0)`, [
    LONG,
    bets - 1,
  ]);
  await postgres.query(
    `insert into read_model.events
       (player_id, revision, event_id, type, position, recorded_at, actor, correlation_id, data)
     select $1, n, gen_random_uuid(), case when n % 25000 = 7 then 'PlayerLoggedIn' else 'BetPlaced' end, n, now(), 'x',
       'x', jsonb_build_object('loginId', 'l-' || n) from generate_series(0, $2::int - 1) n`,
    [LONG, bets],
  );
  await postgres.query(
    `insert into read_model.transactions
       (player_id, revision, part, kind, type, caller, reference, amount, currency, recorded_at)
     select $1, n, part, 'bet', 'RoundPlayed', 'mock', n || '.' || part, 1.00, 'EUR', now()
     from generate_series(0, $2::int - 1) n, generate_series(0, 1) part`,
    [LONG, bets],
  );
  return postgres;
}

test('a long history comes whole, once and in order', async (t) => {
  const ground = await forgottenJane(t);
  const bets = 30_500;
  await longHistory(t, ground, bets);
  const { body } = await ground.get('/me/data', await ground.login(LONG));
  t.deepEqual(
    body.events.map(({ revision }: { revision: number }) => revision),
    Array.from({ length: bets }, (_, revision) => revision),
  );
  t.deepEqual(
    body.transactions.map(({ reference }: { reference: string }) => reference),
    Array.from({ length: 2 * bets }, (_, index) => `${index >> 1}.${index % 2}`),
  );
  t.deepEqual(
    body.logins.map(({ login_id }: { login_id: string }) => login_id),
    ['l-7', 'l-25007'],
  );
});

test('who reads slowly is waited for, and an export that breaks off is not taken for whole', async (t) => {
  const ground = await forgottenJane(t);
  const postgres = await longHistory(t, ground, 60_000);
  const answer = await fetch(`${ground.url}/me/data`, { headers: await ground.login(LONG) });
  t.is(answer.status, 200);
  const reader = answer.body?.getReader();
  t.false((await reader?.read())?.done);
  // Some 20 MB of transactions come before the first event: what had been read ahead of us would have reached them.
  await postgres.query('alter table read_model.events rename to events_elsewhere');
  await t.throwsAsync(async () => {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read());
  });
  t.is((await ground.get('/me/balance', await ground.login(JOHN))).status, 200, 'and the service goes on');
});
