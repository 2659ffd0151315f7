import test from 'ava';
import { createMemoryInbox } from '../inbox/memory-inbox.js';
import { deliver } from '../tests/delivery-workbench.js';
import { answered, OK, type Sent, scriptedSender } from '../tests/scripted-sender.js';
import { logins, player, story } from '../tests/stories.js';

// Goal: an outage of all of Fast Track costs it few requests, and none of the lanes its order or its time afterwards.

const PLAYERS = 40;
const HOUR_MS = 3_600_000;
const everyone = (events: number) =>
  Array.from({ length: PLAYERS }, (_, index) => story(player(index + 1), logins(events)));

test('while nobody is taken, one probe at a time is sent; then all is delivered in order', async (t) => {
  const sender = scriptedSender();
  let down = true;
  let mostProbes = 0;
  const { take, untilLeft, dispatcher, metric } = deliver(t, { inbox: createMemoryInbox(), sender });
  sender.script(() => {
    if (dispatcher.isBreakerOpen()) mostProbes = Math.max(mostProbes, sender.underWay());
    return down ? answered(503) : OK;
  });
  const stories = everyone(5);
  await take(stories.flat());
  await sender.until(() => dispatcher.isBreakerOpen());
  // What was under way when it opened has ended by then: each player once, and the first four perhaps twice.
  await sender.until(() => sender.sent.length >= PLAYERS + 20);
  mostProbes = 0;
  const before = sender.sent.length;
  const probesBefore = await metric('breaker_probes_total');
  await sender.until(() => sender.sent.length >= before + 50);
  t.is(mostProbes, 1);
  t.true((await metric('breaker_probes_total')) - probesBefore >= 49, 'what was sent were probes');
  down = false;
  await untilLeft(0);
  t.false(dispatcher.isBreakerOpen());
  t.is(await metric('breaker_openings_total'), 1);
  for (const events of stories) heardInOrder(t, sender.taken, events);
  t.is(sender.mostAtOnceOfOnePlayer(), 1);
});

test('once a probe is taken, no lane sleeps on, however long it was told to', async (t) => {
  const sender = scriptedSender();
  // All but the fifth, whose failure opens the breaker, are told to come back in an hour; it is back at once.
  const backoff = (_attempt: number, retryAfterMs = 0) => (retryAfterMs === 0 ? 1 : HOUR_MS);
  sender.script(({ userId }) => {
    if (sender.sent.length > PLAYERS) return OK;
    return answered(503, userId === '5' ? 0 : HOUR_MS);
  });
  const { take, untilLeft } = deliver(t, { inbox: createMemoryInbox(), sender, backoff });
  const stories = everyone(3);
  await take(stories.flat());
  await untilLeft(0);
  for (const events of stories) heardInOrder(t, sender.taken, events);
  t.is(sender.sent.length, PLAYERS * 4, 'one failure each, and the first success woke all the others');
});

test('a player who fails alone does not keep others waiting, though the breaker is open', async (t) => {
  const sender = scriptedSender();
  let elapsedMs = 0;
  const { take, untilLeft, dispatcher } = deliver(t, {
    ...{ inbox: createMemoryInbox(), sender, steadyNow: () => elapsedMs },
    backoff: (attempt) => (attempt < 4 ? 1 : HOUR_MS),
  });
  sender.script(({ userId }) => {
    elapsedMs += 12_000;
    return userId === '1' ? answered(500) : OK;
  });
  await take(story(player(1), logins(1)));
  await sender.until(() => dispatcher.isBreakerOpen());
  await take(story(player(2), logins(3)));
  await untilLeft(1);
  t.false(dispatcher.isBreakerOpen());
});

test('the breaker opens for refusals of everybody, and no lane is parked for them afterwards', async (t) => {
  const sender = scriptedSender();
  const inbox = createMemoryInbox();
  let down = true;
  // It recovers as a rolling release does: for a while some of the requests are refused still.
  let refusals = PLAYERS * 4;
  sender.script(() => {
    if (down) return answered(401);
    refusals -= 1;
    return refusals > 0 && refusals % 2 === 0 ? answered(401) : OK;
  });
  const { take, untilLeft } = deliver(t, { inbox, sender });
  const stories = everyone(3);
  await take(stories.flat());
  const timesOf = (userId: string) => sender.sent.filter((sent) => sent.userId === userId).length;
  await sender.until(() => timesOf('1') + timesOf('2') > 24);
  down = false;
  await untilLeft(0);
  t.is((await inbox.counts()).parked, 0);
  for (const events of stories) heardInOrder(t, sender.taken, events);
});

function heardInOrder(
  t: { deepEqual(actual: unknown, expected: unknown): void },
  taken: readonly Sent[],
  events: readonly { readonly id: string; readonly stream: string }[],
): void {
  const userId = events[0]?.stream.replace('player-', '');
  t.deepEqual(
    taken.filter((sent) => sent.userId === userId).map(({ key }) => key),
    events.map(({ id }) => id),
  );
}
