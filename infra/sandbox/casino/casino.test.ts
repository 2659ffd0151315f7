import test from 'ava';
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
