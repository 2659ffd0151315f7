import test from 'ava';
import { callHttp } from '../http-call.js';
import { sandboxInTest } from '../testing/sandbox-in-test.js';
import { scriptedServer } from '../testing/scripted-server.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

test('the casino passes on to the gateway what is not its own', async (t) => {
  const gateway = await scriptedServer(t, () => ({ status: 201, json: { player_id: '1' } }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const answer = await fetch(`${urls.casino}/players?x=1`, { method: 'POST', body: '{"a":1}' });
  t.deepEqual([answer.status, await answer.json()], [201, { player_id: '1' }]);
  t.like(gateway.received[0], { method: 'POST', url: '/players?x=1', body: Buffer.from('{"a":1}') });
});

test('the casino serves the provider’s games and Fast Track’s timeline of a player, and says where everyone is', async (t) => {
  const gateway = await scriptedServer(t, () => ({ status: 422, json: { code: 'insufficient_funds' } }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const json = async (path: string) => (await fetch(`${urls.casino}${path}`)).json();
  t.like(await json('/games'), { games: [{ game_id: 'slot_abc' }] });
  t.deepEqual(await json('/timeline/7'), { user_id: '7', entries: [] });
  const { fastTrack, psp, provider } = urls;
  t.deepEqual(await json('/links'), { gateway: gateway.url, fastTrack, psp, provider });
  const body = JSON.stringify({ player_id: '7', session_id: 's', stake: '1.00', currency: 'EUR' });
  const spin = await fetch(`${urls.casino}/games/slot_abc/spin`, { method: 'POST', body });
  t.deepEqual([spin.status, await spin.json()], [422, { code: 'insufficient_funds' }]);
  t.like(gateway.received[0], { url: '/provider/v1/bet' });
});

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
