import test from 'ava';
import { z } from 'zod';
import { callHttp } from '../http-call.js';
import { guideExamples, nativeExamples, sendMessage } from '../testing/ft-messages.js';
import { NO_GATEWAY, sandboxInTest } from '../testing/sandbox-in-test.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

const messagesAnswer = z.strictObject({
  messages: z.array(
    z.strictObject({
      n: z.int(),
      received_at: z.iso.datetime({ precision: 3 }),
      method: z.string(),
      path: z.string(),
      headers: z.record(z.string(), z.string()),
      body: z.unknown(),
      status: z.int(),
      taken: z.boolean(),
      duplicate: z.boolean(),
    }),
  ),
});

async function get(url: string): Promise<unknown> {
  return (await callHttp({ method: 'GET', url, timeoutMs: 5_000 }))?.body;
}

async function messagesOf(fastTrack: string, after = 0) {
  return messagesAnswer.parse(await get(`${fastTrack}/messages?after=${after}`)).messages;
}

async function put(url: string, body: unknown, method: 'PUT' | 'POST' = 'PUT') {
  return callHttp({ method, url, body: JSON.stringify(body), timeoutMs: 5_000 });
}

test('every message of the guide is taken, kept in order and shown', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY);
  const examples = Object.values(guideExamples);
  for (const [sequence, example] of examples.entries()) {
    t.is((await sendMessage(urls.fastTrack, example, { key: `k-${sequence}`, sequence }))?.status, 200);
  }
  const messages = await messagesOf(urls.fastTrack);
  t.deepEqual(
    messages.map(({ n, method, path, body, status, taken, duplicate, headers }) => ({
      ...{ n, method, path, body, status, taken, duplicate },
      key: headers['idempotency-key'],
      sequence: headers['x-sequence'],
    })),
    examples.map(({ method, path, body }, at) => ({
      ...{ n: at + 1, method, path, body, status: 200, taken: true, duplicate: false },
      key: `k-${at}`,
      sequence: String(at),
    })),
  );
  t.is(messages[0]?.headers['x-api-key'], '[redacted]', 'a key is shown to nobody');
  t.deepEqual(
    (await messagesOf(urls.fastTrack, 7)).map(({ n }) => n),
    [8, 9],
  );
  t.deepEqual(await messagesOf(urls.fastTrack, 9), []);
});

test('the timeline of a user has what was taken, in order, and nobody else', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY);
  await sendMessage(urls.fastTrack, guideExamples.registered, { key: 'a', sequence: 0 });
  await sendMessage(urls.fastTrack, guideExamples.registered, { key: 'b', sequence: 0, userId: '7' });
  await sendMessage(urls.fastTrack, guideExamples.loggedIn, { key: 'c', sequence: 1, apiKey: 'wrong' });
  await sendMessage(urls.fastTrack, guideExamples.loggedIn, { key: 'c', sequence: 1 });
  await sendMessage(urls.fastTrack, guideExamples.loggedIn, { key: 'c', sequence: 1 });
  const timeline = await get(`${urls.fastTrack}/timeline/1001`);
  const shape = z.strictObject({
    user_id: z.literal('1001'),
    entries: z.array(z.object({ n: z.int(), idempotency_key: z.string(), sequence: z.int(), path: z.string() })),
  });
  t.deepEqual(
    shape.parse(timeline).entries.map(({ n, idempotency_key, sequence }) => [n, idempotency_key, sequence]),
    [
      [1, 'a', 0],
      [4, 'c', 1],
    ],
  );
  t.deepEqual(await get(`${urls.fastTrack}/timeline/404`), { user_id: '404', entries: [] });
});

test('a copy is answered 200 and counted, also when copies arrive together', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY);
  const copies = Array.from({ length: 40 }, () => sendMessage(urls.fastTrack, guideExamples.casino, { key: 'same' }));
  t.true((await Promise.all(copies)).every((answer) => answer?.status === 200));
  const messages = await messagesOf(urls.fastTrack);
  t.is(messages.length, 40);
  t.deepEqual([messages[0]?.taken, messages[0]?.duplicate], [true, false]);
  t.true(messages.slice(1).every(({ taken, duplicate, status }) => !taken && duplicate && status === 200));
  t.like(await get(`${urls.fastTrack}/stats`), { messages: 40, taken: 1, duplicates: 39 });
});

test('what is wrong is refused with its reason, kept, and not taken', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY);
  const { path } = guideExamples.casino;
  const headers = { 'X-Api-Key': 'ft-key', 'Idempotency-Key': 'k', 'X-Sequence': '1' };
  const body = JSON.stringify(guideExamples.casino.body);
  const without = (name: keyof typeof headers) =>
    Object.fromEntries(Object.entries(headers).filter(([header]) => header !== name));
  const cases = [
    { status: 401, code: 'unauthorized', path, headers: { ...headers, 'X-Api-Key': 'nope' }, body },
    { status: 401, code: 'unauthorized', path, headers: without('X-Api-Key'), body },
    { status: 400, code: 'malformed', path, headers: without('Idempotency-Key'), body },
    { status: 400, code: 'malformed', path, headers: without('X-Sequence'), body },
    { status: 400, code: 'malformed', path, headers: { ...headers, 'X-Sequence': '-1' }, body },
    { status: 400, code: 'malformed', path, headers, body: '{"user_id":' },
    { status: 400, code: 'malformed', path, headers, body: '{"user_id":"1"}' },
    { status: 404, code: 'not_found', path: '/v1/integration/casino', headers, body },
    { status: 413, code: 'body_too_large', path, headers, body: `{"user_id":"${'1'.repeat(70_000)}"}` },
  ];
  for (const { status, code, ...call } of cases) {
    const answer = await callHttp({ ...call, method: 'POST', url: `${urls.fastTrack}${call.path}`, timeoutMs: 5_000 });
    t.is(answer?.status, status, `${code} at ${call.path}`);
    t.like(answer?.body, { status, code });
  }
  const messages = await messagesOf(urls.fastTrack);
  t.deepEqual(
    messages.map(({ status, taken }) => [status, taken]),
    cases.map(({ status }) => [status, false]),
  );
  t.is((await sendMessage(urls.fastTrack, guideExamples.casino, { key: 'k' }))?.status, 200, 'the key is still free');
});

test('another header may carry the key', async (t) => {
  const env = { FT_KEY_HEADER: 'X-Brand-Key' };
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY, env);
  t.is((await sendMessage(urls.fastTrack, guideExamples.casino))?.status, 401);
  const headers = { 'X-Brand-Key': 'ft-key', 'Idempotency-Key': 'k', 'X-Sequence': '1' };
  const { method, path, body } = guideExamples.casino;
  const url = `${urls.fastTrack}${path}`;
  const answer = await callHttp({ method, url, headers, body: JSON.stringify(body), timeoutMs: 5_000 });
  t.is(answer?.status, 200);
});

test('fault `status`: answered so, not taken, with Retry-After, so many times', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY);
  const fault = { mode: 'status', status: 429, retry_after: 3, count: 2 };
  t.is((await put(`${urls.fastTrack}/faults`, fault, 'POST'))?.status, 200);
  const send = () => sendMessage(urls.fastTrack, guideExamples.casino, { key: 'k' });
  t.deepEqual([(await send())?.status, (await send())?.status, (await send())?.status], [429, 429, 200]);
  t.deepEqual(
    (await messagesOf(urls.fastTrack)).map(({ status, taken, duplicate }) => [status, taken, duplicate]),
    [
      [429, false, false],
      [429, false, false],
      [200, true, false],
    ],
  );
});

test('fault `reset`: cut before it is taken; `drop`: taken, then cut', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY);
  const send = () => sendMessage(urls.fastTrack, guideExamples.casino, { key: 'k' });
  await put(`${urls.fastTrack}/faults`, { mode: 'reset', count: 1 }, 'POST');
  t.is(await send(), undefined);
  await put(`${urls.fastTrack}/faults`, { mode: 'drop', count: 1 }, 'POST');
  t.is(await send(), undefined);
  t.is((await send())?.status, 200);
  t.deepEqual(
    (await messagesOf(urls.fastTrack)).map(({ status, taken, duplicate }) => [status, taken, duplicate]),
    [
      [0, false, false],
      [0, true, false],
      [200, false, true],
    ],
  );
});

test('fault `delay`: late, then as ever', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY);
  await put(`${urls.fastTrack}/faults`, { mode: 'delay', delay_ms: 200, count: 1 }, 'POST');
  const since = performance.now();
  t.is((await sendMessage(urls.fastTrack, guideExamples.casino))?.status, 200);
  t.true(performance.now() - since >= 195);
  t.like((await messagesOf(urls.fastTrack))[0], { status: 200, taken: true });
});

test('a fault for one user leaves the others alone, and the next plan replaces it', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY);
  const send = async (userId: string) => (await sendMessage(urls.fastTrack, guideExamples.casino, { userId }))?.status;
  await put(`${urls.fastTrack}/faults`, { mode: 'status', user_id: '7' }, 'POST');
  t.deepEqual([await send('7'), await send('8'), await send('7')], [500, 200, 500]);
  await put(`${urls.fastTrack}/faults`, { mode: 'none' }, 'POST');
  t.is(await send('7'), 200);
  t.is((await put(`${urls.fastTrack}/faults`, { mode: 'sulk' }, 'POST'))?.status, 400);
});

test('in the native profile, its messages are taken and the guide’s are not', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY, { FT_PROFILE: 'native' });
  for (const example of Object.values(nativeExamples)) {
    t.is((await sendMessage(urls.fastTrack, example))?.status, 200, example.path);
  }
  t.is((await sendMessage(urls.fastTrack, guideExamples.payment))?.status, 404);
  const { body } = nativeExamples.casino;
  const wrong = { ...nativeExamples.casino, body: { ...body, wager_amount: 0.5 } };
  const answer = await sendMessage(urls.fastTrack, wrong);
  t.is(answer?.status, 400);
  t.regex(JSON.stringify(answer?.body), /sum of its parts.*\/amount/);
});

test('an unknown profile is refused at the start', async (t) => {
  const folder = await temporaryFolder(t);
  const error = await t.throwsAsync(sandboxInTest(t, folder, NO_GATEWAY, { FT_PROFILE: 'klingon' }));
  t.regex(error?.message ?? '', /FT_PROFILE/);
});
