import test, { type ExecutionContext } from 'ava';
import { Registry } from 'prom-client';
import { createMemoryConsumer } from '../../../shared/bus/memory-consumer.js';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { PostgresUnavailable } from '../../../shared/postgres/fault.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import { createBridgeMetrics } from '../bridge-metrics.js';
import type { Inbox, TakeResult } from '../inbox/inbox.js';
import { createMemoryInbox } from '../inbox/memory-inbox.js';
import { headAfter, logins, messages, player, storeOf, story } from '../tests/stories.js';
import { createIntake } from './intake.js';
import { createRepair } from './repair.js';

const ANN = player(1);

/** An intake over twins, and everything that it offers to delivery. */
function openIntake(t: ExecutionContext, inbox: Inbox, stored: readonly StoredEvent[], shown: () => number) {
  const consumer = createMemoryConsumer();
  const stopping = new AbortController();
  const offered: TakeResult[] = [];
  const watchers = new Set<() => void>();
  const onTaken = (result: TakeResult) => {
    offered.push(result);
    for (const watcher of watchers) watcher();
  };
  const shared = { inbox, onTaken, backoff: () => 1, metrics: createBridgeMetrics(new Registry()), logger };
  const repair = createRepair({
    ...{ ...shared, store: storeOf(stored), signal: stopping.signal },
    heads: { revisionOf: async () => shown() },
  });
  const intake = createIntake({ ...shared, consumer, repair, newest: undefined, now: Date.now });
  const running = intake.run(stopping.signal);
  t.teardown(async () => {
    stopping.abort();
    await consumer.stop();
    await running;
  });
  return {
    ...{ consumer, intake, repair, offered },
    untilOffered: (revision: number) =>
      new Promise<void>((resolve) => {
        const watcher = () => {
          if (offered.some(({ lane }) => lane.taken === revision)) resolve();
        };
        watchers.add(watcher);
        watcher();
      }),
  };
}

test('what a commit took without our hearing of it is offered to delivery all the same', async (t) => {
  const inbox = createMemoryInbox();
  let isFirst = true;
  const forgetful: Inbox = {
    ...inbox,
    async take(arrivals) {
      const results = await inbox.take(arrivals);
      if (!isFirst) return results;
      isFirst = false;
      throw new PostgresUnavailable('the connection dropped between the commit and its answer');
    },
  };
  const events = story(ANN, logins(3));
  const { consumer, untilOffered, offered } = openIntake(t, forgetful, events, () => 2);
  for (const message of messages(events)) consumer.publish(message);
  await untilOffered(2);
  t.is(await consumer.pending(), 0);
  t.deepEqual(
    offered.map(({ duplicates }) => duplicates),
    [3],
  );
});

test('nothing is acknowledged before it is committed', async (t) => {
  const inbox = createMemoryInbox();
  let committed: () => void = () => undefined;
  const commit = new Promise<void>((resolve) => {
    committed = resolve;
  });
  const slow: Inbox = {
    ...inbox,
    async take(arrivals) {
      await commit;
      return inbox.take(arrivals);
    },
  };
  const events = story(ANN, logins(2));
  const { consumer, untilOffered } = openIntake(t, slow, events, () => 1);
  for (const message of messages(events)) consumer.publish(message);
  t.is(await consumer.pending(), 2);
  committed();
  await untilOffered(1);
  t.is(await consumer.pending(), 0);
});

test('a repair takes no more than the read models show, and what it could not take stays unacknowledged', async (t) => {
  const inbox = createMemoryInbox();
  const events = story(ANN, logins(5));
  let shown = 1;
  const { consumer, repair, untilOffered } = openIntake(t, inbox, events, () => shown);
  for (const message of messages(events.slice(3, 4))) consumer.publish(message);
  await untilOffered(1);
  t.is(await repair.request(ANN), 1);
  t.is(await consumer.pending(), 1);
  shown = 3;
  consumer.redeliver();
  await untilOffered(3);
  t.is(await repair.request(ANN), 3);
  t.is(await consumer.pending(), 0);
  t.deepEqual(await inbox.markOf(ANN), headAfter(events.slice(0, 4)));
});

test('an event whose time is none is not taken, and holds up no other', async (t) => {
  const inbox = createMemoryInbox();
  const [bob] = story(player(2), logins(1));
  const [ann] = story(ANN, logins(1), undefined, 'yesterday');
  if (ann === undefined || bob === undefined) throw new Error('stories of one');
  const { consumer, untilOffered } = openIntake(t, inbox, [ann, bob], () => 0);
  for (const message of messages([ann, bob])) consumer.publish(message);
  await untilOffered(0);
  t.is((await inbox.markOf(ANN)).revision, -1);
  t.is((await inbox.markOf(player(2))).revision, 0);
});
