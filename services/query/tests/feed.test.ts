import test from 'ava';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { LIFE_BALANCES, playerLife } from '../../../shared/testing/player-life.js';
import { openGround } from './ground.js';

const JANE = '12345' as PlayerId;

/** What the stream says, event by event. */
async function* eventsOf(response: Response) {
  if (response.body === null) throw new Error('there is no stream');
  let text = '';
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data !== undefined) yield JSON.parse(data) as { revision: number; balance: object | null };
    }
  }
}

test('a player’s page is told of its state and of each change, until it logs out', async (t) => {
  const ground = await openGround(t);
  ground.startProjector();
  const life = playerLife(JANE);
  const { position } = await ground.scribe.write(life);
  const headers = { ...(await ground.login(JANE, 'here')), 'X-Min-Position': String(position) };
  let response = await fetch(`${ground.url}/me/events`, { headers });
  while (response.status === 503) response = await fetch(`${ground.url}/me/events`, { headers });
  t.is(response.status, 200);
  t.regex(response.headers.get('Content-Type') ?? '', /^text\/event-stream/);
  t.is(response.headers.get('Cache-Control'), 'no-store');
  const events = eventsOf(response);
  const first = (await events.next()).value;
  t.deepEqual(first?.balance, LIFE_BALANCES);
  const stream = playerStream(JANE);
  await ground.scribe.write([
    { stream, draft: { type: 'PlayerLoggedIn', data: { loginId: 'elsewhere', impersonated: false } } },
  ]);
  t.is((await events.next()).value?.revision, (first?.revision ?? 0) + 1);
  await ground.scribe.write([{ stream, draft: { type: 'PlayerLoggedOut', data: { loginId: 'here' } } }]);
  t.true((await events.next()).done, 'a token that is no longer good is told nothing');
  t.is((await fetch(`${ground.url}/me/events`, { headers })).status, 401);
  t.is((await fetch(`${ground.url}/me/events`)).status, 401, 'nor is nobody');
});
