import { setImmediate as turn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createMemoryInbox } from '../inbox/memory-inbox.js';
import { deliver, NO_BREAKER } from '../tests/delivery-workbench.js';
import { answered, OK, scriptedSender } from '../tests/scripted-sender.js';
import { arrivals, headAfter, logins, player, story } from '../tests/stories.js';

// Goal: what others write into a lane's row is what happens next, and nothing of what was going on is lost for it.

const ANN = player(1);
const HOUR_MS = 3_600_000;

function benchOf(t: Parameters<typeof deliver>[0], inbox = createMemoryInbox(), backoff = (_attempt: number) => 1) {
  const sender = scriptedSender();
  return { inbox, sender, ...deliver(t, { inbox, sender, backoff, breaker: NO_BREAKER }) };
}
const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);
const keys = (sent: readonly { readonly key: string }[]) => sent.map(({ key }) => key);

test('a player that nobody knows is none', async (t) => {
  const { dispatcher, sender } = benchOf(t);
  await dispatcher.reload(ANN);
  t.is(sender.sent.length, 0);
});

test('what another instance took is delivered, whether the lane is in memory or not', async (t) => {
  const { inbox, sender, dispatcher, take, untilLeft } = benchOf(t);
  const begin = story(ANN, logins(2));
  await inbox.take(arrivals(begin));
  await dispatcher.reload(ANN);
  await untilLeft(0);
  const middle = story(ANN, logins(3), headAfter(begin));
  await inbox.take(arrivals(middle));
  await Promise.all([dispatcher.reload(ANN), dispatcher.reload(ANN)]);
  const end = story(ANN, logins(2), headAfter(middle));
  await take(end);
  await untilLeft(0);
  t.deepEqual(keys(sender.sent), ids([...begin, ...middle, ...end]));
});

/** A lane that fails may be asked to go on from its row while a request is under way: that one comes twice. */
for (const failsEvery of [0, 7]) {
  const title = failsEvery === 0 ? 'lose and repeat nothing' : 'lose nothing and keep the order, whatever fails';
  test(`news in any number, while events flow, ${title}`, (t) => newsWhileEventsFlow(t, failsEvery));
}

async function newsWhileEventsFlow(t: ExecutionContext, failsEvery: number): Promise<void> {
  const { inbox, sender, dispatcher, take, untilLeft } = benchOf(t);
  let n = 0;
  sender.script(async () => {
    n += 1;
    if (n % 3 === 0) await turn();
    return n % failsEvery === 0 ? answered(500) : OK;
  });
  const players = Array.from({ length: 5 }, (_, index) => player(index + 1));
  const stories = players.map((playerId) => story(playerId, logins(60)));
  const reloads: Promise<void>[] = [];
  for (let from = 0; from < 60; from += 1) {
    for (const [index, events] of stories.entries()) {
      const next = events.slice(from, from + 1);
      if ((from + index) % 2 === 0) await take(next);
      else await inbox.take(arrivals(next));
      const playerId = players[index];
      if (playerId !== undefined) reloads.push(dispatcher.reload(playerId));
    }
    if (from % 4 === 0) await turn();
  }
  await Promise.all(reloads);
  await untilLeft(0);
  for (const [index, events] of stories.entries()) {
    const own = sender.taken.filter(({ userId }) => userId === String(index + 1));
    t.deepEqual(failsEvery === 0 ? keys(own) : [...new Set(keys(own))], ids(events));
  }
  t.is(sender.mostAtOnceOfOnePlayer(), 1);
}

test('a parked lane that an operator lets go begins with fresh counters where it stood', async (t) => {
  const { inbox, sender, dispatcher, take, untilLeft } = benchOf(t);
  let refuses = true;
  sender.script(({ userId }) => (userId === ANN && refuses ? answered(400) : OK));
  const events = story(ANN, logins(3));
  await take(events);
  await sender.until(() => sender.sent.length >= 2);
  await take(story(player(2), logins(40)));
  await untilLeft(3);
  await sender.until(() => sender.sent.filter(({ userId }) => userId === ANN).length === 8);
  await take(story(player(3), logins(40)));
  await untilLeft(3);
  t.is((await inbox.counts()).parked, 1);
  await dispatcher.reload(ANN);
  refuses = false;
  await inbox.unpark(ANN);
  inbox.decide(ANN, { failing: undefined });
  await dispatcher.reload(ANN);
  await untilLeft(0);
  t.deepEqual(keys(sender.taken.filter(({ userId }) => userId === ANN)), ids(events));
});

test('a lane that sleeps goes on at once when its row says so', async (t) => {
  const { inbox, sender, dispatcher, take, untilLeft } = benchOf(t, undefined, () => HOUR_MS);
  sender.script(() => (sender.sent.length === 1 ? answered(503) : OK));
  await take(story(ANN, logins(2)));
  await sender.until(() => dispatcher.retrying() === 1);
  inbox.decide(ANN, { failing: undefined });
  await dispatcher.reload(ANN);
  // Its standing may have been written after the decision: then that is read, and the operator decides again.
  inbox.decide(ANN, { failing: undefined });
  await dispatcher.reload(ANN);
  await untilLeft(0);
  t.is(dispatcher.retrying(), 0);
  t.is(sender.sent.length, 3);
});

test('news of more to come do not wake a lane that sleeps', async (t) => {
  const { inbox, sender, dispatcher, take } = benchOf(t, undefined, () => HOUR_MS);
  sender.script(() => answered(503));
  const begin = story(ANN, logins(1));
  await take(begin);
  await sender.until(() => dispatcher.retrying() === 1);
  await inbox.take(arrivals(story(ANN, logins(2), headAfter(begin))));
  for (let n = 0; n < 5; n += 1) await dispatcher.reload(ANN);
  await take(story(player(2), logins(20)));
  await sender.until(() => sender.sent.length >= 2);
  t.is(sender.sent.filter(({ userId }) => userId === ANN).length, 1);
});

test('an answer that comes after its event was skipped does not count', async (t) => {
  const { inbox, sender, dispatcher, take, untilLeft } = benchOf(t);
  let answerFirst: () => void = () => undefined;
  sender.script(({ sequence }) => {
    if (sequence > 0) return OK;
    return new Promise((resolve) => {
      answerFirst = () => resolve(answered(500));
    });
  });
  const events = story(ANN, logins(3));
  await take(events);
  await sender.until(() => sender.sent.length === 1);
  await turn();
  inbox.decide(ANN, { delivered: 0 });
  await dispatcher.reload(ANN);
  t.is(sender.sent.length, 1, 'one request at a time, also now');
  answerFirst();
  await untilLeft(0);
  t.is(dispatcher.retrying(), 0);
  t.deepEqual(keys(sender.sent), ids(events));
});

test('a row that cannot be read is read as soon as it can be', async (t) => {
  const memory = createMemoryInbox();
  let failures = 3;
  const inbox = {
    ...memory,
    async lanesOf(...asked: Parameters<typeof memory.lanesOf>) {
      failures -= 1;
      if (failures >= 0) throw new Error('the database is away');
      return memory.lanesOf(...asked);
    },
  };
  const { sender, dispatcher, untilLeft } = benchOf(t, inbox);
  const events = story(ANN, logins(2));
  await inbox.take(arrivals(events));
  await dispatcher.reload(ANN);
  await untilLeft(0);
  t.deepEqual(keys(sender.sent), ids(events));
});

/** A door that a test opens. */
function door(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

test('what is delivered but not written yet is written before the row is followed', async (t) => {
  const memory = createMemoryInbox();
  const { opened, open } = door();
  const inbox = {
    ...memory,
    async settle(...marks: Parameters<typeof memory.settle>) {
      await opened;
      return memory.settle(...marks);
    },
  };
  const { sender, dispatcher, take, untilLeft } = benchOf(t, inbox);
  const events = story(ANN, logins(3));
  await take(events);
  await sender.until(() => sender.taken.length === 3);
  memory.decide(ANN, { failing: { attempts: 1, refusals: 0, since: 0, nextAttemptAt: 0, status: 500, error: '' } });
  const reloaded = dispatcher.reload(ANN);
  for (let n = 0; n < 10; n += 1) await turn();
  open();
  await reloaded;
  await untilLeft(0);
  t.deepEqual(keys(sender.sent), ids(events));
});

test('a row that is older than what was done since it was read is not followed', async (t) => {
  const memory = createMemoryInbox();
  const { opened, open } = door();
  const inbox = {
    ...memory,
    async lanesOf(...asked: Parameters<typeof memory.lanesOf>) {
      const rows = await memory.lanesOf(...asked);
      await opened;
      return rows;
    },
  };
  const { sender, dispatcher, take, untilLeft } = benchOf(t, inbox);
  const begin = story(ANN, logins(2));
  await memory.take(arrivals(begin));
  const reloaded = dispatcher.reload(ANN);
  // The query has begun: what it reads is from before all of this.
  for (let n = 0; n < 3; n += 1) await turn();
  await dispatcher.resume();
  await untilLeft(0);
  await take(story(player(2), logins(20)));
  await untilLeft(0);
  open();
  await reloaded;
  await take(story(player(3), logins(20)));
  await untilLeft(0);
  t.deepEqual(keys(sender.sent.filter(({ userId }) => userId === ANN)), ids(begin));
});
