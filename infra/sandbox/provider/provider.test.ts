import test from 'ava';
import { z } from 'zod';
import { isSignedBy } from '../../../shared/http/signature.js';
import { callHttp } from '../http-call.js';
import { seededRandom } from '../random.js';
import { NO_GATEWAY, sandboxInTest } from '../testing/sandbox-in-test.js';
import { jsonOf, type Reaction, type Received, scriptedServer } from '../testing/scripted-server.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { outcomeOf } from './paytable.js';

const balance = { cash: '90.00', bonus: '0.00', currency: 'EUR' };
const taken: Reaction = { status: 200, json: { balance } };
const spinAnswer = z.looseObject({ round_id: z.string() });

function seedOf(name: string): number {
  for (let seed = 0; ; seed += 1) if (outcomeOf(seededRandom(seed)()).name === name) return seed;
}

async function spin(provider: string, change: Record<string, unknown> = {}) {
  const body = JSON.stringify({ player_id: '1', session_id: 's-1', stake: '1.00', currency: 'EUR', ...change });
  const url = `${provider}/games/slot_abc/spin`;
  const answer = await callHttp({ method: 'POST', url, body, timeoutMs: 10_000 });
  return { status: answer?.status, body: spinAnswer.or(z.looseObject({ code: z.string() })).parse(answer?.body) };
}

/** Waits until the provider's books say how a round ended. */
async function endOfRound(provider: string, roundId: unknown): Promise<string> {
  for (;;) {
    const answer = await callHttp({ method: 'GET', url: `${provider}/rounds/${roundId}`, timeoutMs: 5_000 });
    const { state } = z.looseObject({ state: z.string() }).parse(answer?.body);
    if (!/_(sent|owed)$/.test(state)) return state;
  }
}

function routesOf(received: readonly Received[]): string[] {
  return received.map(({ url }) => url.replace('/provider/v1/', ''));
}

test('a winning round is a signed bet and a signed win that names it', async (t) => {
  const gateway = await scriptedServer(t, () => taken);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const { status, body } = await spin(urls.provider, { seed: seedOf('full_line') });
  t.is(status, 200);
  t.like(body, { stake: '1.00', win: '5.00', outcome: 'full_line', settled: true, balance });
  t.deepEqual(routesOf(gateway.received), ['bet', 'win']);
  const [bet, win] = gateway.received.map(jsonOf);
  const ids = { player_id: '1', session_id: 's-1', game_id: 'slot_abc', round_id: body.round_id };
  t.like(bet, { ...ids, amount: '1.00', currency: 'EUR' });
  t.like(win, { ...ids, amount: '5.00', currency: 'EUR', round_closed: true });
  t.is(win?.reference_transaction_id, bet?.transaction_id);
  t.deepEqual(body.transaction_ids, [bet?.transaction_id, win?.transaction_id]);
  for (const { headers, method, url, body: raw } of gateway.received) {
    const signed = { timestamp: String(headers['x-timestamp']), method, path: url, body: raw };
    t.is(headers['x-provider-id'], 'mock');
    t.true(isSignedBy(['provider-secret'], String(headers['x-signature']), signed, Date.now()));
  }
});

test('a losing round is closed by a win of zero, and amounts are exact', async (t) => {
  const gateway = await scriptedServer(t, () => taken);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  t.like((await spin(urls.provider, { seed: seedOf('no_win'), stake: '0.10' })).body, { stake: '0.10', win: '0.00' });
  t.like(gateway.received.map(jsonOf)[1], { amount: '0.00', round_closed: true });
  const big = { seed: seedOf('jackpot'), stake: '90071992547.41' };
  t.like((await spin(urls.provider, big)).body, { win: '9007199254741.00' });
  t.like((await spin(urls.provider, { seed: seedOf('pair'), stake: '7', currency: 'JPY' })).body, { win: '7' });
});

test('mode `play` is one call with both', async (t) => {
  const gateway = await scriptedServer(t, () => taken);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const { body } = await spin(urls.provider, { mode: 'play', seed: seedOf('pair') });
  t.deepEqual(routesOf(gateway.received), ['play']);
  const [bet, win] = z.tuple([z.string(), z.string()]).parse(body.transaction_ids);
  t.like(gateway.received.map(jsonOf)[0], {
    round_id: body.round_id,
    round_closed: true,
    bet: { transaction_id: bet, amount: '1.00' },
    win: { transaction_id: win, amount: '1.00' },
  });
});

test('what the wallet refuses is told as it is, and a refused bet has no win', async (t) => {
  const refusal = { status: 422, code: 'insufficient_funds', balance };
  const gateway = await scriptedServer(t, () => ({ status: 422, json: refusal }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  t.deepEqual(await spin(urls.provider), { status: 422, body: refusal });
  t.deepEqual(await spin(urls.provider, { mode: 'play' }), { status: 422, body: refusal });
  t.deepEqual(routesOf(gateway.received), ['bet', 'play']);
});

test('a wallet that does not take our signature has moved nothing, and the player is told so', async (t) => {
  const gateway = await scriptedServer(t, () => ({ status: 401, json: { status: 401, code: 'invalid_signature' } }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  for (const mode of ['bet_and_win', 'play']) {
    t.like(await spin(urls.provider, { mode }), {
      status: 503,
      body: { code: 'unavailable', title: 'The casino does not know the game; nothing has moved' },
    });
  }
  t.deepEqual(routesOf(gateway.received), ['bet', 'play']);
  t.like((await callHttp({ method: 'GET', url: `${urls.provider}/rounds`, timeoutMs: 5_000 }))?.body, { open: 0 });
});

test('a call without an answer is made again with the same bytes', async (t) => {
  const script: Reaction[] = ['cut', { status: 503 }, taken, { status: 500 }, 'hang', taken];
  const gateway = await scriptedServer(t, (_, number) => script[number - 1] ?? taken);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const { status, body } = await spin(urls.provider);
  t.is(status, 200);
  t.true(body.settled);
  t.deepEqual(routesOf(gateway.received), ['bet', 'bet', 'bet', 'win', 'win', 'win']);
  const bodies = gateway.received.map((request) => request.body.toString());
  t.is(new Set(bodies.slice(0, 3)).size, 1);
  t.is(new Set(bodies.slice(3)).size, 1);
});

test('a bet of unknown outcome is rolled back, however long it takes', async (t) => {
  const gateway = await scriptedServer(t, ({ url }, number) => {
    if (url.endsWith('/bet')) return 'cut';
    return number < 6 ? { status: 503 } : taken;
  });
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const { status, body } = await spin(urls.provider);
  t.is(status, 503);
  t.is(await endOfRound(urls.provider, body.round_id), 'rolled_back');
  t.deepEqual(routesOf(gateway.received), ['bet', 'bet', 'bet', 'rollback', 'rollback', 'rollback']);
  const [bet, rollback] = [gateway.received[0], gateway.received[5]].map((request) => request && jsonOf(request));
  t.is(rollback?.reference_transaction_id, bet?.transaction_id);
  t.is(rollback?.round_id, bet?.round_id);
});

test('a rollback that finds no bet ends the round as well: the bet can never arrive now', async (t) => {
  const gateway = await scriptedServer(t, ({ url }) => (url.endsWith('/bet') ? 'cut' : { status: 404 }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const { body } = await spin(urls.provider);
  t.is(await endOfRound(urls.provider, body.round_id), 'rolled_back');
});

test('a win of unknown outcome is owed and sent until it is taken', async (t) => {
  const gateway = await scriptedServer(t, ({ url }, number) =>
    url.endsWith('/win') && number < 6 ? { status: 503 } : taken,
  );
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const { status, body } = await spin(urls.provider, { seed: seedOf('full_line') });
  t.is(status, 200);
  t.like(body, { settled: false, win: '5.00', balance });
  t.is(await endOfRound(urls.provider, body.round_id), 'settled');
  t.deepEqual(routesOf(gateway.received), ['bet', 'win', 'win', 'win', 'win', 'win']);
});

test('a win whose signature is not taken at first stays owed, and is sent until it is taken', async (t) => {
  const gateway = await scriptedServer(t, ({ url }, number) =>
    url.endsWith('/win') && number < 3 ? { status: 401 } : taken,
  );
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const { status, body } = await spin(urls.provider, { seed: seedOf('full_line') });
  t.is(status, 200);
  t.like(body, { settled: false, win: '5.00' });
  t.is(await endOfRound(urls.provider, body.round_id), 'settled');
  t.deepEqual(routesOf(gateway.received), ['bet', 'win', 'win']);
});

test('a play of unknown outcome is sent until it is answered', async (t) => {
  const gateway = await scriptedServer(t, (_, number) => (number < 5 ? 'cut' : taken));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const { status, body } = await spin(urls.provider, { mode: 'play' });
  t.is(status, 503);
  t.is(await endOfRound(urls.provider, body.round_id), 'settled');
  t.is(new Set(gateway.received.map((request) => request.body.toString())).size, 1);
});

test('a restarted provider settles what it left open', async (t) => {
  const folder = await temporaryFolder(t);
  const away = await sandboxInTest(t, folder, NO_GATEWAY);
  const bet = await spin(away.urls.provider);
  const play = await spin(away.urls.provider, { mode: 'play' });
  t.deepEqual([bet.status, play.status], [503, 503]);
  await away.stop();

  const gateway = await scriptedServer(t, () => taken);
  const { urls } = await sandboxInTest(t, folder, gateway.url);
  t.is(await endOfRound(urls.provider, bet.body.round_id), 'rolled_back');
  t.is(await endOfRound(urls.provider, play.body.round_id), 'settled');
  t.deepEqual(routesOf(gateway.received).sort(), ['play', 'rollback']);
});

test('games and balance are answered, and a request that is no spin is refused', async (t) => {
  const gateway = await scriptedServer(t, () => ({ status: 200, json: { balance } }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const games = await callHttp({ method: 'GET', url: `${urls.provider}/games`, timeoutMs: 5_000 });
  t.like(games?.body, { games: [{ game_id: 'slot_abc', name: 'Slot ABC', category: 'Slots' }] });
  const body = JSON.stringify({ player_id: '1', session_id: 's-1' });
  const answer = await callHttp({ method: 'POST', url: `${urls.provider}/balance`, body, timeoutMs: 5_000 });
  t.deepEqual(answer, { status: 200, body: { balance } });
  for (const change of [{ stake: 1 }, { stake: '1.001' }, { stake: '-1' }, { mode: 'free' }, { extra: 1 }]) {
    t.is((await spin(urls.provider, change)).status, 400, JSON.stringify(change));
  }
  t.deepEqual(routesOf(gateway.received), ['balance']);
});
