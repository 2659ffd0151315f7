import test from 'ava';
import { callHttp } from '../http-call.js';
import { sandboxInTest } from '../testing/sandbox-in-test.js';
import { scriptedServer } from '../testing/scripted-server.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

test('the back office page’s calls get the key on the way, and only that page’s', async (t) => {
  const gateway = await scriptedServer(t, () => ({ status: 200, json: { ok: true } }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url, { BACKOFFICE_API_KEY: 'bo-key' });
  const ask = (headers: Record<string, string>) =>
    callHttp({ method: 'GET', url: `${urls.casino}/backoffice/api/players?q=a%20b`, headers, timeoutMs: 5_000 });
  const strangers: Record<string, string>[] = [
    {},
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { 'Sec-Fetch-Site': 'same-origin', Host: 'evil.example.com' },
    { 'Sec-Fetch-Site': 'same-origin', Host: '127.0.0.1.evil.example.com:80' },
  ];
  for (const headers of strangers) t.like(await ask(headers), { status: 403, body: { code: 'forbidden' } });
  t.is(gateway.received.length, 0);
  const own = { 'Sec-Fetch-Site': 'same-origin', 'X-Api-Key': 'of the browser' };
  t.like(await ask(own), { status: 200, body: { ok: true } });
  t.is(gateway.received[0]?.url, '/backoffice/players?q=a%20b');
  t.is(gateway.received[0]?.headers['x-api-key'], 'bo-key');
});

test('without the key there is no back office page, and its API wants the caller’s own key as ever', async (t) => {
  const gateway = await scriptedServer(t, () => ({ status: 401, json: { code: 'unauthorized' } }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const answer = await callHttp({
    method: 'GET',
    url: `${urls.casino}/backoffice/api/players`,
    headers: { 'Sec-Fetch-Site': 'same-origin' },
    timeoutMs: 5_000,
  });
  t.is(answer?.status, 401);
  t.is(gateway.received[0]?.headers['x-api-key'], undefined);
});

const OWN = { 'Sec-Fetch-Site': 'same-origin' };

test('what is about lanes goes to the bridge, with the key; where nobody said where it is, that is said', async (t) => {
  const gateway = await scriptedServer(t, () => ({ status: 500 }));
  const bridge = await scriptedServer(t, () => ({ status: 200, json: { lanes: [] } }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url, {
    ...{ BACKOFFICE_API_KEY: 'bo-key', BRIDGE_URL: bridge.url },
  });
  const call = (base: string, path: string, method: 'GET' | 'POST', headers: Record<string, string> = OWN) =>
    callHttp({ method, url: `${base}/backoffice/api${path}`, headers, timeoutMs: 5_000 });
  t.like(await call(urls.casino, '/operations/lanes?state=parked', 'GET'), { status: 200, body: { lanes: [] } });
  t.like(bridge.received[0], { url: '/operations/lanes?state=parked', method: 'GET' });
  t.is(bridge.received[0]?.headers['x-api-key'], 'bo-key');
  t.like(await call(urls.casino, '/operations/lanes/1/retry', 'POST', {}), { status: 403 });
  t.is(bridge.received.length, 1);
  t.is(gateway.received.length, 0);

  const alone = await sandboxInTest(t, await temporaryFolder(t), gateway.url, { BACKOFFICE_API_KEY: 'bo-key' });
  for (const path of ['/operations/lanes', '/audit', '/audit/events']) {
    t.like(await call(alone.urls.casino, path, 'GET'), { status: 501, body: { code: 'not_implemented' } }, path);
  }
  t.is(gateway.received.length, 0);
});

test('an audit that cannot be made says so to who watches, and another may be started', async (t) => {
  const nowhere = { EVENTSTORE_URL: 'nowhere', POSTGRES_URL: 'postgres://127.0.0.1:1/none' };
  const gateway = await scriptedServer(t, () => ({ status: 500 }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url, {
    ...{ BACKOFFICE_API_KEY: 'bo-key', ...nowhere },
  });
  const audit = `${urls.casino}/backoffice/api/audit`;
  const call = (method: 'GET' | 'POST', headers: Record<string, string> = OWN) =>
    callHttp({ method, url: audit, headers, timeoutMs: 5_000 });
  t.like(await call('POST', {}), { status: 403 });
  t.deepEqual((await call('GET'))?.body, { status: 'none' });
  t.like(await call('POST'), { status: 202, body: { status: 'running', percent: 0 } });
  t.like(await call('POST'), { status: 409, body: { code: 'invalid_transition' } });
  const stream = await fetch(`${audit}/events`, { headers: OWN });
  t.regex(stream.headers.get('Content-Type') ?? '', /^text\/event-stream/);
  const events = (await stream.text())
    .trim()
    .split('\n\n')
    .map((event) => JSON.parse(event.replace('data: ', '')) as { status: string; reason?: string });
  t.is(events[0]?.status, 'running');
  t.is(events.at(-1)?.status, 'failed');
  t.regex(events.at(-1)?.reason ?? '', /^The audit was not made: /);
  t.like(await call('POST'), { status: 202 });
});
