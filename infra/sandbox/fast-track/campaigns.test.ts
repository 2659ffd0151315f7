import test, { type ExecutionContext } from 'ava';
import { z } from 'zod';
import { callHttp } from '../http-call.js';
import { guideExamples, nativeExamples, sendMessage } from '../testing/ft-messages.js';
import { NO_GATEWAY, sandboxInTest } from '../testing/sandbox-in-test.js';
import { jsonOf, type Received, scriptedServer } from '../testing/scripted-server.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

const CAMPAIGN = {
  enabled: true,
  trigger: 'first_deposit',
  segment: {},
  bonus_id: 'welcome_bonus_50',
  amount: 50,
};
const granted = { status: 200, json: { status: 'granted' } };
const isCredit = ({ url }: Received) => url === '/operator/bonus-credit';

async function switchOn(t: ExecutionContext, fastTrack: string, change: Record<string, unknown> = {}): Promise<void> {
  const url = `${fastTrack}/campaigns/first-deposit`;
  const body = JSON.stringify({ ...CAMPAIGN, ...change });
  t.is((await callHttp({ method: 'PUT', url, body, timeoutMs: 5_000 }))?.status, 200);
}

const timelineSchema = z.object({ entries: z.array(z.looseObject({ kind: z.string() })) });

/** The timeline's campaign entries, once there is one. */
async function campaignEntries(fastTrack: string, userId: string) {
  for (;;) {
    const answer = await callHttp({ method: 'GET', url: `${fastTrack}/timeline/${userId}`, timeoutMs: 5_000 });
    const entries = timelineSchema.parse(answer?.body).entries.filter(({ kind }) => kind === 'campaign');
    if (entries.length > 0) return entries;
  }
}

function deposit(fastTrack: string, userId: string, key: string) {
  return sendMessage(fastTrack, guideExamples.payment, { userId, key });
}

test('the campaign is off until it is switched on, and says how it is set', async (t) => {
  const operator = await scriptedServer(t, () => granted);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), operator.url);
  const url = `${urls.fastTrack}/campaigns/first-deposit`;
  t.deepEqual((await callHttp({ method: 'GET', url, timeoutMs: 5_000 }))?.body, { ...CAMPAIGN, enabled: false });
  await deposit(urls.fastTrack, '1', 'first');
  await switchOn(t, urls.fastTrack);
  t.deepEqual((await callHttp({ method: 'GET', url, timeoutMs: 5_000 }))?.body, CAMPAIGN);
  // The second deposit of 1 is no first one; that of 2 shows that the campaign runs.
  await deposit(urls.fastTrack, '1', 'second');
  await deposit(urls.fastTrack, '2', 'third');
  const [call] = await operator.until(1);
  t.is(call && jsonOf(call).player_id, '2');
  const wrong = { method: 'PUT', url, body: '{"enabled":"yes"}', timeoutMs: 5_000 } as const;
  t.is((await callHttp(wrong))?.status, 400);
  t.is((await callHttp({ ...wrong, url: `${urls.fastTrack}/campaigns/No%20name` }))?.status, 404);
  const unknown = { method: 'GET', url: `${urls.fastTrack}/campaigns/other`, timeoutMs: 5_000 } as const;
  t.is((await callHttp(unknown))?.status, 404);
});

test('a first completed deposit asks for the bonus as Fast Track does, once per user', async (t) => {
  const operator = await scriptedServer(t, () => granted);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), operator.url);
  await switchOn(t, urls.fastTrack);
  const requested = { ...guideExamples.payment, body: { ...guideExamples.payment.body, status: 'requested' } };
  await sendMessage(urls.fastTrack, requested, { userId: '1', key: 'asked' });
  for (const key of ['done', 'done', 'again']) await deposit(urls.fastTrack, '1', key);
  await deposit(urls.fastTrack, '2', 'other');
  const calls = await operator.until(2);
  const [first, second] = calls;
  if (first === undefined || second === undefined) return t.fail('there were no two calls');
  t.deepEqual(jsonOf(first), { player_id: '1', bonus_id: 'welcome_bonus_50', amount: 50, metadata: {} });
  t.is(first.headers['x-api-key'], 'operator-key');
  for (const name of ['id', 'activityid', 'actionid', 'triggerhash']) t.truthy(first.headers[`x-fasttrack-${name}`]);
  t.not(first.headers['x-fasttrack-id'], second.headers['x-fasttrack-id']);
  t.like((await campaignEntries(urls.fastTrack, '1'))[0], {
    campaign: 'first-deposit',
    result: 'credited',
    status: 200,
    bonus_id: 'welcome_bonus_50',
    amount: 50,
  });
  await campaignEntries(urls.fastTrack, '2');
  t.is(operator.received.length, 2);
});

test('in the native profile an approved credit is the deposit that fires it, and native routes are asked', async (t) => {
  const operator = await scriptedServer(t, ({ url }) =>
    url === '/userdetails/3' ? { status: 200, json: { user_id: '3', country: 'SE', currency: 'SEK' } } : granted,
  );
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), operator.url, { FT_PROFILE: 'native' });
  await switchOn(t, urls.fastTrack, { amount: null });
  const { payment } = nativeExamples;
  const requested = { ...payment, body: { ...payment.body, status: 'Requested' } };
  await sendMessage(urls.fastTrack, requested, { userId: '1', key: 'asked' });
  await sendMessage(urls.fastTrack, payment, { userId: '2', key: 'paid' });
  await campaignEntries(urls.fastTrack, '2');
  // An amount is credited in the player's currency; and a segment is asked for in the same family.
  await switchOn(t, urls.fastTrack, { amount: 25, segment: { country: 'SE' } });
  await sendMessage(urls.fastTrack, payment, { userId: '3', key: 'paid-too' });
  await campaignEntries(urls.fastTrack, '3');
  t.deepEqual(
    operator.received.map((call) => [call.url, call.body.length === 0 ? undefined : jsonOf(call)]),
    [
      ['/bonus/credit', { user_id: '2', bonus_code: 'welcome_bonus_50' }],
      ['/userdetails/3', undefined],
      ['/userdetails/3', undefined],
      ['/bonus/credit/funds', { user_id: '3', bonus_code: 'welcome_bonus_50', amount: 25, currency: 'SEK' }],
    ],
  );
  for (const name of ['id', 'activityid', 'actionid', 'actiongroupid', 'triggerhash']) {
    t.truthy(operator.received[0]?.headers[`x-fasttrack-${name}`], name);
  }
});

test('a guide campaign names its amount', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY);
  const url = `${urls.fastTrack}/campaigns/first-deposit`;
  const body = JSON.stringify({ ...CAMPAIGN, amount: null });
  const answer = await callHttp({ method: 'PUT', url, body, timeoutMs: 5_000 });
  t.like(answer, { status: 400, body: { errors: [{ pointer: '/amount' }] } });
});

test('a credit is asked for again until it is answered, with the same id; a final refusal ends it', async (t) => {
  const answers = ['cut' as const, { status: 503 }, { status: 429 }, { status: 422, json: { code: 'invalid_amount' } }];
  const operator = await scriptedServer(t, (_, number) => answers[number - 1] ?? granted);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), operator.url);
  await switchOn(t, urls.fastTrack);
  await deposit(urls.fastTrack, '1', 'a');
  const [entry] = await campaignEntries(urls.fastTrack, '1');
  t.like(entry, { result: 'refused', status: 422, answer: { code: 'invalid_amount' } });
  t.is(new Set(operator.received.map(({ headers }) => headers['x-fasttrack-id'])).size, 1);
  t.is(operator.received.length, 4);
});

test('only a user in the segment gets the bonus', async (t) => {
  const operator = await scriptedServer(t, (request) => {
    if (isCredit(request)) return granted;
    return { status: 200, json: { player_id: '1', country: request.url.endsWith('/1') ? 'SE' : 'NO' } };
  });
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), operator.url);
  await switchOn(t, urls.fastTrack, { segment: { country: 'SE' } });
  await deposit(urls.fastTrack, '1', 'a');
  await deposit(urls.fastTrack, '2', 'b');
  t.like((await campaignEntries(urls.fastTrack, '1'))[0], { result: 'credited' });
  t.like((await campaignEntries(urls.fastTrack, '2'))[0], { result: 'not_in_segment' });
  t.is(operator.received.filter(isCredit).length, 1);
});

test('a restart forgets neither the setting, nor who was credited, nor what is still owed', async (t) => {
  const folder = await temporaryFolder(t);
  const up = await scriptedServer(t, () => granted);
  const before = await sandboxInTest(t, folder, up.url);
  await switchOn(t, before.urls.fastTrack);
  await deposit(before.urls.fastTrack, '1', 'a');
  await campaignEntries(before.urls.fastTrack, '1');
  await before.stop();

  // The operator is away: the credit of 2 stays owed.
  const away = await sandboxInTest(t, folder, NO_GATEWAY);
  t.is((await deposit(away.urls.fastTrack, '2', 'b'))?.status, 200);
  await away.stop();

  const after = await sandboxInTest(t, folder, up.url);
  t.like((await campaignEntries(after.urls.fastTrack, '2'))[0], { result: 'credited' });
  await deposit(after.urls.fastTrack, '1', 'c');
  await deposit(after.urls.fastTrack, '3', 'd');
  await campaignEntries(after.urls.fastTrack, '3');
  t.deepEqual(
    up.received.map((call) => jsonOf(call).player_id),
    ['1', '2', '3'],
  );
});

test('campaigns of other triggers run beside it, each once per user, also after a restart', async (t) => {
  const folder = await temporaryFolder(t);
  const operator = await scriptedServer(t, () => granted);
  const before = await sandboxInTest(t, folder, operator.url);
  const put = (id: string, change: Record<string, unknown>) =>
    callHttp({
      method: 'PUT',
      url: `${before.urls.fastTrack}/campaigns/${id}`,
      body: JSON.stringify({ ...CAMPAIGN, ...change }),
      timeoutMs: 5_000,
    });
  t.is((await put('welcome', { trigger: 'registration', amount: 1 }))?.status, 200);
  t.is((await put('back-again', { trigger: 'login', amount: 2 }))?.status, 200);
  t.is((await put('big-deposit', { trigger: 'deposit', amount: 3, min_amount: 100.01 }))?.status, 200);
  t.is((await put('off', { enabled: false, trigger: 'login', amount: 4 }))?.status, 200);
  const { registered, loggedIn, payment } = guideExamples;
  const send = async (fastTrack: string, suffix: string) => {
    for (const [name, example] of Object.entries({ registered, loggedIn, small: payment })) {
      await sendMessage(fastTrack, example, { userId: '1', key: `${name}-${suffix}` });
    }
    const big = { ...payment, body: { ...payment.body, amount: 100.01 } };
    await sendMessage(fastTrack, big, { userId: '1', key: `big-${suffix}` });
  };
  await send(before.urls.fastTrack, 'a');
  const calls = await operator.until(3);
  const amounts = () => calls.map((call) => jsonOf(call).amount).sort();
  t.deepEqual(amounts(), [1, 2, 3]);
  t.is(new Set(calls.map(({ headers }) => headers['x-fasttrack-id'])).size, 3);
  await before.stop();

  const after = await sandboxInTest(t, folder, operator.url);
  await send(after.urls.fastTrack, 'b');
  // What comes last is a user whom nothing was given yet: when they have theirs, the first has had the chance.
  await sendMessage(after.urls.fastTrack, loggedIn, { userId: '2', key: 'c' });
  await campaignEntries(after.urls.fastTrack, '2');
  t.deepEqual(amounts(), [1, 2, 2, 3]);
});

test('there are only so many campaigns', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY);
  const put = (id: string) =>
    callHttp({ method: 'PUT', url: `${urls.fastTrack}/campaigns/${id}`, body: '{"enabled":false}', timeoutMs: 5_000 });
  for (let number = 1; number < 20; number += 1) t.is((await put(`c-${number}`))?.status, 200);
  t.like(await put('one-more'), { status: 422, body: { code: 'limit_exceeded' } });
  t.is((await put('c-1'))?.status, 200, 'one that is there may be changed');
});
