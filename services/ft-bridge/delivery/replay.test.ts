import test from 'ava';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { credit, debit } from '../../../shared/money/postings.js';
import { createMemoryInbox } from '../inbox/memory-inbox.js';
import { deliver, NO_BREAKER } from '../tests/delivery-workbench.js';
import { answered, OK, scriptedSender } from '../tests/scripted-sender.js';
import { arrivals, headAfter, logins, player, story } from '../tests/stories.js';

// Goal: what an operator wants sent again goes first, as it was sent the first time, and is counted apart.

const ANN = player(1);

function benchOf(t: Parameters<typeof deliver>[0], inbox = createMemoryInbox()) {
  const sender = scriptedSender();
  return { inbox, sender, ...deliver(t, { inbox, sender, backoff: () => 1, breaker: NO_BREAKER }) };
}
const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);
const keys = (sent: readonly { readonly key: string }[]) => sent.map(({ key }) => key);
const replayOf = async (inbox: ReturnType<typeof createMemoryInbox>) => (await inbox.lanesOf([ANN]))[0]?.replay;

test('the events are sent again, with their keys and places, and then what is new', async (t) => {
  const { inbox, sender, dispatcher, take, untilLeft, metric } = benchOf(t);
  const begin = story(ANN, logins(5));
  await take(begin);
  await untilLeft(0);
  const first = sender.sent.slice();
  const end = story(ANN, logins(2), headAfter(begin));
  await inbox.take(arrivals(end));
  inbox.decide(ANN, { replay: { next: 1, last: 3 } });
  await dispatcher.reload(ANN);
  await untilLeft(0);
  t.deepEqual(sender.sent.slice(5, 8), first.slice(1, 4));
  t.deepEqual(keys(sender.sent.slice(8)), ids(end));
  t.is(await replayOf(inbox), undefined);
  t.is(await metric('replayed_total'), 3);
  t.is(await metric('delivered_total'), 7);
  t.is(await metric('recorded_to_delivered_seconds'), 7, 'the histogram counts each event once');
});

test('a replay that fails is tried again, survives a restart and has its turn without anything new', async (t) => {
  const first = benchOf(t);
  const events = story(ANN, logins(40));
  await first.take(events);
  await first.untilLeft(0);
  first.sender.script(() => (first.sender.sent.length > 60 ? answered(503) : OK));
  first.inbox.decide(ANN, { replay: { next: 0, last: 39 } });
  await first.dispatcher.reload(ANN);
  await first.sender.until(() => first.sender.sent.length > 63);
  await first.dispatcher.stop(1_000);
  t.deepEqual(await replayOf(first.inbox), { next: 20, last: 39 });
  const second = benchOf(t, first.inbox);
  await second.dispatcher.resume();
  await second.sender.until(() => second.sender.taken.length === 20);
  t.deepEqual(keys(second.sender.taken), ids(events.slice(20)));
  await second.take(story(ANN, logins(1), headAfter(events)));
  await second.untilLeft(0);
  t.is(await replayOf(first.inbox), undefined);
});

test('a replay in the middle of an event leaves what is confirmed of it confirmed', async (t) => {
  const { inbox, sender, dispatcher, take, untilLeft } = benchOf(t);
  const begin = story(ANN, logins(2));
  await take(begin);
  await untilLeft(0);
  const [deposited] = story(ANN, [deposit()], headAfter(begin));
  if (deposited === undefined) throw new Error('a story of one');
  let down = true;
  sender.script(({ key }) => (down && key.endsWith('.2') ? answered(503) : OK));
  await take([deposited]);
  await sender.until(() => sender.sent.length >= 5);
  inbox.decide(ANN, { replay: { next: 0, last: 0 } });
  await dispatcher.reload(ANN);
  await sender.until(() => keys(sender.sent).filter((key) => key === begin[0]?.id).length === 2);
  down = false;
  await untilLeft(0);
  t.is(keys(sender.sent).filter((key) => key === `${deposited.id}.1`).length, 1);
  t.is(keys(sender.taken).at(-1), `${deposited.id}.2`);
});

test('a replay that Fast Track refuses ends there, and what is new goes on', async (t) => {
  const { inbox, sender, dispatcher, take, untilLeft, metric } = benchOf(t);
  const begin = story(ANN, logins(3));
  await take(begin);
  await untilLeft(0);
  sender.script(({ key }) => (key === begin[1]?.id ? answered(400) : OK));
  inbox.decide(ANN, { replay: { next: 0, last: 2 } });
  await dispatcher.reload(ANN);
  await sender.until(() => sender.sent.length >= 6);
  await take(story(player(2), logins(30)));
  const end = story(ANN, logins(2), headAfter(begin));
  await take(end);
  await untilLeft(0);
  t.deepEqual(keys(sender.taken.filter(({ userId }) => userId === ANN)), ids([...begin, ...begin.slice(0, 1), ...end]));
  t.is(await replayOf(inbox), undefined);
  t.is(await metric('replays_given_up_total'), 1);
  t.is((await inbox.counts()).parked, 0);
});

test('nothing of a parked player is sent, not even again', async (t) => {
  const { inbox, sender, dispatcher, take, untilLeft } = benchOf(t);
  const begin = story(ANN, logins(2));
  await take(begin);
  await untilLeft(0);
  await inbox.park(ANN, { revision: 2, kind: 'refused', reason: 'test' });
  inbox.decide(ANN, { replay: { next: 0, last: 1 } });
  await dispatcher.reload(ANN);
  await take(story(player(2), logins(20)));
  await untilLeft(0);
  t.is(sender.sent.length, 22);
  await inbox.unpark(ANN);
  await dispatcher.reload(ANN);
  await sender.until(() => sender.taken.length === 24);
  t.deepEqual(keys(sender.taken.slice(22)), ids(begin));
});

function deposit(): PlayerEvent {
  return {
    type: 'DepositCompleted',
    data: {
      ...{ paymentId: 'p', psp: 'fake', amount: '10.00', currency: 'EUR', pspReference: 'r' },
      postings: [debit('psp:fake', '10.00', 'EUR'), credit(`player:${ANN}:cash`, '10.00', 'EUR')],
      balances: { cash: '10.00', bonus: '0.00', withdrawal: '0.00', currency: 'EUR' },
    },
  };
}
