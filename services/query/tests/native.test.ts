import test, { type ExecutionContext } from 'ava';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import {
  BACKOFFICE_KEY,
  CLIENT,
  FT_JWT_KEY,
  type Ground,
  OPERATOR_KEY,
  onceThere,
  openGround,
  sha256,
  startQuery,
} from './ground.js';

// Fast Track's contract in our own words: every schema is closed, as theirs are. Five players: one who lived a whole
// life, one who just registered, one whom the brand blocked, one who was forgotten, and one who never was.

const JANE = '12345' as PlayerId;
const NEW = '12346' as PlayerId;
const BLOCKED = '12347' as PlayerId;
const FORGOTTEN = '12348' as PlayerId;
const NOBODY = '777' as PlayerId;
const OPERATOR = { 'X-Api-Key': OPERATOR_KEY };

/** Where the players begin that are only many. */
const FIRST = 1_000_000_000;

const text = z.string();
const userDetails = z.strictObject({
  ...{ address: text, affiliate_reference: text, city: text, first_name: text, language: text, last_name: text },
  ...{ market: text, mobile: text, mobile_prefix: text, postal_code: text, registration_code: text, title: text },
  country: z.string().regex(/^[A-Z]{2}$/),
  currency: z.string().length(3),
  origin: z.string().min(1),
  user_id: z.string().min(1),
  username: z.string().min(3).max(255),
  email: z.union([z.email(), z.literal('')]),
  birth_date: z.union([z.iso.date(), z.literal('')]),
  registration_date: z.iso.datetime(),
  verified_at: z.union([z.iso.datetime(), z.literal('')]),
  sex: z.enum(['male', 'female', 'other', 'Male', 'Female', 'Other', '']),
  is_blocked: z.boolean(),
  is_excluded: z.boolean(),
  roles: z.array(text),
});
const block = <T extends string>(type: T) =>
  z.strictObject({ active: z.boolean(), type: z.literal(type), note: z.string() });
const userBlocks = z.strictObject({ blocks: z.tuple([block('Excluded'), block('Blocked')]) });
const CONSENTS = ['email', 'sms', 'telephone', 'postMail', 'siteNotification', 'pushNotification'];
const userConsents = z.strictObject({
  consents: z.array(z.strictObject({ type: z.enum(CONSENTS), opted_in: z.boolean() })).length(6),
});
const bonusList = z.strictObject({
  Data: z.array(z.strictObject({ text: z.string().min(1), value: z.string().min(1) })),
  Success: z.literal(true),
  Errors: z.array(z.string()).length(0),
});
const users = z.strictObject({ users: z.array(z.string().regex(/^\d+$/)), timestamp: z.iso.datetime() });
const nativeError = z.strictObject({ error: z.string().min(1), code: z.number().int() });

let shared: Promise<Ground> | undefined;
const teardowns: (() => unknown)[] = [];

test.before('five players', async (t) => {
  shared = lived({ ...t, teardown: (fn: () => unknown) => teardowns.push(fn) } as ExecutionContext);
  await shared;
});

test.after.always('everything is closed', async () => {
  for (const teardown of teardowns.reverse()) await teardown();
});

async function lived(t: ExecutionContext): Promise<Ground> {
  const ground = await openGround(t);
  ground.startProjector();
  await ground.scribe.write(playerLife(JANE));
  for (const id of [NEW, BLOCKED, FORGOTTEN]) await ground.scribe.write(playerLife(id).slice(0, 2));
  const { position } = await ground.scribe.write([
    { stream: playerStream(BLOCKED), draft: { type: 'BlockPlaced', data: { reason: 'fraud', until: null } } },
    { stream: playerStream(FORGOTTEN), draft: { type: 'BlockPlaced', data: { reason: 'fraud', until: null } } },
    { stream: playerStream(FORGOTTEN), draft: { type: 'PlayerForgotten', data: { selfExcluded: false } } },
  ]);
  await onceThere(() => ground.get(`/userblocks/${NEW}`, { ...OPERATOR, 'X-Min-Position': String(position) }));
  return ground;
}

async function ground(): Promise<Ground> {
  if (shared === undefined) throw new Error('nobody lived');
  return shared;
}

test('user details: all the 25 fields, and what is not known is empty', async (t) => {
  const { get } = await ground();
  for (const id of [JANE, NEW, BLOCKED]) {
    const { status, body, headers } = await get(`/userdetails/${id}`, OPERATOR);
    t.is(status, 200);
    t.deepEqual(userDetails.parse(body), body);
    t.is(Object.keys(body).length, 25);
    t.is(headers.get('Cache-Control'), 'no-store');
    t.is(body.user_id, id);
  }
  const { body } = await get(`/userdetails/${NEW}`, OPERATOR);
  t.like(body, {
    ...{ username: `jane-${NEW}@example.com`, email: `jane-${NEW}@example.com`, birth_date: '1990-01-31' },
    ...{ country: 'SE', market: 'se', currency: 'EUR', mobile: '700000000', mobile_prefix: '+46' },
    ...{ origin: 'casino.example.com', is_blocked: false, is_excluded: false, language: '', verified_at: '' },
  });
});

test('an exclusion and a block of the brand are two things', async (t) => {
  const { get } = await ground();
  const flags = async (id: PlayerId) => {
    const { is_blocked, is_excluded } = (await get(`/userdetails/${id}`, OPERATOR)).body;
    const { body } = await get(`/userblocks/${id}`, OPERATOR);
    t.deepEqual(userBlocks.parse(body), body);
    const [excluded, blocked] = body.blocks;
    t.deepEqual([excluded.active, blocked.active], [is_excluded, is_blocked]);
    return [excluded.note, blocked.note];
  };
  t.deepEqual(await flags(NEW), ['', '']);
  t.deepEqual(await flags(BLOCKED), ['', 'fraud']);
  // Her time-out has ended, and the block of the brand was lifted.
  t.deepEqual(await flags(JANE), ['self_exclusion', '']);
});

test('consents: always the six', async (t) => {
  const { get } = await ground();
  const inOf = async (id: PlayerId) => {
    const { body } = await get(`/userconsents/${id}`, OPERATOR);
    t.deepEqual(userConsents.parse(body), body);
    t.deepEqual(
      body.consents.map(({ type }: { type: string }) => type),
      CONSENTS,
    );
    return body.consents
      .filter(({ opted_in }: { opted_in: boolean }) => opted_in)
      .map(({ type }: { type: string }) => type);
  };
  t.deepEqual(await inOf(NEW), []);
  t.deepEqual(await inOf(JANE), ['email', 'siteNotification', 'pushNotification']);
});

test('who is not there, or no longer, is not found, in the words of this family', async (t) => {
  const { get } = await ground();
  for (const path of ['userdetails', 'userblocks', 'userconsents']) {
    for (const id of [NOBODY, FORGOTTEN, 'abc', '0', '99999999999', '%20']) {
      const { status, body, headers } = await get(`/${path}/${id}`, OPERATOR);
      t.is(status, 404, `${path}/${id}`);
      t.deepEqual(body, { error: 'player_not_found', code: 404 });
      t.true(nativeError.safeParse(body).success);
      t.is(headers.get('Content-Type')?.split(';')[0], 'application/json');
    }
  }
});

test('the bonuses that may be credited are listed', async (t) => {
  const { get } = await ground();
  const { body } = await get('/bonus/list', OPERATOR);
  t.deepEqual(bonusList.parse(body), body);
  t.true(body.Data.some(({ value }: { value: string }) => value === 'welcome_bonus_50'));
});

test('reconciliation names who a field is true for, and nobody who was forgotten', async (t) => {
  const { send } = await ground();
  const idsOf = async (field: string) => {
    const { status, body } = await send('POST', '/reconciliation', { field, more: 1 }, OPERATOR);
    t.is(status, 200, field);
    // Others are there while the test of many runs.
    return users.parse(body).users.filter((id) => Number(id) < FIRST);
  };
  t.deepEqual(await idsOf('blocked'), [BLOCKED]);
  t.deepEqual(await idsOf('excluded'), [JANE]);
  for (const field of ['email', 'site_notification', 'push_notification']) {
    t.deepEqual(await idsOf(`consent_${field}`), [JANE]);
  }
  for (const field of ['sms', 'telephone', 'post_mail']) t.deepEqual(await idsOf(`consent_${field}`), []);
});

test('a field that we do not keep is 501, and what is no field is 400', async (t) => {
  const { send } = await ground();
  for (const field of ['active', 'consent_', 'consent_player_id', 'toString', 'blocked; drop table', '']) {
    const { status, body } = await send('POST', '/reconciliation', { field }, OPERATOR);
    t.is(status, 501, field);
    t.deepEqual(body, { error: 'not_implemented', code: 501 });
  }
  for (const body of [{}, { field: 1 }, { field: null }, [], 'x', '{', { field: 'x'.repeat(101) }]) {
    const answer = await send('POST', '/reconciliation', body, OPERATOR);
    t.is(answer.status, 400, JSON.stringify(body));
    t.deepEqual(answer.body, { error: 'invalid_request', code: 400 });
  }
});

test('a page shows Fast Track whose it is by the token of its login, unless that was logged out', async (t) => {
  const { send, login } = await ground();
  const sidOf = async (id: PlayerId, loginId?: string) =>
    (await login(id, loginId)).Authorization?.slice('Bearer '.length) ?? '';
  const ask = (sid: unknown) => send('POST', '/authenticate', { sid }, OPERATOR);
  const { status, body } = await ask(await sidOf(NEW));
  t.is(status, 200);
  t.deepEqual(body, { user_id: Number(NEW) });
  for (const sid of [await sidOf(JANE, `${JANE}-login-1`), await sidOf(FORGOTTEN), 'x', '']) {
    const answer = await ask(sid);
    t.is(answer.status, 401);
    t.deepEqual(answer.body, { error: 'unauthorized', code: 401 });
  }
  t.is((await ask(7)).status, 400);
});

test("a player's page gets a token for Fast Track's front end, with its three claims", async (t) => {
  const { get, login } = await ground();
  const { status, body, headers } = await get('/me/fast-track-token', await login(NEW));
  t.is(status, 200);
  t.is(headers.get('Cache-Control'), 'no-store');
  const { payload } = await jwtVerify(body.token, Buffer.from(FT_JWT_KEY, 'hex'), { algorithms: ['HS256'] });
  t.deepEqual(Object.keys(payload).sort(), ['exp', 'iat', 'user_id']);
  t.is(payload.user_id, NEW);
  const { iat = 0, exp = 0 } = payload;
  t.is(exp - iat, body.expires_in);
  t.is((await get('/me/fast-track-token')).status, 401);
  t.is((await get('/me/fast-track-token', OPERATOR)).status, 401);
});

const ROUTES: readonly [method: string, path: string, body?: unknown][] = [
  ['GET', `/userdetails/${NEW}`],
  ['GET', `/userblocks/${NEW}`],
  ['GET', `/userconsents/${NEW}`],
  ['GET', '/bonus/list'],
  ['POST', '/reconciliation', { field: 'blocked' }],
];

test('each of the three ways to show who calls opens each route; every other one gets the same 401', async (t) => {
  const { send, post, login } = await ground();
  const { access_token } = (await post('/token', CLIENT)).body;
  const basic = (id: string, secret: string) => ({
    Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });
  const right = [
    OPERATOR,
    { Authorization: `Bearer ${access_token}` },
    basic(CLIENT.client_id, CLIENT.client_secret),
    basic('fast-track', OPERATOR_KEY),
  ];
  const wrong = [
    {},
    { 'X-Api-Key': 'wrong' },
    { 'X-Api-Key': BACKOFFICE_KEY },
    { Authorization: 'Bearer x' },
    await login(NEW),
    basic('fast-track', BACKOFFICE_KEY),
    basic('back-office', BACKOFFICE_KEY),
  ];
  for (const [method, path, body] of ROUTES) {
    for (const headers of right) t.is((await send(method, path, body, headers)).status, 200, path);
    for (const headers of wrong) {
      const answer = await send(method, path, body, headers);
      t.is(answer.status, 401, path);
      t.deepEqual(answer.body, { error: 'unauthorized', code: 401 });
    }
  }
});

test('what a route has no method for is said in the words of this family too', async (t) => {
  const { send } = await ground();
  const { status, body } = await send('DELETE', `/userdetails/${NEW}`, undefined, OPERATOR);
  t.is(status, 405);
  t.deepEqual(body, { error: 'method_not_allowed', code: 405 });
});

test('a caller is held to its policy: its scopes, its rate and where it calls from', async (t) => {
  const reader = { 'X-Api-Key': 'reader key' };
  const { postgresUrl } = await ground();
  const url = await startQuery(
    t,
    postgresUrl,
    {},
    {
      CROUPIER_OPERATOR_KEYS: ['reader', 'writer', 'elsewhere'].map((id) => ({ id, sha256: sha256(`${id} key`) })),
      CROUPIER_CALLER_POLICIES: {
        reader: { scopes: ['players:read'], requests_per_minute: 2 },
        writer: { scopes: ['bonuses:write'] },
        elsewhere: { addresses: ['192.0.2.0/24'] },
      },
    },
  );
  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(`${url}/bonus/list`, { headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const first = await ask(reader);
  t.is(first.status, 200);
  t.is(first.headers.get('RateLimit-Policy'), '"minute";q=2;w=60');
  t.regex(first.headers.get('RateLimit') ?? '', /^"minute";r=1;t=\d+$/);
  await ask(reader);
  const refused = await ask(reader);
  t.is(refused.status, 429);
  t.deepEqual(refused.body, { error: 'rate_limited', code: 429 });
  t.regex(refused.headers.get('Retry-After') ?? '', /^\d+$/);
  const forbidden = await ask({ 'X-Api-Key': 'writer key' });
  t.is(forbidden.status, 403);
  t.deepEqual(forbidden.body, { error: 'forbidden', code: 403 });
  t.is((await ask({ 'X-Api-Key': 'elsewhere key', 'X-Forwarded-For': '192.0.2.1' })).status, 401);
});

test('several pages of ids are answered whole, each once, and a client that does not read holds no connection', async (t) => {
  const { send, url, postgresUrl } = await ground();
  const writer = createPostgres({
    ...{ connectionString: postgresUrl, applicationName: 'test', logger: silentLogger },
    ...{ max: 1, statementTimeoutMs: 60_000 },
  });
  t.teardown(writer.stop);
  const COUNT = 20_000;
  await writer.query(
    `insert into read_model.consents select n, false, true, false, false, false, false, now()
     from generate_series($1::bigint, $1::bigint + $2::bigint - 1) n`,
    [FIRST, COUNT],
  );
  await writer.query(
    `insert into read_model.profiles select n, 0, '', 'x', '', '', '', '', '', '', '', ''
     from generate_series($1::bigint, $1::bigint + $2::bigint - 1) n`,
    [FIRST, COUNT],
  );
  // As the server would have done by itself by the time that there are so many.
  await writer.query('analyze read_model.consents, read_model.profiles');
  t.teardown(() => writer.query('delete from read_model.consents where player_id >= $1', [FIRST]));
  const request = { method: 'POST', headers: OPERATOR, body: JSON.stringify({ field: 'consent_sms' }) };
  const gone = new AbortController();
  t.teardown(() => gone.abort());
  const idle = await Promise.all(
    Array.from({ length: 3 }, () => fetch(`${url}/reconciliation`, { ...request, signal: gone.signal })),
  );
  t.deepEqual([...new Set(idle.map(({ status }) => status))], [200]);
  const { body } = await send('POST', '/reconciliation', { field: 'consent_sms' }, OPERATOR);
  const read = users.parse(body).users;
  t.is(read.length, COUNT);
  t.is(read[0], String(FIRST));
  t.is(read.at(-1), String(FIRST + COUNT - 1));
  const busy = () =>
    writer.query(
      `select 1 from pg_stat_activity where application_name = 'croupier-query' and datname = current_database()
         and state <> 'idle'`,
    );
  // What they were sent unasked is read by now or soon: then nothing is read for them any more.
  while ((await busy()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  gone.abort();
  t.is((await send('GET', '/bonus/list', undefined, OPERATOR)).status, 200);
});
