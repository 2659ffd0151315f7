import test from 'ava';
import { sandboxInTest } from '../testing/sandbox-in-test.js';
import { scriptedServer } from '../testing/scripted-server.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

test('the casino says what is where, and passes the rest on to the gateway', async (t) => {
  const gateway = await scriptedServer(t, () => ({ status: 201, json: { player_id: '1' } }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const page = await (await fetch(urls.casino)).text();
  for (const url of [gateway.url, urls.fastTrack, urls.psp, urls.provider]) t.true(page.includes(`href="${url}"`), url);

  const answer = await fetch(`${urls.casino}/players?x=1`, { method: 'POST', body: '{"a":1}' });
  t.deepEqual([answer.status, await answer.json()], [201, { player_id: '1' }]);
  t.like(gateway.received[0], { method: 'POST', url: '/players?x=1', body: Buffer.from('{"a":1}') });
});
