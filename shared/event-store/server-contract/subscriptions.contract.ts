import {
  type AllStreamSubscription,
  END,
  type EventStoreDBClient,
  START,
  type StreamSubscription,
  streamNameFilter,
} from '@eventstore/db-client';
import { event, events, type ServerTest } from './context.js';

const SLOW_READER_EVENTS = 3_000;
const AT_ONCE = 50;

export function testSubscriptions(serverTest: ServerTest): void {
  serverTest('confirmed, then the history, then caught up, then live', async (t, { client, prefix }) => {
    await client.appendToStream(prefix, events(3));
    const told = tell(client.subscribeToStream(prefix, { fromRevision: START }));
    await told.until('caughtUp');
    await client.appendToStream(prefix, events(2));
    await told.until(4);
    t.deepEqual(told.order, ['confirmation', 0, 1, 2, 'caughtUp', 3, 4]);
    await told.end();
  });

  serverTest('from a revision, without it; from the end, only what comes', async (t, { client, prefix }) => {
    await client.appendToStream(prefix, events(3));
    const late = tell(client.subscribeToStream(prefix, { fromRevision: 1n }));
    const live = tell(client.subscribeToStream(prefix, { fromRevision: END }));
    await Promise.all([late.until('caughtUp'), live.until('caughtUp')]);
    await client.appendToStream(`${prefix}-other`, event());
    await client.appendToStream(prefix, event());
    await Promise.all([late.until(3), live.until(3)]);
    t.deepEqual(late.order, ['confirmation', 2, 'caughtUp', 3]);
    t.deepEqual(live.order, ['confirmation', 'caughtUp', 3]);
    await Promise.all([late.end(), live.end()]);
  });

  serverTest('to $all from the end, and from a position without it', async (t, { client, prefix }) => {
    const first = await client.appendToStream(prefix, event());
    await client.appendToStream(prefix, event());
    const filter = streamNameFilter({ prefixes: [prefix] });
    const late = tell(client.subscribeToAll({ fromPosition: first.position ?? START, filter }));
    const live = tell(client.subscribeToAll({ fromPosition: END, filter }));
    await Promise.all([late.until('caughtUp'), live.until('caughtUp')]);
    await client.appendToStream(prefix, event());
    await Promise.all([late.until(2), live.until(2)]);
    t.deepEqual(late.order, ['confirmation', 1, 'caughtUp', 2]);
    t.deepEqual(live.order, ['confirmation', 'caughtUp', 2]);
    await Promise.all([late.end(), live.end()]);
  });

  serverTest('to a stream that is yet to come', async (t, { client, prefix }) => {
    const told = tell(client.subscribeToStream(prefix, { fromRevision: START }));
    await told.until('confirmation');
    await client.appendToStream(prefix, events(2));
    await told.until(1);
    t.deepEqual(
      told.order.filter((one) => one !== 'caughtUp'),
      ['confirmation', 0, 1],
    );
    await told.end();
  });

  serverTest('a slow reader misses nothing, and keeps nobody waiting', async (t, { client, prefix }) => {
    for (let page = 0; page < 6; page += 1) await client.appendToStream(prefix, events(SLOW_READER_EVENTS / 6));
    const slow = client.subscribeToStream(prefix, { fromRevision: START });
    const seen: number[] = [];
    for await (const { event: stored } of slow) {
      seen.push(Number(stored?.revision));
      // The reader rests until somebody else was served: a fact, not a time.
      if (seen.length % 1_000 === 1) await client.appendToStream(`${prefix}-other`, event());
      if (seen.length === SLOW_READER_EVENTS) break;
    }
    t.deepEqual(
      seen,
      Array.from({ length: SLOW_READER_EVENTS }, (_, revision) => revision),
    );
  });

  serverTest('many at once each hear of everything', async (t, { client, prefix }) => {
    const all = Array.from({ length: AT_ONCE }, () => tell(liveTo(client, prefix)));
    await Promise.all(all.map((told) => told.until('caughtUp')));
    await Promise.all(events(20).map((one) => client.appendToStream(prefix, one)));
    await Promise.all(all.map((told) => told.until(19)));
    const revisions = Array.from({ length: 20 }, (_, revision) => revision);
    for (const { order } of all) t.deepEqual(order, ['confirmation', 'caughtUp', ...revisions]);
    await Promise.all(all.map((told) => told.end()));
  });
}

function liveTo(client: EventStoreDBClient, prefix: string): AllStreamSubscription {
  return client.subscribeToAll({ fromPosition: END, filter: streamNameFilter({ prefixes: [prefix] }) });
}

type Said = 'confirmation' | 'caughtUp' | number;

/** What a subscription says, in its order; events by their revisions. */
function tell(subscription: StreamSubscription | AllStreamSubscription) {
  const order: Said[] = [];
  const waiting: { readonly for: Said; readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  const say = (said: Said) => {
    order.push(said);
    for (const one of waiting) if (one.for === said) one.resolve();
  };
  subscription.on('confirmation', () => say('confirmation'));
  subscription.on('caughtUp', () => say('caughtUp'));
  subscription.on('data', ({ event: stored }: { event?: { revision: bigint } }) => say(Number(stored?.revision)));
  subscription.on('error', (error: Error) => {
    for (const one of waiting) one.reject(error);
  });
  return {
    order,
    until: (said: Said) =>
      order.includes(said)
        ? Promise.resolve()
        : new Promise<void>((resolve, reject) => waiting.push({ for: said, resolve, reject })),
    end: () => subscription.unsubscribe(),
  };
}
