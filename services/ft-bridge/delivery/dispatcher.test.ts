import test from 'ava';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { credit, debit } from '../../../shared/money/postings.js';
import type { Standing } from '../inbox/inbox.js';
import { createMemoryInbox } from '../inbox/memory-inbox.js';
import { deliver, NO_BREAKER } from '../tests/delivery-workbench.js';
import { type FtCall, scriptedFastTrack } from '../tests/scripted-fast-track.js';
import { arrivals, headAfter, logins, player, story } from '../tests/stories.js';

/** Small and repeatable (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Each key once, at its first arrival: what Fast Track makes of repeats. */
function firstArrivals(calls: readonly FtCall[], userId: string): FtCall[] {
  const seen = new Set<string>();
  return calls.filter((call) => call.userId === userId && !seen.has(call.key) && seen.add(call.key) !== undefined);
}

function deposit(amount: string, cash: string): PlayerEvent {
  return {
    type: 'DepositCompleted',
    data: {
      ...{ paymentId: 'p', psp: 'fake', amount, currency: 'EUR', pspReference: 'r' },
      postings: [debit('psp:fake', amount, 'EUR'), credit('player:7:cash', amount, 'EUR')],
      balances: { cash, bonus: '0.00', withdrawal: '0.00', currency: 'EUR' },
    },
  };
}

test('every player hears everything once and in order, whatever Fast Track does', async (t) => {
  const fastTrack = await scriptedFastTrack(t);
  const random = randomOf(7);
  fastTrack.script(() => {
    const chance = random();
    if (chance < 0.15) return { status: 500 };
    if (chance < 0.2) return { status: 404 };
    if (chance < 0.25) return { cut: 'before-taking' };
    if (chance < 0.35) return { cut: 'after-taking' };
    return { status: 200 };
  });
  const { take, untilLeft } = deliver(t, { inbox: createMemoryInbox(), fastTrackUrl: fastTrack.url });
  const players = Array.from({ length: 40 }, (_, index) => player(index + 1));
  const stories = players.map((playerId) => story(playerId, logins(25)));
  // In turns, as a bus would bring them.
  for (let from = 0; from < 25; from += 5) await take(stories.flatMap((events) => events.slice(from, from + 5)));
  await untilLeft(0);
  for (const [index, playerId] of players.entries()) {
    const heard = firstArrivals(fastTrack.taken, playerId);
    t.deepEqual(
      heard.map(({ key }) => key),
      stories[index]?.map(({ id }) => id) ?? [],
    );
    t.deepEqual(
      heard.map(({ sequence }) => sequence),
      [...Array(25).keys()],
    );
  }
  t.is(fastTrack.mostAtOnceOfOnePlayer(), 1);
});

test('a player that fails for ever slows no other', async (t) => {
  const fastTrack = await scriptedFastTrack(t);
  fastTrack.script(({ userId }) => ({ status: userId === '1' ? 500 : 200 }));
  const { take, untilLeft } = deliver(t, { inbox: createMemoryInbox(), fastTrackUrl: fastTrack.url });
  await take(story(player(1), logins(5)));
  await take(Array.from({ length: 200 }, (_, index) => story(player(index + 2), logins(5))).flat());
  await untilLeft(5);
  t.is(fastTrack.taken.length, 1_000);
  t.is(firstArrivals(fastTrack.calls, '1').length, 1, 'nothing after the failing message was sent');
});

test('players whose requests hang leave half of the connections to the others', async (t) => {
  const fastTrack = await scriptedFastTrack(t);
  const hanging = new Set(Array.from({ length: 12 }, (_, index) => String(index + 1)));
  fastTrack.script(({ userId }) => (hanging.has(userId) ? { hang: true } : { status: 200 }));
  const { take, untilLeft, dispatcher } = deliver(t, {
    ...{ inbox: createMemoryInbox(), fastTrackUrl: fastTrack.url, slots: 4 },
    ...{ requestTimeoutMs: 300, breaker: NO_BREAKER },
  });
  await take([...hanging].flatMap((userId) => story(player(Number(userId)), logins(1))));
  const timesSent = (userId: string) => fastTrack.calls.filter((call) => call.userId === userId).length;
  await fastTrack.until(() => [...hanging].every((userId) => timesSent(userId) >= 2));
  t.true(dispatcher.inFlight() <= 2, 'only lanes that are failing are left, and they may have half');
  await take(Array.from({ length: 40 }, (_, index) => story(player(index + 100), logins(3))).flat());
  await untilLeft(12);
  t.is(new Set(fastTrack.taken.map(({ key }) => key)).size, 120);
});

for (const status of [201, 204, 302, 400, 401, 404, 409, 422, 429, 503]) {
  test(`${status} is no success: the same message is sent again under its key`, async (t) => {
    const fastTrack = await scriptedFastTrack(t);
    const { take, untilLeft } = deliver(t, { inbox: createMemoryInbox(), fastTrackUrl: fastTrack.url });
    let failures = 2;
    fastTrack.script(() => {
      failures -= 1;
      return failures < 0 ? { status: 200 } : { status, headers: { location: `${fastTrack.url}/elsewhere` } };
    });
    await take(story(player(1), logins(1)));
    await untilLeft(0);
    t.is(fastTrack.calls.length, 3);
    t.deepEqual(new Set(fastTrack.calls.map(({ key, path }) => `${key} ${path}`)).size, 1);
  });
}

test('Retry-After is waited for, but never longer than the cap; what failed is kept with the lane', async (t) => {
  const fastTrack = await scriptedFastTrack(t);
  fastTrack.script(({ userId }) => ({ status: 429, headers: { 'retry-after': userId === '1' ? '7' : '3600' } }));
  const inbox = createMemoryInbox();
  const kept = new Map<string, Standing>();
  let bothKept: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    bothKept = resolve;
  });
  const watched = {
    ...inbox,
    async settle(delivered: Parameters<typeof inbox.settle>[0], standing: readonly Standing[]) {
      await inbox.settle(delivered, standing);
      for (const lane of standing) kept.set(lane.playerId, lane);
      if (kept.size === 2) bothKept();
    },
  };
  const { take } = deliver(t, { inbox: watched, fastTrackUrl: fastTrack.url, retryCapMs: 30_000 });
  await take([...story(player(1), logins(1)), ...story(player(2), logins(1))]);
  await until;
  const waits = ['1', '2'].map((id) => {
    const failing = kept.get(id)?.failing;
    return failing === undefined ? undefined : failing.nextAttemptAt - failing.since;
  });
  t.deepEqual(waits, [7_000, 30_000]);
  t.like(kept.get('1'), { delivered: -1, partsDone: 0 });
  t.like(kept.get('1')?.failing, { attempts: 1, status: 429, error: 'Fast Track answered 429: {"ok":false}' });
});

test('a message says who it is from, which it is and where in the order', async (t) => {
  const fastTrack = await scriptedFastTrack(t);
  const { take, untilLeft } = deliver(t, { inbox: createMemoryInbox(), fastTrackUrl: `${fastTrack.url}/ft` });
  const events = story(player(7), [...logins(1), deposit('10.00', '10.00')]);
  await take(events);
  await untilLeft(0);
  const id = events[1]?.id ?? '';
  t.deepEqual(
    fastTrack.calls.map(({ method, path, key, sequence }) => [method, path, key, sequence]),
    [
      ['POST', '/ft/v2/integration/login', events[0]?.id ?? '', 0],
      ['POST', '/ft/v2/integration/payments', `${id}.1`, 1],
      ['POST', '/ft/v2/integration/balances', `${id}.2`, 1],
    ],
  );
  t.is(fastTrack.calls[0]?.headers['x-api-key'], 'key');
  t.is(fastTrack.calls[0]?.headers['content-type'], 'application/json');
});

test('what Fast Track confirmed of an event is not sent again after its later message failed, nor after a restart', async (t) => {
  const fastTrack = await scriptedFastTrack(t);
  const inbox = createMemoryInbox();
  fastTrack.script(({ path }) => ({ status: path.endsWith('/balances') ? 503 : 200 }));
  const first = deliver(t, { inbox, fastTrackUrl: fastTrack.url });
  await first.take(story(player(7), [deposit('10.00', '10.00')]));
  await fastTrack.until(({ calls }) => calls.length >= 4);
  await first.dispatcher.stop(1_000);
  fastTrack.script(() => ({ status: 200 }));
  const second = deliver(t, { inbox, fastTrackUrl: fastTrack.url });
  await second.dispatcher.resume();
  await second.untilLeft(0);
  t.is(fastTrack.calls.filter(({ path }) => path.endsWith('/payments')).length, 1);
  t.deepEqual(
    fastTrack.taken.map(({ path }) => path),
    ['/v2/integration/payments', '/v2/integration/balances'],
  );
});

test('an event that Fast Track hears nothing of is passed over and marked', async (t) => {
  const fastTrack = await scriptedFastTrack(t);
  const inbox = createMemoryInbox();
  const { take, untilLeft } = deliver(t, { inbox, fastTrackUrl: fastTrack.url });
  const silent: PlayerEvent = { type: 'PlayerLoggedOut', data: { loginId: 'l' } };
  await take(story(player(7), [silent, ...logins(1), silent]));
  await untilLeft(0);
  t.deepEqual(
    fastTrack.calls.map(({ sequence }) => sequence),
    [1],
  );
  t.deepEqual(
    inbox.deliveredRows().map(({ status }) => status),
    [undefined, 200, undefined],
  );
});

test('a stopped bridge starts no request, finishes those under way and loses none', async (t) => {
  const fastTrack = await scriptedFastTrack(t);
  const inbox = createMemoryInbox();
  const first = deliver(t, { inbox, fastTrackUrl: fastTrack.url, slots: 8 });
  const stories = Array.from({ length: 30 }, (_, index) => story(player(index + 1), logins(10)));
  const offered = first.take(stories.flat());
  await fastTrack.until(({ calls }) => calls.length >= 40);
  await Promise.all([offered, first.dispatcher.stop(5_000)]);
  const before = fastTrack.calls.length;
  t.true(before < 300);
  const second = deliver(t, { inbox, fastTrackUrl: fastTrack.url });
  await second.dispatcher.resume();
  await second.untilLeft(0);
  t.is(fastTrack.calls.length, 300, 'a clean stop repeats nothing');
  for (const events of stories) {
    const userId = events[0]?.stream.replace('player-', '') ?? '';
    t.deepEqual(
      firstArrivals(fastTrack.taken, userId).map(({ key }) => key),
      events.map(({ id }) => id),
    );
  }
});

test('when the truth replaces what was taken, delivery goes back to before it', async (t) => {
  const fastTrack = await scriptedFastTrack(t);
  const inbox = createMemoryInbox();
  const { take, untilLeft, dispatcher } = deliver(t, { inbox, fastTrackUrl: fastTrack.url });
  const begin = story(player(7), logins(2));
  const lie = story(player(7), logins(3), headAfter(begin));
  const truth = story(player(7), [deposit('10.00', '10.00'), ...logins(1)], headAfter(begin));
  // The lie is being refused over and over while the truth comes in.
  fastTrack.script(({ key }) => ({ status: lie.some(({ id }) => id === key) ? 500 : 200 }));
  await take([...begin, ...lie]);
  await fastTrack.until(({ calls }) => calls.some(({ sequence }) => sequence === 2));
  dispatcher.offer(await inbox.takeTruth(player(7), arrivals(truth)));
  await untilLeft(0);
  const deposited = truth[0]?.id ?? '';
  t.deepEqual(
    fastTrack.taken.map(({ key }) => key),
    [...begin.map(({ id }) => id), `${deposited}.1`, `${deposited}.2`, truth[1]?.id ?? ''],
  );
});

test('a thousand lanes that wait hold no events in memory, and are all delivered once Fast Track recovers', async (t) => {
  const fastTrack = await scriptedFastTrack(t);
  let down = true;
  fastTrack.script(() => ({ status: down ? 503 : 200 }));
  const inbox = createMemoryInbox();
  const { take, untilLeft, dispatcher } = deliver(t, {
    ...{ inbox, fastTrackUrl: fastTrack.url, retryCapMs: 50, breaker: NO_BREAKER },
  });
  const stories = Array.from({ length: 1_000 }, (_, index) => story(player(index + 1), logins(2)));
  await take(stories.flat());
  await fastTrack.until(() => dispatcher.retrying() === 1_000);
  down = false;
  await untilLeft(0);
  t.is(fastTrack.taken.length, 2_000);
  t.is(dispatcher.retrying(), 0);
});
