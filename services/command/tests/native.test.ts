import test from 'ava';
import { allEvents, BACKOFFICE_KEY, commandService, OPERATOR_KEY, readyPlayer } from './command-client.js';

// Fast Track's published writes, over the in-memory store.

const CREDIT = { bonus_code: 'welcome_bonus_50' };
const REFERENCES = {
  'X-Fasttrack-Id': 'ft-1',
  'X-Fasttrack-Activityid': '100',
  'X-Fasttrack-Actionid': '2000',
  'X-Fasttrack-Actiongroupid': '1000',
  'X-Fasttrack-Actioncommunicationprofileid': '1',
  'X-Fasttrack-Triggerhash': '9d30',
};

test('a credit without an amount gives what the bonus gives by itself, and keeps what Fast Track said', async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  const answer = await command.operator('/bonus/credit', { user_id: playerId, ...CREDIT, validity: 7 }, REFERENCES);
  t.is(answer.status, 200);
  t.deepEqual(answer.body, { message: 'ok' });
  const granted = (await allEvents(command.store)).filter(({ type }) => type === 'BonusGranted');
  t.is(granted.length, 1);
  t.like(granted[0]?.data, {
    ...{ bonusId: 'welcome_bonus_50', amount: '50.00', currency: 'EUR' },
    fastTrackReferences: {
      ...{ id: 'ft-1', activity_id: '100', action_id: '2000', action_group_id: '1000' },
      ...{ action_communication_profile_id: '1', trigger_hash: '9d30' },
    },
  });
  t.is(granted[0]?.metadata.actor, 'fast-track:fast-track');
});

test('the same trigger credits once, whichever route and family it comes by', async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  const { 'X-Fasttrack-Id': _id, ...tuple } = REFERENCES;
  for (const headers of [REFERENCES, tuple]) {
    const before = (await allEvents(command.store)).length;
    const first = await command.operator('/bonus/credit', { user_id: playerId, ...CREDIT }, headers);
    t.is(first.headers.get('Idempotency-Replayed'), null);
    const after = (await allEvents(command.store)).length;
    t.is(after, before + 1);
    const funds = { user_id: playerId, ...CREDIT, amount: 50, currency: 'EUR' };
    const repeats = [
      await command.operator('/bonus/credit', { user_id: playerId, ...CREDIT }, headers),
      await command.operator('/bonus/credit/funds', funds, headers),
      await command.operator(
        '/operator/bonus-credit',
        { player_id: playerId, bonus_id: 'welcome_bonus_50', amount: 50, metadata: {} },
        headers,
      ),
    ];
    for (const { status, headers: answered } of repeats) {
      t.is(status, 200);
      t.is(answered.get('Idempotency-Replayed'), 'true');
    }
    for (const change of [{ amount: 51 }, { currency: 'USD' }, { bonus_code: 'other' }]) {
      const other = await command.operator('/bonus/credit/funds', { ...funds, ...change }, headers);
      t.is(other.status, 409, JSON.stringify(change));
      t.deepEqual(other.body, { error: 'idempotency_conflict', code: 409 });
    }
    t.is((await allEvents(command.store)).length, after);
  }
});

test('funds are credited as they are named, in the currency of the player', async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  const answer = await command.operator('/bonus/credit/funds', {
    ...{ user_id: playerId, ...CREDIT, amount: 10.5, currency: 'EUR' },
  });
  t.is(answer.status, 200);
  const granted = (await allEvents(command.store)).find(({ type }) => type === 'BonusGranted');
  t.like(granted?.data, { amount: '10.50' });
});

test('a consent that Fast Track sets is told like any other; said again it is no event', async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  const set = (type: string, opted_in: boolean) =>
    command.operator(`/userconsents/${playerId}`, { consents: [{ type, opted_in }] });
  const told = async () => (await allEvents(command.store)).filter(({ type }) => type === 'ConsentsChanged');
  t.is((await set('postMail', true)).status, 200);
  t.is((await set('PostMail', true)).status, 200, 'the spelling of older tenants');
  t.is((await told()).length, 1);
  t.is((await set('SMS', true)).status, 200);
  const [, last] = await told();
  t.like(last?.data, { consents: { post_mail: true, sms: true, email: false } });
  t.is(last?.metadata.actor, 'fast-track:fast-track');
});

test('what is refused is refused in the words of this family, and changes nothing', async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  const credit = { user_id: playerId, ...CREDIT };
  const funds = { ...credit, amount: 10, currency: 'EUR' };
  const consents = (...list: unknown[]) => ({ consents: list });
  const on = (type: unknown) => ({ type, opted_in: true });
  const path = `/userconsents/${playerId}`;
  const cases: readonly [what: string, path: string, body: unknown, status: number, error: string][] = [
    ['no user', '/bonus/credit', CREDIT, 400, 'invalid_request'],
    ['no code', '/bonus/credit', { user_id: playerId }, 400, 'invalid_request'],
    ['no JSON', '/bonus/credit', '{', 400, 'invalid_request'],
    ['a repeated key', '/bonus/credit', `{"user_id":"${playerId}","user_id":"1"}`, 400, 'invalid_request'],
    ['an unknown player', '/bonus/credit', { ...credit, user_id: '7' }, 404, 'player_not_found'],
    ['what is no id', '/bonus/credit', { ...credit, user_id: 'abc' }, 404, 'player_not_found'],
    ['an unknown bonus', '/bonus/credit', { ...credit, bonus_code: 'x' }, 422, 'bonus_not_available'],
    ['a prototype’s name', '/bonus/credit', { ...credit, bonus_code: 'constructor' }, 422, 'bonus_not_available'],
    ['no amount', '/bonus/credit/funds', { ...credit, currency: 'EUR' }, 400, 'invalid_request'],
    ['no currency', '/bonus/credit/funds', { ...credit, amount: 1 }, 400, 'invalid_request'],
    ['below zero', '/bonus/credit/funds', { ...funds, amount: -1 }, 400, 'invalid_request'],
    ['too many decimals', '/bonus/credit/funds', { ...funds, amount: 1.005 }, 422, 'invalid_amount'],
    ['out of range', '/bonus/credit/funds', { ...funds, amount: 100.01 }, 422, 'invalid_amount'],
    ['zero', '/bonus/credit/funds', { ...funds, amount: 0 }, 422, 'invalid_amount'],
    ['another currency', '/bonus/credit/funds', { ...funds, currency: 'USD' }, 422, 'currency_mismatch'],
    ['no such currency', '/bonus/credit/funds', { ...funds, currency: 'XXXX' }, 400, 'invalid_request'],
    ['no consents', path, {}, 400, 'invalid_request'],
    ['none of them', path, consents(), 400, 'invalid_request'],
    ['an unknown one', path, consents(on('fax')), 400, 'invalid_request'],
    ['our own name', path, consents(on('post_mail')), 400, 'invalid_request'],
    ['one twice', path, consents(on('email'), on('Email')), 400, 'invalid_request'],
    ['not yes or no', path, consents({ type: 'email', opted_in: 'true' }), 400, 'invalid_request'],
    ['of nobody', '/userconsents/7', consents(on('email')), 404, 'player_not_found'],
  ];
  const before = (await allEvents(command.store)).length;
  for (const [what, route, body, status, error] of cases) {
    const answer = await command.operator(route, body);
    t.is(answer.status, status, what);
    t.deepEqual(answer.body, { error, code: status }, what);
    t.is(answer.headers.get('Content-Type')?.split(';')[0], 'application/json', what);
  }
  t.is((await allEvents(command.store)).length, before);
});

test('nobody else may: the uniform 401, and nothing changes', async (t) => {
  const command = await commandService(t);
  const { playerId, token } = await readyPlayer(command);
  const before = (await allEvents(command.store)).length;
  const routes: readonly [string, unknown][] = [
    ['/bonus/credit', { user_id: playerId, ...CREDIT }],
    ['/bonus/credit/funds', { user_id: playerId, ...CREDIT, amount: 1, currency: 'EUR' }],
    [`/userconsents/${playerId}`, { consents: [{ type: 'email', opted_in: true }] }],
  ];
  const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  for (const [path, body] of routes) {
    for (const headers of [
      {},
      { 'X-Api-Key': BACKOFFICE_KEY },
      { Authorization: `Bearer ${token}` },
      basic(`back-office:${BACKOFFICE_KEY}`),
      basic('fast-track:wrong'),
    ]) {
      const answer = await command.send(path, { headers, body });
      t.is(answer.status, 401, path);
      t.deepEqual(answer.body, { error: 'unauthorized', code: 401 });
    }
  }
  t.is((await allEvents(command.store)).length, before);
  const headers = basic(`fast-track:${OPERATOR_KEY}`);
  for (const [path, body] of routes) t.is((await command.send(path, { headers, body })).status, 200, path);
});

test('a blocked player gets no bonus by this family either', async (t) => {
  const command = await commandService(t);
  const { playerId } = await readyPlayer(command);
  await command.backoffice(`/backoffice/players/${playerId}/blocks`, { reason: 'fraud', active: true });
  const { status, body } = await command.operator('/bonus/credit', { user_id: playerId, ...CREDIT }, REFERENCES);
  t.is(status, 422);
  t.deepEqual(body, { error: 'player_blocked', code: 422 });
});
