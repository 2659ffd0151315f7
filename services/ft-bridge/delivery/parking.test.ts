import test from 'ava';
import { createMemoryInbox } from '../inbox/memory-inbox.js';
import { deliver, NO_BREAKER } from '../tests/delivery-workbench.js';
import { answered, OK, scriptedSender } from '../tests/scripted-sender.js';
import { headAfter, logins, player, story } from '../tests/stories.js';

// Goal: what Fast Track refuses for its own sake stops its player, before anything is skipped, and nobody else.

const ANN = player(1);
const BOB = player(2);

/** Ann's messages are answered by the test, those of all others are taken. */
function benchOf(t: Parameters<typeof deliver>[0], inbox = createMemoryInbox()) {
  const sender = scriptedSender();
  const annAnswers = (answers: (n: number) => number) =>
    sender.script(({ userId }) => (userId === ANN ? answered(answers(timesSent(ANN))) : OK));
  const timesSent = (userId: string) => sender.sent.filter((sent) => sent.userId === userId).length;
  return { inbox, sender, timesSent, annAnswers, ...deliver(t, { inbox, sender, breaker: NO_BREAKER }) };
}

for (const status of [400, 401, 404, 409, 422]) {
  test(`eight times ${status} in a row, while others are taken, park the lane before that event`, async (t) => {
    const { inbox, sender, timesSent, annAnswers, take, untilLeft, metric } = benchOf(t);
    annAnswers(() => status);
    const begin = story(ANN, logins(3));
    await take(begin);
    await sender.until(() => timesSent(ANN) >= 2);
    await take(story(BOB, logins(1)));
    await untilLeft(3);
    await sender.until(() => timesSent(ANN) === 8);
    await take(story(player(3), logins(20)));
    await untilLeft(3);
    const parked = await inbox.parked(ANN);
    t.like(parked, { revision: 0, kind: 'refused' });
    t.regex(parked?.reason ?? '', new RegExp(`refused 8 times .*${status}`));
    await take(story(ANN, logins(2), headAfter(begin)));
    await take(story(player(4), logins(20)));
    await untilLeft(5);
    t.is(timesSent(ANN), 8, 'nothing more of the player is sent');
    t.is(await metric('parked_total'), 1);
  });
}

for (const status of [408, 425, 429, 500, 503]) {
  test(`${status} only backs off, however often`, async (t) => {
    const { inbox, sender, timesSent, annAnswers, take, untilLeft } = benchOf(t);
    annAnswers((n) => (n <= 30 ? status : 200));
    await take(story(ANN, logins(1)));
    await sender.until(() => timesSent(ANN) >= 2);
    await take(story(BOB, logins(1)));
    await untilLeft(0);
    t.is(await inbox.parked(ANN), undefined);
    t.is(timesSent(ANN), 31);
  });
}

test('refusals park only when they come in a row', async (t) => {
  const { inbox, sender, timesSent, annAnswers, take, untilLeft } = benchOf(t);
  annAnswers((n) => (n > 40 ? 200 : n % 8 === 0 ? 500 : 400));
  await take(story(ANN, logins(1)));
  await sender.until(() => timesSent(ANN) >= 2);
  await take(story(BOB, logins(1)));
  await untilLeft(0);
  t.is(await inbox.parked(ANN), undefined);
});

test('nobody is parked while nobody else is taken; then the next refusal parks', async (t) => {
  const { inbox, sender, timesSent, annAnswers, take, untilLeft } = benchOf(t);
  annAnswers(() => 400);
  await take(story(ANN, logins(1)));
  await sender.until(() => timesSent(ANN) >= 20);
  t.is(await inbox.parked(ANN), undefined);
  await take(story(BOB, logins(1)));
  await untilLeft(1);
  await take(story(player(3), logins(200)));
  await untilLeft(1);
  t.like(await inbox.parked(ANN), { revision: 0, kind: 'refused' });
});

test("the lane's own success of an earlier event does not count as another's", async (t) => {
  const { inbox, sender, timesSent, annAnswers, take } = benchOf(t);
  annAnswers((n) => (n === 1 ? 200 : 400));
  await take(story(ANN, logins(2)));
  await sender.until(() => timesSent(ANN) >= 20);
  t.is(await inbox.parked(ANN), undefined);
});

test('refusals before a restart count', async (t) => {
  const first = benchOf(t);
  first.annAnswers(() => 400);
  await first.take(story(ANN, logins(1)));
  await first.sender.until(() => first.timesSent(ANN) === 5);
  await first.dispatcher.stop(1_000);
  const before = first.timesSent(ANN);
  const second = benchOf(t, first.inbox);
  second.sender.script(({ userId }) => (userId === ANN ? answered(400) : OK));
  await second.take(story(BOB, logins(1)));
  await second.untilLeft(1);
  await second.dispatcher.resume();
  await second.sender.until(() => before + second.timesSent(ANN) === 8);
  await second.take(story(player(3), logins(20)));
  await second.untilLeft(1);
  t.is(before + second.timesSent(ANN), 8);
  t.like(await second.inbox.parked(ANN), { revision: 0, kind: 'refused' });
});

test('a parking that cannot be written is written at the next refusal', async (t) => {
  const memory = createMemoryInbox();
  let away = true;
  const inbox = {
    ...memory,
    async park(...parking: Parameters<typeof memory.park>) {
      if (!away) return memory.park(...parking);
      away = false;
      throw new Error('the database is away');
    },
  };
  const { sender, timesSent, annAnswers, take, untilLeft } = benchOf(t, inbox);
  annAnswers(() => 400);
  await take(story(ANN, logins(1)));
  await sender.until(() => timesSent(ANN) >= 2);
  await take(story(BOB, logins(1)));
  await untilLeft(1);
  await sender.until(() => timesSent(ANN) === 9);
  await take(story(player(3), logins(20)));
  await untilLeft(1);
  t.is(timesSent(ANN), 9);
  t.like(await inbox.parked(ANN), { revision: 0, kind: 'refused' });
});
