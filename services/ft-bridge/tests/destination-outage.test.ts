import test from 'ava';
import { until } from '../../../infra/testing/until.js';
import { bridgeBench, metric } from './bridge-workbench.js';
import { logins, player, story } from './stories.js';

// Goal: with the real service, an outage of Fast Track costs it one request a player and then probes, and afterwards
// all is delivered in order; a player whose own message is refused stops alone.

const PLAYERS = 30;

test.serial('an outage of Fast Track meets probes only, and afterwards everything, in order', async (t) => {
  const bench = await bridgeBench(t);
  const { url } = await bench.start();
  bench.fastTrack.script(() => ({ status: 500 }));
  const stories = Array.from({ length: PLAYERS }, (_, index) => story(player(index + 1), logins(10)));
  await bench.happen(stories.flat());
  await until('the breaker is open', async () => (await metric(url, 'breaker_open')) === 1);
  await until('every player was tried', async () => (await metric(url, 'lanes_retrying')) === PLAYERS);
  await until('nothing but a probe is under way', async () => (await metric(url, 'requests_in_flight')) <= 1);
  const probes = await metric(url, 'breaker_probes_total');
  const calls = bench.fastTrack.calls.length;
  await bench.fastTrack.until((fastTrack) => fastTrack.calls.length >= calls + 20);
  const since = bench.fastTrack.calls.length - calls;
  t.true(since <= (await metric(url, 'breaker_probes_total')) - probes + 1, 'whatever came since was a probe');
  bench.fastTrack.script(() => ({ status: 200 }));
  await bench.fastTrack.until(({ taken }) => taken.length === PLAYERS * 10);
  for (const events of stories) {
    const userId = events[0]?.stream.replace('player-', '');
    t.deepEqual(
      bench.fastTrack.taken.filter((call) => call.userId === userId).map(({ key }) => key),
      events.map(({ id }) => id),
    );
  }
  t.is(await metric(url, 'breaker_open'), 0);
  t.is(await metric(url, 'breaker_openings_total'), 1);
  t.is(bench.fastTrack.mostAtOnceOfOnePlayer(), 1);
});

test.serial('a player who is refused again and again is parked, alone, also for the next instance', async (t) => {
  const bench = await bridgeBench(t);
  const first = await bench.start();
  bench.fastTrack.script(({ userId }) => ({ status: userId === '1' ? 422 : 200 }));
  const others = (from: number) =>
    Array.from({ length: 20 }, (_, index) => story(player(from + index), logins(2))).flat();
  await bench.happen(story(player(1), logins(3)));
  await bench.fastTrack.until(({ calls }) => calls.length >= 1);
  await bench.happen(others(100));
  await until('the lane is parked', async () => (await metric(first.url, 'lanes_parked')) === 1);
  const calls = bench.fastTrack.calls.filter(({ userId }) => userId === '1').length;
  await first.stop();
  const second = await bench.start();
  await bench.happen(others(200));
  await bench.fastTrack.until(({ taken }) => taken.length === 80);
  t.is(await metric(second.url, 'lanes_parked'), 1);
  t.is(bench.fastTrack.calls.filter(({ userId }) => userId === '1').length, calls);
  const [lane] = await bench.postgres.query(
    'SELECT parked_revision, parked_kind, refusals, last_status FROM bridge.lanes WHERE player_id = 1',
  );
  t.deepEqual(lane, { parked_revision: '0', parked_kind: 'refused', refusals: calls, last_status: 422 });
  t.true(calls >= 8);
});
