import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { LIFE_BALANCES, passwordChanged, playerLife } from '../../../shared/testing/player-life.js';
import type { Entry } from '../../../shared/testing/scribe.js';
import { BACKOFFICE_KEY, CLIENT, type Ground, OPERATOR_KEY, onceThere, openGround } from './ground.js';

const JANE = '12345' as PlayerId;
const JOHN = '2147483646' as PlayerId;
const NOBODY = '777' as PlayerId;
/** A lane, and nothing else. */
const JIM = '778' as PlayerId;
/** Whose password was changed twice. */
const CHANGED = '779' as PlayerId;
const OPERATOR = { 'X-Api-Key': OPERATOR_KEY };
const BACKOFFICE = { 'X-Api-Key': BACKOFFICE_KEY };

let shared: Promise<Ground> | undefined;

/** Two whole lives, projected; read only, so all tests share it. Closed with the file by the first that asked. */
test.before('two players live', async (t) => {
  shared = lived(t as ExecutionContext);
  await shared;
});

const teardowns: (() => unknown)[] = [];
test.after.always('everything is closed', async () => {
  for (const teardown of teardowns.reverse()) await teardown();
});

async function lived(t: ExecutionContext): Promise<Ground> {
  // A hook's teardown would run before the tests: kept for the end of the file.
  const ground = await openGround({ ...t, teardown: (fn: () => unknown) => teardowns.push(fn) } as ExecutionContext);
  ground.startProjector();
  await ground.scribe.write(playerLife(JANE));
  await ground.scribe.write([
    {
      stream: playerStream(CHANGED),
      draft: { type: 'PlayerRegistered', data: { currency: 'EUR', profileRevision: 0 } },
    },
    passwordChanged(CHANGED, 1),
    passwordChanged(CHANGED, 2),
  ]);
  const { position } = await ground.scribe.write([...playerLife(JOHN), ...limitsOf(JOHN)]);
  await onceThere(() => ground.get(`/operator/consents/${JOHN}`, { ...OPERATOR, 'X-Min-Position': String(position) }));
  return ground;
}

/** After a life (loss a day: 50.00, its end pending): limits in other states, the past ones recorded by nobody yet. */
function limitsOf(playerId: PlayerId): readonly Entry[] {
  const stream = playerStream(playerId);
  const [past, future] = ['2026-01-02T12:00:00.000Z', '2099-01-01T00:00:00.000Z'];
  const changed = (period: string, amount: string | null) => ({
    stream,
    draft: { type: 'LimitChanged', data: { kind: 'deposit', period, amount, currency: 'EUR', cause: 'player' } },
  });
  const raised = (period: string, amount: string | null, effectiveAt: string) => ({
    stream,
    draft: { type: 'LimitIncreaseRequested', data: { kind: 'deposit', period, amount, currency: 'EUR', effectiveAt } },
  });
  return [
    ...[changed('week', '10.00'), raised('week', '20.00', past)],
    ...[changed('day', '1.00'), raised('day', '2.00', future)],
    ...[changed('month', '30.00'), raised('month', null, past)],
  ];
}

async function ground(): Promise<Ground> {
  if (shared === undefined) throw new Error('nobody lived');
  return shared;
}

test("the guide's user details", async (t) => {
  const { get } = await ground();
  const { status, body, headers } = await get(`/operator/user-details/${JANE}`, OPERATOR);
  t.is(status, 200);
  t.regex(body.registered_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.deepEqual(
    { ...body, registered_at: '' },
    {
      player_id: JANE,
      email: `jane-${JANE}@example.com`,
      first_name: 'Jane',
      last_name: 'Doe',
      country: 'SE',
      currency: 'EUR',
      registered_at: '',
    },
  );
  t.is(headers.get('Cache-Control'), 'no-store');
});

test("the guide's blocks: what has ended does not count", async (t) => {
  const { get } = await ground();
  const { body } = await get(`/operator/player-blocks/${JANE}`, OPERATOR);
  t.deepEqual(body, { player_id: JANE, is_blocked: true, block_reasons: ['self_exclusion'] });
});

test("the guide's consents", async (t) => {
  const { get } = await ground();
  const { body } = await get(`/operator/consents/${JANE}`, OPERATOR);
  t.deepEqual(body, { player_id: JANE, email_opt_in: true, sms_opt_in: false, push_opt_in: true });
});

for (const path of ['user-details', 'player-blocks', 'consents']) {
  test(`${path} of nobody, and of what is no id, are 404`, async (t) => {
    const { get } = await ground();
    for (const id of [NOBODY, '0', '-1', 'abc', '99999999999', '1%20or%201']) {
      const { status, body } = await get(`/operator/${path}/${id}`, OPERATOR);
      t.is(status, 404, id);
      t.is(body.code, 'player_not_found', id);
    }
  });
}

test('a client of Fast Track gets a token for its secret, as JSON and in the query, and reads with it', async (t) => {
  const { get, post } = await ground();
  const posted = await post('/token', { ...CLIENT, grant_type: 'client_credentials', scope: 'all' });
  const asked = await get(`/token?${new URLSearchParams(CLIENT)}`);
  for (const { status, body } of [posted, asked]) {
    t.is(status, 200);
    t.deepEqual(Object.keys(body), ['access_token', 'expires_in', 'token_type']);
    t.is(body.token_type, 'Bearer');
    const answer = await get(`/operator/consents/${JANE}`, { Authorization: `Bearer ${body.access_token}` });
    t.is(answer.status, 200);
  }
});

test('every wrong or missing credential gets the same 401', async (t) => {
  const { get, post, login } = await ground();
  const player = await login(JANE);
  const { access_token } = (await post('/token', CLIENT)).body;
  const operatorToken = { Authorization: `Bearer ${access_token}` };
  const answers = [
    get(`/operator/consents/${JANE}`),
    get(`/operator/consents/${JANE}`, { 'X-Api-Key': 'wrong' }),
    get(`/operator/consents/${NOBODY}`, BACKOFFICE),
    get(`/operator/consents/${JANE}`, player),
    get('/backoffice/players'),
    get('/backoffice/players', OPERATOR),
    get('/backoffice/players', operatorToken),
    get('/backoffice/ledger/trial-balance', OPERATOR),
    get('/backoffice/deliveries', OPERATOR),
    get('/me'),
    get('/me', { Authorization: 'Basic abc' }),
    get('/me', { Authorization: 'Bearer abc' }),
    get('/me', operatorToken),
    get('/me/balance', BACKOFFICE),
    post('/token', { ...CLIENT, client_secret: 'wrong' }),
    get(`/token?${new URLSearchParams({ ...CLIENT, client_id: 'nobody' })}`),
  ];
  for (const { status, body, headers } of await Promise.all(answers)) {
    t.is(status, 401);
    t.is(headers.get('Content-Type'), 'application/problem+json');
    t.deepEqual(body, {
      type: 'urn:croupier:problem:unauthorized',
      title: 'Authentication is required',
      status: 401,
      code: 'unauthorized',
    });
  }
});

test('a player reads itself', async (t) => {
  const { get, login } = await ground();
  const { body } = await get('/me', await login(JANE));
  t.like(body, {
    player_id: JANE,
    currency: 'EUR',
    profile: { first_name: 'Jane', address: '2 New Street', phone: '', birth_date: '1990-01-31' },
    consents: { email: true, sms: false, site_notification: true },
  });
  t.deepEqual(
    body.blocks.map(({ reason, until }: { reason: string; until: string | null }) => [reason, until]),
    [['self_exclusion', null]],
  );
});

test('a balance is strings with the decimals of the currency', async (t) => {
  const { get, login } = await ground();
  t.deepEqual((await get('/me/balance', await login(JANE))).body, LIFE_BALANCES);
});

test("a player's limits are those that bind now, with the raise that is to come", async (t) => {
  const { get, login } = await ground();
  const { status, body } = await get('/me/limits', await login(JANE));
  t.is(status, 200);
  t.deepEqual(body, {
    limits: [
      {
        ...{ kind: 'loss', period: 'day', amount: '50.00', currency: 'EUR' },
        pending: { amount: null, effective_at: '2099-01-01T00:00:00.000Z' },
      },
    ],
  });
  const { limits } = (await get('/me/limits', await login(JOHN))).body;
  t.deepEqual(
    limits.map(({ kind, period, amount, pending }: Record<string, unknown>) => [kind, period, amount, pending]),
    [
      ['deposit', 'day', '1.00', { amount: '2.00', effective_at: '2099-01-01T00:00:00.000Z' }],
      // Its time has come: it binds, whether an event says so already or not. So has the end of the month's.
      ['deposit', 'week', '20.00', null],
      ['loss', 'day', '50.00', { amount: null, effective_at: '2099-01-01T00:00:00.000Z' }],
    ],
  );
  t.deepEqual((await get(`/backoffice/players/${JOHN}`, BACKOFFICE)).body.limits, limits);
  t.is((await get('/me/limits')).status, 401);
});

test('a player pages through its transactions, newest first, and sees each once', async (t) => {
  const { get, login } = await ground();
  const headers = await login(JANE);
  const all = (await get('/me/transactions?limit=200', headers)).body;
  t.is(all.next_before, null);
  t.false(all.transactions.some(({ kind }: { kind: string }) => kind === 'tombstone'));
  const paged: unknown[] = [];
  let before = '';
  for (;;) {
    // Three a page: a page ends in the middle of the play, which has two transactions.
    const { body } = await get(`/me/transactions?limit=3${before}`, headers);
    paged.push(...body.transactions);
    if (body.next_before === null) break;
    before = `&before=${body.next_before}`;
  }
  t.deepEqual(paged, all.transactions);
  const places = all.transactions.map(({ revision, part }: { revision: number; part: number }) => revision * 10 + part);
  t.deepEqual(
    places,
    [...places].sort((a, b) => b - a),
  );
});

for (const [path, list, id] of [
  ['/me/bonuses', 'bonuses', 'user_bonus_id'],
  ['/me/payments', 'payments', 'payment_id'],
  ['/me/game-sessions', 'game_sessions', 'session_id'],
] as const) {
  test(`a player pages through ${path} and sees each once, and no one else's`, async (t) => {
    const { get, login } = await ground();
    const headers = await login(JANE);
    const all = (await get(path, headers)).body[list];
    t.true(all.length > 0);
    const paged: unknown[] = [];
    let before = '';
    for (;;) {
      const { body } = await get(`${path}?limit=1${before}`, headers);
      paged.push(...body[list]);
      if (body.next_before === null) break;
      before = `&before=${body.next_before}`;
    }
    t.deepEqual(paged, all);
    t.true(all.every((row: Record<string, string>) => row[id]?.startsWith(`${JANE}-`)));
    // Another player's id is not a place in one's own list.
    t.deepEqual((await get(`${path}?before=${JOHN}-${id}`, headers)).body[list], []);
  });
}

test('a game session says how long it lasted and what it came to, to the player and to the back office', async (t) => {
  const { get, login } = await ground();
  const { body } = await get('/me/game-sessions', await login(JANE));
  const { started_at, ended_at, duration_s, ...session } = body.game_sessions[0];
  t.deepEqual(session, {
    ...{ session_id: `${JANE}-session-1`, game_id: 'slot_abc', provider: 'mock', end_reason: 'block' },
    // 10.00 with a win of 20.00, 5.00 rolled back, 10.00 lost.
    ...{ bets: 2, staked: '20.00', won: '20.00', net: '0.00', currency: 'EUR' },
  });
  t.is(duration_s, Math.floor((Date.parse(ended_at) - Date.parse(started_at)) / 1_000));
  const seen = await get(`/backoffice/players/${JANE}/game-sessions`, BACKOFFICE);
  t.deepEqual(seen.body, { player_id: JANE, ...body });
  t.is((await get(`/backoffice/players/${NOBODY}/game-sessions`, BACKOFFICE)).status, 404);
});

test('no round of a whole life is stuck', async (t) => {
  const { get } = await ground();
  const { status, body } = await get('/backoffice/rounds?open_for=0m', BACKOFFICE);
  t.is(status, 200);
  t.deepEqual(body, { rounds: [], next_after: null });
  t.is((await get('/backoffice/rounds')).status, 401);
});

test('a login that was logged out is refused, another of the player is not', async (t) => {
  const { get, login } = await ground();
  t.is((await get('/me', await login(JANE, `${JANE}-login-1`))).status, 401);
  t.is((await get('/me', await login(JANE, `${JANE}-login-2`))).status, 200);
});

test('a login by a password that was changed is refused, in a list or not; one by the new password is not', async (t) => {
  const { get, send, login } = await ground();
  const standing = async (loginId: string, passwordRevision: number) => {
    const headers = await login(CHANGED, loginId, passwordRevision);
    const { status } = await get('/me/balance', headers);
    const sid = headers.Authorization?.slice('Bearer '.length);
    t.is((await send('POST', '/authenticate', { sid }, OPERATOR)).status, status, 'Fast Track hears the same');
    return status;
  };
  t.is(await standing('the registration', 0), 401);
  t.is(await standing('another', 1), 401);
  t.is(await standing('the new one', 2), 200);
  // Ahead of what the read models know: its change has not arrived here.
  t.is(await standing('a newer one', 3), 200);
});

test('a player whose rows do not come is not found', async (t) => {
  const { get, login } = await ground();
  const { status, body } = await get('/me', await login(NOBODY));
  t.is(status, 404);
  t.is(body.code, 'player_not_found');
});

test('what a query string may not hold is refused with a pointer to it', async (t) => {
  const { get, login } = await ground();
  const player = await login(JANE);
  const cases: readonly [string, string, Record<string, string>][] = [
    ['/me?x=1', '/x', player],
    ['/me/balance?currency=EUR', '/currency', player],
    ['/me/limits?kind=loss', '/kind', player],
    ['/me/transactions?limit=0', '/limit', player],
    ['/me/transactions?limit=201', '/limit', player],
    ['/me/transactions?limit=1e1', '/limit', player],
    ['/me/transactions?limit=1&limit=2', '/limit', player],
    ['/me/transactions?before=x', '/before', player],
    ['/me/bonuses?before=%20', '/before', player],
    ['/backoffice/players?player_id=0', '/player_id', BACKOFFICE],
    ['/backoffice/players?email=', '/email', BACKOFFICE],
    ['/backoffice/players?name=Jane', '/name', BACKOFFICE],
    [`/backoffice/players/${JANE}?full=1`, '/full', BACKOFFICE],
    [`/backoffice/players/${JANE}/timeline?after=-1`, '/after', BACKOFFICE],
    [`/backoffice/ledger/accounts?prefix=${'x'.repeat(201)}`, '/prefix', BACKOFFICE],
    ['/backoffice/players?block=yes', '/block', BACKOFFICE],
    [`/backoffice/players/${JANE}/ledger?before=x`, '/before', BACKOFFICE],
    [`/backoffice/players/${JANE}/rounds?limit=501`, '/limit', BACKOFFICE],
    [`/backoffice/players/${JANE}/bonuses?after=1`, '/after', BACKOFFICE],
    ['/backoffice/withdrawals?status=paid', '/status', BACKOFFICE],
    ['/backoffice/withdrawals?after=%20', '/after', BACKOFFICE],
    ['/backoffice/bonus-templates?ended=1', '/ended', BACKOFFICE],
    ['/backoffice/lag?x=1', '/x', BACKOFFICE],
    ['/backoffice/deliveries', '/player_id', BACKOFFICE],
    ['/backoffice/lanes?state=open', '/state', BACKOFFICE],
    ['/backoffice/ledger/trial-balance?at=now', '/at', BACKOFFICE],
    ['/backoffice/rounds?open_for=48', '/open_for', BACKOFFICE],
    ['/backoffice/rounds?open_for=2w', '/open_for', BACKOFFICE],
    ['/backoffice/rounds?open_for=-1h', '/open_for', BACKOFFICE],
    ['/backoffice/rounds?open_for=1.5h', '/open_for', BACKOFFICE],
    ['/backoffice/rounds?open_for=1h&open_for=2h', '/open_for', BACKOFFICE],
    ['/backoffice/rounds?after=1%20mock', '/after', BACKOFFICE],
    ['/backoffice/rounds?limit=1001', '/limit', BACKOFFICE],
    ['/backoffice/rounds?state=open', '/state', BACKOFFICE],
    [`/backoffice/players/${JANE}/game-sessions?before=%20`, '/before', BACKOFFICE],
  ];
  for (const [path, pointer, headers] of cases) {
    const { status, body } = await get(path, headers);
    t.is(status, 400, path);
    t.is(body.code, 'malformed', path);
    t.deepEqual(
      body.errors.map((error: { pointer: string }) => error.pointer),
      [pointer],
      path,
    );
  }
});

test('a NUL or a broken escape in a URL is malformed, whatever the route', async (t) => {
  const { get } = await ground();
  for (const path of [`/operator/consents/%00`, '/operator/consents/%zz', '/backoffice/players?email=a%00b']) {
    const { status, body } = await get(path, path.startsWith('/operator') ? OPERATOR : BACKOFFICE);
    t.is(status, 400, path);
    t.is(body.code, 'malformed', path);
  }
});

test('the back office finds players by e-mail in any case, by id, and page by page', async (t) => {
  const { get } = await ground();
  const idsOf = async (search: string) => {
    const { body } = await get(`/backoffice/players${search}`, BACKOFFICE);
    return body.players.map(({ player_id }: { player_id: string }) => player_id);
  };
  t.deepEqual(await idsOf(`?email=JANE-${JANE}@Example.com`), [JANE]);
  t.deepEqual(await idsOf('?email=nobody@example.com'), []);
  t.deepEqual(await idsOf(`?player_id=${JOHN}`), [JOHN]);
  t.deepEqual(await idsOf(''), [CHANGED, JANE, JOHN]);
  t.deepEqual(await idsOf('?limit=1'), [CHANGED]);
  t.deepEqual(await idsOf(`?limit=1&after=${CHANGED}`), [JANE]);
  t.deepEqual(await idsOf(`?limit=1&after=${JANE}`), [JOHN]);
  t.deepEqual(await idsOf('?block=any'), [JANE, JOHN]);
  t.deepEqual(await idsOf(`?block=self_exclusion&after=${JANE}`), [JOHN]);
  t.deepEqual(await idsOf('?block=timeout'), [], 'theirs has ended');
  t.deepEqual(await idsOf('?block=operator'), [], 'theirs was lifted');
  const [jane] = (await get(`/backoffice/players?player_id=${JANE}`, BACKOFFICE)).body.players;
  t.like(jane, { block_reasons: ['self_exclusion'], forgotten_at: null });
});

test('the back office sees a player whole', async (t) => {
  const { get } = await ground();
  const { body } = await get(`/backoffice/players/${JANE}`, BACKOFFICE);
  t.like(body, { player_id: JANE, balance: LIFE_BALANCES, profile: { first_name: 'Jane' } });
  t.is(body.payments.length, 6);
  t.is(body.bonuses.length, 2);
  t.is(body.game_sessions.length, 1);
  t.is((await get(`/backoffice/players/${NOBODY}`, BACKOFFICE)).status, 404);
});

test('the timeline has every event in order with its data', async (t) => {
  const { get } = await ground();
  const expected = playerLife(JANE).filter(({ stream }) => stream === `player-${JANE}`);
  const { body } = await get(`/backoffice/players/${JANE}/timeline`, BACKOFFICE);
  t.deepEqual(
    body.events.map(({ type, revision }: { type: string; revision: number }) => [revision, type]),
    expected.map(({ draft }, revision) => [revision, draft.type]),
  );
  t.deepEqual(body.events[0].data, { currency: 'EUR', profileRevision: 0 });
  t.is(body.next_after, null);
  const page = (await get(`/backoffice/players/${JANE}/timeline?after=3&limit=2`, BACKOFFICE)).body;
  t.deepEqual(page.events, body.events.slice(4, 6));
  t.is(page.next_after, '5');
  t.is((await get(`/backoffice/players/${NOBODY}/timeline`, BACKOFFICE)).status, 404);
});

test('the trial balance balances, and accounts are found by the beginning of their name', async (t) => {
  const { get } = await ground();
  const { body } = await get('/backoffice/ledger/trial-balance', BACKOFFICE);
  const [{ groups, ...total }] = body.currencies;
  t.deepEqual(total, {
    ...{ currency: 'EUR', accounts: 10, debits: '924.00', credits: '924.00', difference: '0.00', balanced: true },
  });
  t.is(body.currencies.length, 1);
  t.deepEqual(
    groups.map(({ account, accounts, balance }: Record<string, unknown>) => [account, accounts, balance]),
    [
      ['house:bonus-cost', 1, '-100.00'],
      ['house:payouts:mock', 1, '-40.00'],
      ['house:wagers:mock', 1, '40.00'],
      ['player:*:bonus', 2, '0.00'],
      ['player:*:cash', 2, '100.00'],
      ['player:*:withdrawal', 2, '0.00'],
      ['psp:fake', 1, '0.00'],
    ],
  );
  const { accounts } = (await get(`/backoffice/ledger/accounts?prefix=player:${JANE}:`, BACKOFFICE)).body;
  t.deepEqual(accounts, [
    { account: `player:${JANE}:bonus`, currency: 'EUR', debits: '70.00', credits: '70.00', balance: '0.00' },
    { account: `player:${JANE}:cash`, currency: 'EUR', debits: '151.00', credits: '201.00', balance: '50.00' },
    { account: `player:${JANE}:withdrawal`, currency: 'EUR', debits: '26.00', credits: '26.00', balance: '0.00' },
  ]);
  const first = (await get('/backoffice/ledger/accounts?limit=6', BACKOFFICE)).body;
  const second = (
    await get(`/backoffice/ledger/accounts?limit=6&after=${encodeURIComponent(first.next_after)}`, BACKOFFICE)
  ).body;
  const names = [...first.accounts, ...second.accounts].map(({ account }: { account: string }) => account);
  t.is(new Set(names).size, 10);
  t.is(second.next_after, null);
});

test('the back office sees what the bridge has taken and delivered, and which lanes are parked', async (t) => {
  const { get, postgresUrl } = await ground();
  const folder = fileURLToPath(new URL('../../ft-bridge/migrations', import.meta.url));
  await migrate({ connectionString: postgresUrl, schema: 'bridge', folder, logger: silentLogger });
  const writer = createPostgres({
    connectionString: postgresUrl,
    applicationName: 'test',
    logger: silentLogger,
    max: 1,
    statementTimeoutMs: 5_000,
  });
  t.teardown(writer.stop);
  await writer.query(
    `insert into bridge.inbox (player_id, revision, event_id, hash, type, position, event, recorded_at, delivered_at)
     select $1, revision, event_id, '', type, position, '{}', recorded_at, case when revision < 5 then now() end
     from read_model.events where player_id = $1 and revision < 8`,
    [JANE],
  );
  await writer.query(
    `insert into bridge.lanes (player_id, taken_revision, taken_hash, taken_position, delivered_revision, failing_since,
       parked_revision, parked_kind, parked_reason, parked_at)
     values ($1, 7, '', 0, 4, now(), 5, 'refused', 'refused eight times', now()),
       ($2, 3, '', 0, 1, now(), null, null, null, null),
       ($3, 7, '', 0, 4, now(), 5, 'refused', 'refused eight times', now())`,
    [JANE, JOHN, JIM],
  );
  await writer.query('update bridge.lanes set replay_next = 2, replay_last = 3 where player_id = $1', [JANE]);
  const { body } = await get(`/backoffice/deliveries?player_id=${JANE}&limit=4`, BACKOFFICE);
  t.like(body.lane, { backlog: 3, parked_revision: 5, parked_kind: 'refused', parked_reason: 'refused eight times' });
  t.like(body.lane, { replay_next: 2, replay_last: 3 });
  const delivered = (rows: { revision: number; delivered_at: string | null }[]) =>
    rows.map(({ revision, delivered_at }) => [revision, delivered_at !== null]);
  t.deepEqual(delivered(body.deliveries), [
    [7, false],
    [6, false],
    [5, false],
    [4, true],
  ]);
  await writer.query('update bridge.inbox set skipped_at = now() where player_id = $1 and revision = 6', [JANE]);
  const { deliveries } = (await get(`/backoffice/deliveries?player_id=${JANE}&limit=3`, BACKOFFICE)).body;
  t.deepEqual(
    deliveries.map(({ skipped_at }: { skipped_at: string | null }) => skipped_at !== null),
    [false, true, false],
  );
  const rest = await get(`/backoffice/deliveries?player_id=${JANE}&limit=5&before=${body.next_before}`, BACKOFFICE);
  t.deepEqual(
    delivered(rest.body.deliveries).map(([revision]) => revision),
    [3, 2, 1, 0],
  );
  const lanesOf = async (state: string) =>
    (await get(`/backoffice/lanes?state=${state}`, BACKOFFICE)).body.lanes.map(
      ({ player_id }: { player_id: string }) => player_id,
    );
  // In the order of numbers, as the cursor is, not of text.
  t.deepEqual(await lanesOf('parked'), [JIM, JANE]);
  t.deepEqual(await lanesOf(`parked&after=${JIM}`), [JANE]);
  t.deepEqual(await lanesOf('failing'), [JOHN]);
  const replayOf =
    'update bridge.lanes set delivered_revision = 3, replay_next = $2, replay_last = $2 where player_id = $1';
  await writer.query(replayOf, [JOHN, 3]);
  t.deepEqual(await lanesOf('failing'), [JOHN], 'nothing new waits, but its replay fails');
  await writer.query(replayOf, [JOHN, null]);
  t.deepEqual(await lanesOf('failing'), []);
  t.deepEqual((await get(`/backoffice/deliveries?player_id=${NOBODY}`, BACKOFFICE)).body.lane, null);
});

test('a position that is not reached within a second is 503, to be asked again', async (t) => {
  const { get, login } = await ground();
  const headers = { ...(await login(JANE)), 'X-Min-Position': '18446744073709551615' };
  const { status, body, headers: answered } = await get('/me/balance', headers);
  t.is(status, 503);
  t.is(body.code, 'unavailable');
  t.is(answered.get('Retry-After'), '1');
  const wrong = await get('/me/balance', { ...(await login(JANE)), 'X-Min-Position': 'soon' });
  t.is(wrong.status, 400);
});

test('query serves before the projector has made its tables: not ready, and 503', async (t) => {
  const { get, login, startProjector, scribe } = await openGround(t);
  t.is((await get('/health/live')).status, 200);
  t.is((await get('/health/ready')).status, 503);
  const player = await login(JANE);
  for (const ask of [
    () => get('/me', player),
    () => get(`/operator/consents/${JANE}`, OPERATOR),
    () => get('/backoffice/players', BACKOFFICE),
  ]) {
    const { status, body } = await ask();
    t.is(status, 503);
    t.is(body.code, 'unavailable');
  }
  const { position: registered } = await scribe.write(playerLife(JANE).slice(0, 2));
  startProjector();
  const { body } = await onceThere(() => get('/me', { ...player, 'X-Min-Position': String(registered) }));
  t.is(body.player_id, JANE);
  t.is((await get(`/backoffice/deliveries?player_id=${JANE}`, BACKOFFICE)).status, 503, 'the bridge has no tables');
  t.is((await get('/health/ready')).status, 200);
  // Each of these is read the moment it was written, by whoever names its position.
  for (const entry of playerLife(JANE).slice(2, 12)) {
    const { position, revision } = await scribe.write([entry]);
    const ask = () => get(`/backoffice/players/${JANE}`, { ...BACKOFFICE, 'X-Min-Position': String(position) });
    t.is((await onceThere(ask)).body.head.revision, revision);
  }
});
