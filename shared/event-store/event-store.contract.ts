import { randomUUID } from 'node:crypto';
import type { ExecutionContext, TestFn } from 'ava';
import {
  type EventStore,
  type EventToAppend,
  RevisionConflict,
  type StoredEvent,
  StreamDeleted,
  type SubscriptionMessage,
} from './event-store.js';

/**
 * What every event store must do. `open` gives a store that others may be using too, on a server that may hold
 * anything already: each test keeps to stream names of its own.
 */
export function testEventStore(test: TestFn, name: string, open: (t: ExecutionContext) => Promise<EventStore>): void {
  const storeTest = (title: string, body: (t: ExecutionContext, store: EventStore, prefix: string) => Promise<void>) =>
    test(`${name}: ${title}`, async (t) => body(t, await open(t), `test${randomUUID().slice(0, 8)}`));

  storeTest('what was appended is read back, whole and in order', async (t, store, prefix) => {
    const events = [event(1), event(2), event(3)];
    const result = await store.append(`${prefix}-a`, events, 'no_stream');
    const read = await collect(store.readStream(`${prefix}-a`));
    t.is(result.revision, 2);
    t.is(read[2]?.position, result.position);
    t.deepEqual(
      read.map(({ id, type, data, metadata }) => ({ id, type, data, metadata })),
      events,
    );
    t.deepEqual(
      read.map(({ stream, revision }) => [stream, revision]),
      [0, 1, 2].map((revision) => [`${prefix}-a`, revision]),
    );
    t.true(isGrowing(read));
  });

  storeTest('an append at the head goes on the stream', async (t, store, prefix) => {
    const first = await store.append(`${prefix}-a`, [event(1)], 'no_stream');
    const second = await store.append(`${prefix}-a`, [event(2), event(3)], first.revision);
    t.is(second.revision, 2);
    t.true(second.position > first.position);
  });

  for (const expected of ['no_stream', 0, 5] as const) {
    storeTest(`a stream at revision 1 refuses an append at ${expected}`, async (t, store, prefix) => {
      await store.append(`${prefix}-a`, [event(1), event(2)], 'no_stream');
      const error = await t.throwsAsync(store.append(`${prefix}-a`, [event(3)], expected), {
        instanceOf: RevisionConflict,
      });
      t.is(error.actual, 1);
      t.is((await collect(store.readStream(`${prefix}-a`))).length, 2);
    });
  }

  for (const expected of [0, 5]) {
    storeTest(`a missing stream refuses an append at ${expected}`, async (t, store, prefix) => {
      const error = await t.throwsAsync(store.append(`${prefix}-a`, [event(1)], expected), {
        instanceOf: RevisionConflict,
      });
      t.is(error.actual, 'no_stream');
      t.deepEqual(await collect(store.readStream(`${prefix}-a`)), []);
    });
  }

  storeTest('of two writers who saw the same, one wins and the other hears the revision', async (t, store, prefix) => {
    await store.append(`${prefix}-a`, [event(0)], 'no_stream');
    const writers = Array.from({ length: 8 }, (_, index) => store.append(`${prefix}-a`, [event(index)], 0));
    const results = await Promise.allSettled(writers);
    const conflicts = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    t.is(conflicts.length, 7);
    for (const conflict of conflicts) {
      t.true(conflict instanceof RevisionConflict);
      t.is(conflict.actual, 1);
    }
    t.is((await collect(store.readStream(`${prefix}-a`))).length, 2);
  });

  storeTest('the same append again is answered as the first time and stores nothing', async (t, store, prefix) => {
    const events = [event(1), event(2)];
    const first = await store.append(`${prefix}-a`, events, 'no_stream');
    t.deepEqual(await store.append(`${prefix}-a`, events, 'no_stream'), first);
    const next = [event(3), event(4)];
    const second = await store.append(`${prefix}-a`, next, first.revision);
    t.deepEqual(await store.append(`${prefix}-a`, next, first.revision), second);
    t.deepEqual(await store.append(`${prefix}-a`, events, 'no_stream'), first, 'also once others came after it');
    t.is((await collect(store.readStream(`${prefix}-a`))).length, 4);
  });

  storeTest('the same append many times at once is stored once', async (t, store, prefix) => {
    const events = [event(1), event(2)];
    const copies = await Promise.all(
      Array.from({ length: 20 }, () => store.append(`${prefix}-a`, events, 'no_stream')),
    );
    t.is(new Set(copies.map(({ revision, position }) => `${revision}@${position}`)).size, 1);
    t.is((await collect(store.readStream(`${prefix}-a`))).length, 2);
  });

  storeTest('the first part of an append counts as already there', async (t, store, prefix) => {
    const events = [event(1), event(2), event(3)];
    await store.append(`${prefix}-a`, events, 'no_stream');
    const [first] = await collect(store.readStream(`${prefix}-a`));
    t.deepEqual(await store.append(`${prefix}-a`, events.slice(0, 1), 'no_stream'), {
      revision: 0,
      position: first?.position ?? 0n,
    });
  });

  storeTest('ids that are there only in part are a conflict', async (t, store, prefix) => {
    const stored = event(1);
    await store.append(`${prefix}-a`, [stored], 'no_stream');
    await t.throwsAsync(store.append(`${prefix}-a`, [stored, event(2)], 'no_stream'), { instanceOf: RevisionConflict });
    await t.throwsAsync(store.append(`${prefix}-a`, [event(2), stored], 'no_stream'), { instanceOf: RevisionConflict });
  });

  storeTest('an id that is elsewhere is no reason against an append', async (t, store, prefix) => {
    const shared = event(1);
    await store.append(`${prefix}-a`, [shared], 'no_stream');
    await store.append(`${prefix}-b`, [shared], 'no_stream');
    await store.append(`${prefix}-a`, [shared], 0);
    t.is((await collect(store.readStream(`${prefix}-a`))).length, 2);
  });

  storeTest('a stream is read both ways, from anywhere, up to a count', async (t, store, prefix) => {
    const stream = `${prefix}-a`;
    await store.append(stream, [0, 1, 2, 3, 4].map(event), 'no_stream');
    const revisions = async (options: Parameters<EventStore['readStream']>[1]) =>
      (await collect(store.readStream(stream, options))).map(({ revision }) => revision);
    t.deepEqual(await revisions({}), [0, 1, 2, 3, 4]);
    t.deepEqual(await revisions({ from: 3 }), [3, 4]);
    t.deepEqual(await revisions({ from: 5 }), []);
    t.deepEqual(await revisions({ from: 1, maxCount: 2 }), [1, 2]);
    t.deepEqual(await revisions({ maxCount: 0 }), []);
    t.deepEqual(await revisions({ direction: 'backwards' }), [4, 3, 2, 1, 0]);
    t.deepEqual(await revisions({ direction: 'backwards', from: 2 }), [2, 1, 0]);
    t.deepEqual(await revisions({ direction: 'backwards', maxCount: 1 }), [4]);
    t.deepEqual(await revisions({ direction: 'backwards', from: 3, maxCount: 2 }), [3, 2]);
  });

  storeTest('a reader may stop early', async (t, store, prefix) => {
    await store.append(
      `${prefix}-a`,
      Array.from({ length: 300 }, (_, index) => event(index)),
      'no_stream',
    );
    for (let round = 0; round < 3; round += 1) {
      for await (const { revision } of store.readStream(`${prefix}-a`)) {
        if (revision === 1) break;
      }
    }
    t.is((await collect(store.readStream(`${prefix}-a`))).length, 300);
  });

  storeTest('all streams are read both ways, by prefix, strictly after a position', async (t, store, prefix) => {
    const appended: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      const stream = `${prefix}${index % 2 === 0 ? 'even' : 'odd'}-${index}`;
      await store.append(stream, [event(index)], 'no_stream');
      appended.push(stream);
    }
    const read = async (options: Parameters<EventStore['readAll']>[0]) =>
      collect(store.readAll({ streamPrefixes: [prefix], ...options }));
    const names = (events: readonly StoredEvent[]) => events.map(({ stream }) => stream);
    const all = await read({});
    t.deepEqual(names(all), appended);
    t.true(isGrowing(all));
    t.deepEqual(names(await read({ direction: 'backwards' })), appended.toReversed());
    t.deepEqual(
      names(await read({ streamPrefixes: [`${prefix}odd-`] })),
      appended.filter((_, index) => index % 2 === 1),
    );
    t.deepEqual(names(await read({ streamPrefixes: [`${prefix}odd-1`, `${prefix}even-2`] })), [
      appended[1],
      appended[2],
    ]);
    t.deepEqual(names(await read({ after: all[2]?.position })), appended.slice(3));
    t.deepEqual(names(await read({ after: all[2]?.position, maxCount: 2 })), appended.slice(3, 5));
    t.deepEqual(
      names(await read({ after: all[2]?.position, direction: 'backwards' })),
      appended.slice(0, 2).toReversed(),
    );
    t.deepEqual(names(await read({ direction: 'backwards', maxCount: 1 })), appended.slice(5));
    t.deepEqual(names(await read({ after: all[5]?.position })), []);
  });

  storeTest('a subscription catches up and goes live without a gap or a double', async (t, store, prefix) => {
    const before = 40;
    const total = 240;
    const append = (index: number) => store.append(`${prefix}-${index}`, [event(index)], 'no_stream');
    for (let index = 0; index < before; index += 1) await append(index);

    const stop = new AbortController();
    const received: StoredEvent[] = [];
    const appending = (async () => {
      for (let index = before; index < total; index += 4) {
        await Promise.all([0, 1, 2, 3].map((offset) => append(index + offset)));
      }
    })();
    for await (const message of store.subscribeToAll({
      after: undefined,
      streamPrefixes: [`${prefix}-`],
      signal: stop.signal,
    })) {
      if (message.kind === 'event') received.push(message.event);
      if (received.length === total) break;
    }
    await appending;
    t.deepEqual(received, await collect(store.readAll({ streamPrefixes: [`${prefix}-`] })));
    t.is(new Set(received.map(({ stream }) => stream)).size, total);
  });

  storeTest('a subscription goes on strictly after its position', async (t, store, prefix) => {
    await store.append(`${prefix}-a`, [0, 1, 2, 3].map(event), 'no_stream');
    const all = await collect(store.readAll({ streamPrefixes: [prefix] }));
    const next = await firstMessages(store, prefix, all[1]?.position, 2);
    t.deepEqual(next, all.slice(2));
  });

  storeTest('a subscription hears how far was looked when nothing matches', async (t, store, prefix) => {
    const count = 100;
    let last = 0n;
    const append = (_: unknown, index: number) => store.append(`${prefix}-other-${index}`, [event(index)], 'no_stream');
    const results = await Promise.all(Array.from({ length: count }, append));
    for (const { position } of results) if (position > last) last = position;
    // With a real server the interval decides how close to the end it comes.
    const stop = new AbortController();
    for await (const message of store.subscribeToAll({
      after: undefined,
      streamPrefixes: [`${prefix}-none`],
      signal: stop.signal,
    })) {
      t.is(message.kind, 'checkpoint');
      const [first] = await collect(store.readAll({ streamPrefixes: [prefix], maxCount: 1 }));
      if (message.kind === 'checkpoint' && message.position > (first?.position ?? last)) {
        t.true(message.position >= (first?.position ?? last));
        break;
      }
    }
  });

  storeTest('a checkpoint never overtakes an event before it', async (t, store, prefix) => {
    const append = (_: unknown, index: number) =>
      store.append(`${prefix}-${index % 3 === 0 ? 'mine' : 'other'}-${index}`, [event(index)], 'no_stream');
    await Promise.all(Array.from({ length: 200 }, append));
    const mine = await collect(store.readAll({ streamPrefixes: [`${prefix}-mine`] }));
    const stop = new AbortController();
    const messages: SubscriptionMessage[] = [];
    for await (const message of store.subscribeToAll({
      after: undefined,
      streamPrefixes: [`${prefix}-mine`],
      signal: stop.signal,
    })) {
      messages.push(message);
      if (message.kind === 'event' && message.event.position === mine.at(-1)?.position) break;
    }
    const positions = messages.map((message) => (message.kind === 'event' ? message.event.position : message.position));
    t.deepEqual(
      positions,
      positions.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
    );
  });

  storeTest('an aborted subscription ends quietly, idle or not yet begun', async (t, store, prefix) => {
    const idle = new AbortController();
    const ended = collect(
      store.subscribeToAll({ after: undefined, streamPrefixes: [`${prefix}-`], signal: idle.signal }),
    );
    await store.append(`${prefix}-a`, [event(1)], 'no_stream');
    idle.abort();
    const events = (await ended).filter(({ kind }) => kind === 'event');
    t.true(events.length <= 1);
    t.deepEqual(
      await collect(store.subscribeToAll({ after: undefined, streamPrefixes: [prefix], signal: AbortSignal.abort() })),
      [],
    );
  });

  storeTest('a deleted stream reads as empty and is closed for ever', async (t, store, prefix) => {
    const events = [event(1), event(2)];
    await store.append(`${prefix}-a`, events, 'no_stream');
    await store.append(`${prefix}-b`, [event(3)], 'no_stream');
    await store.deleteStream(`${prefix}-a`);
    t.deepEqual(await collect(store.readStream(`${prefix}-a`)), []);
    t.deepEqual(await collect(store.readStream(`${prefix}-a`, { direction: 'backwards', maxCount: 1 })), []);
    for (const expected of ['no_stream', 1] as const) {
      await t.throwsAsync(store.append(`${prefix}-a`, [event(4)], expected), { instanceOf: StreamDeleted });
    }
    await t.throwsAsync(store.append(`${prefix}-a`, events, 'no_stream'), { instanceOf: StreamDeleted });
    t.is((await collect(store.readStream(`${prefix}-b`))).length, 1);
  });

  storeTest('only what was deleted for ever is told from what never was', async (t, store, prefix) => {
    await store.append(`${prefix}-a`, [event(1)], 'no_stream');
    await store.append(`${prefix}-b`, [event(2), event(3)], 'no_stream');
    await store.deleteStream(`${prefix}-a`);
    await store.deleteStream(`${prefix}-never`);
    const streams = ['a', 'b', 'missing', 'never'].map((name) => store.isDeleted(`${prefix}-${name}`));
    t.deepEqual(await Promise.all(streams), [true, false, false, true]);
  });

  storeTest('deleting twice, or what does not exist, is no error', async (t, store, prefix) => {
    await store.append(`${prefix}-a`, [event(1)], 'no_stream');
    await store.deleteStream(`${prefix}-a`);
    await t.notThrowsAsync(store.deleteStream(`${prefix}-a`));
    await t.notThrowsAsync(store.deleteStream(`${prefix}-never`));
  });

  storeTest('a deletion is not an event that readers see', async (t, store, prefix) => {
    await store.append(`${prefix}-a`, [event(1)], 'no_stream');
    await store.deleteStream(`${prefix}-a`);
    const { position } = await store.append(`${prefix}-b`, [event(2)], 'no_stream');
    const read = await collect(store.readAll({ streamPrefixes: [prefix] }));
    t.true(read.every(({ type }) => type === 'Tested'));
    t.is(read.at(-1)?.position, position);
    const last = await firstMessages(store, `${prefix}-b`, undefined, 1);
    t.is(last[0]?.position, position);
  });

  storeTest('text of any script and large events come back as they were', async (t, store, prefix) => {
    const large = {
      id: randomUUID(),
      type: 'Tested',
      data: { text: 'ÅäöÑ€漢字😀\u0000\n"\\', blank: '', nested: [1, null, { deep: true }] },
      metadata: {},
    };
    const long = { id: randomUUID(), type: 'Tested', data: { text: 'x'.repeat(500_000) }, metadata: { note: '' } };
    await store.append(`${prefix}-ö`, [large, long], 'no_stream');
    const read = await collect(store.readStream(`${prefix}-ö`));
    t.deepEqual(
      read.map(({ data }) => data),
      [large.data, long.data],
    );
  });
}

function event(index: number): EventToAppend {
  return { id: randomUUID(), type: 'Tested', data: { index }, metadata: { made: 'by a test' } };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function firstMessages(
  store: EventStore,
  prefix: string,
  after: bigint | undefined,
  count: number,
): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  const stop = new AbortController();
  for await (const message of store.subscribeToAll({ after, streamPrefixes: [prefix], signal: stop.signal })) {
    if (message.kind === 'event') found.push(message.event);
    if (found.length === count) break;
  }
  return found;
}

function isGrowing(events: readonly StoredEvent[]): boolean {
  return events.every((event, index) => index === 0 || event.position > (events[index - 1]?.position ?? 0n));
}
