import {
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  type Filter,
  type Position,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { event, events, type ServerTest } from './context.js';

export function testFilters(serverTest: ServerTest): void {
  serverTest('filters: prefixes and regular expressions, of stream names and event types', async (t, server) => {
    const { client, prefix } = server;
    for (const [stream, type] of [
      ['x-1', 'A'],
      ['y-2', 'B'],
      ['x-3', 'C'],
      ['ö-4', 'A'],
    ]) {
      await client.appendToStream(`${prefix}${stream}`, event(0, `${prefix}${type}`));
    }
    const after = await client.appendToStream(`${prefix}x-9`, event(0, `${prefix}A`));
    const matching = async (filter: Filter) =>
      (await eventsUpTo(client, filter, after.position)).map(({ event: stored }) =>
        stored?.streamId.slice(prefix.length),
      );
    t.deepEqual(await matching(streamNameFilter({ prefixes: [prefix] })), ['x-1', 'y-2', 'x-3', 'ö-4', 'x-9']);
    t.deepEqual(await matching(streamNameFilter({ prefixes: [`${prefix}y`, `${prefix}x`] })), [
      'x-1',
      'y-2',
      'x-3',
      'x-9',
    ]);
    t.deepEqual(await matching(streamNameFilter({ regex: `^${prefix}.-[239]$` })), ['y-2', 'x-3', 'x-9']);
    t.deepEqual(await matching(eventTypeFilter({ prefixes: [`${prefix}A`] })), ['x-1', 'ö-4', 'x-9']);
    t.deepEqual(await matching(eventTypeFilter({ regex: `^${prefix}[AC]` })), ['x-1', 'x-3', 'ö-4', 'x-9']);
  });

  serverTest('system events are in $all, and in a filter only by their own names', async (t, { client, prefix }) => {
    const first = await client.appendToStream(prefix, event());
    await client.setStreamMetadata(prefix, { maxCount: 10 });
    const last = await client.appendToStream(prefix, event());
    const streamsOf = (found: AllStreamResolvedEvent[]) =>
      found.flatMap(({ event: stored }) => (stored?.streamId.endsWith(prefix) ? [stored.streamId] : []));
    const mine = async (filter: Filter | undefined) =>
      streamsOf(await eventsUpTo(client, filter, last.position, first.position));
    t.deepEqual(await mine(undefined), [`$$${prefix}`, prefix]);
    t.deepEqual(await mine(streamNameFilter({ prefixes: [prefix, `$$${prefix}`] })), [`$$${prefix}`, prefix]);
    t.deepEqual(await mine(streamNameFilter({ prefixes: [prefix] })), [prefix]);
    t.deepEqual(await mine(excludeSystemEvents()), [prefix]);
  });

  serverTest('a checkpoint tells of what was passed over, and never of what is to come', async (t, server) => {
    const { client, prefix } = server;
    const begun = await client.appendToStream(`${prefix}-begin`, event());
    for (let index = 0; index < 10; index += 1) {
      await client.appendToStream(`${prefix}-other`, events(40));
      await client.appendToStream(`${prefix}-mine`, event(index));
    }
    const order: { kind: 'event' | 'checkpoint'; position: bigint }[] = [];
    const checkpointReached = async (_: unknown, position: Position) => {
      order.push({ kind: 'checkpoint', position: position.commit });
    };
    const filter = streamNameFilter({
      prefixes: [`${prefix}-mine`],
      maxSearchWindow: 20,
      checkpointInterval: 2,
      checkpointReached,
    });
    const subscription = client.subscribeToAll({ fromPosition: begun.position ?? START, filter });
    await new Promise<void>((resolve, reject) => {
      subscription.on('error', reject);
      subscription.on('data', ({ event: stored }) => {
        if (stored) order.push({ kind: 'event', position: stored.position.commit });
        if (order.filter(({ kind }) => kind === 'event').length === 10) resolve();
      });
    });
    await subscription.unsubscribe();
    const positions = order.map(({ position }) => position);
    t.deepEqual(
      positions,
      positions.toSorted((a, b) => (a < b ? -1 : Number(a > b))),
    );
    // At least: others append too, and what they do is passed over as well.
    const count = order.filter(({ kind }) => kind === 'checkpoint').length;
    t.true(count >= 2, `${count} checkpoints in 410 events, one every 40`);
  });
}

/** What a subscription brings after the position `after` (or from the start), up to and with the one at `last`. */
async function eventsUpTo(
  client: EventStoreDBClient,
  filter: Filter | undefined,
  last: Position | undefined,
  after?: Position,
): Promise<AllStreamResolvedEvent[]> {
  const found: AllStreamResolvedEvent[] = [];
  const subscription = client.subscribeToAll({ fromPosition: after ?? START, ...(filter ? { filter } : {}) });
  for await (const resolved of subscription) {
    found.push(resolved);
    if (resolved.event?.position.commit === last?.commit) break;
  }
  return found;
}
