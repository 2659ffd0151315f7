import { BACKWARDS, END, FORWARDS, NO_STREAM, START, StreamNotFoundError } from '@eventstore/db-client';
import { collect, event, events, revisionsOf, type ServerTest } from './context.js';

export function testReads(serverTest: ServerTest): void {
  serverTest('a stream is read both ways, from its ends and from within', async (t, { client, prefix }) => {
    await client.appendToStream(prefix, events(5), { expectedRevision: NO_STREAM });
    const read = (options: Parameters<typeof client.readStream>[1]) => revisionsOf(client.readStream(prefix, options));
    t.deepEqual(await read({ direction: FORWARDS, fromRevision: START }), [0, 1, 2, 3, 4]);
    t.deepEqual(await read({ direction: FORWARDS, fromRevision: 3n }), [3, 4]);
    t.deepEqual(await read({ direction: FORWARDS, fromRevision: 5n }), []);
    t.deepEqual(await read({ direction: FORWARDS, fromRevision: 1n, maxCount: 2 }), [1, 2]);
    t.deepEqual(await read({ direction: BACKWARDS, fromRevision: END }), [4, 3, 2, 1, 0]);
    t.deepEqual(await read({ direction: BACKWARDS, fromRevision: 2n }), [2, 1, 0]);
    t.deepEqual(await read({ direction: BACKWARDS, fromRevision: END, maxCount: 1 }), [4]);
    t.deepEqual(await read({ direction: BACKWARDS, fromRevision: 99n, maxCount: 100 }), [4, 3, 2, 1, 0]);
    t.deepEqual(await read({ direction: BACKWARDS, fromRevision: START }), [0]);
  });

  serverTest('a stream that never was is not found, from wherever it is read', async (t, { client, prefix }) => {
    for (const options of [{}, { fromRevision: 7n }, { direction: BACKWARDS, fromRevision: END }] as const) {
      const error = await t.throwsAsync(collect(client.readStream(prefix, options)), {
        instanceOf: StreamNotFoundError,
      });
      t.is(error?.streamName, prefix);
    }
  });

  serverTest('long reads come whole, in pages of whatever size', async (t, { client, prefix }) => {
    for (let page = 0; page < 3; page += 1) await client.appendToStream(prefix, events(700));
    const all = Array.from({ length: 2_100 }, (_, revision) => revision);
    t.deepEqual(await revisionsOf(client.readStream(prefix)), all);
    t.deepEqual(
      await revisionsOf(client.readStream(prefix, { direction: BACKWARDS, fromRevision: END })),
      all.toReversed(),
    );
  });

  serverTest('$all is read both ways, from its ends and from a position', async (t, { client, prefix }) => {
    const places = [];
    for (let index = 0; index < 5; index += 1) {
      const { position } = await client.appendToStream(`${prefix}-${index}`, event(index));
      places.push(position ?? { commit: 0n, prepare: 0n });
    }
    const [, second, third] = places;
    const mine = async (options: Parameters<typeof client.readAll>[0]) =>
      (await collect(client.readAll(options)))
        .flatMap(({ event: stored }) => (stored ? [stored.streamId] : []))
        .filter((stream) => stream.startsWith(prefix))
        .map((stream) => Number(stream.at(-1)));
    t.deepEqual(await mine({ fromPosition: START }), [0, 1, 2, 3, 4]);
    t.deepEqual(await mine({ direction: BACKWARDS, fromPosition: END }), [4, 3, 2, 1, 0]);
    // A position lies before its event: forwards with it, backwards without.
    t.deepEqual(await mine({ fromPosition: third ?? START }), [2, 3, 4]);
    t.deepEqual(await mine({ direction: BACKWARDS, fromPosition: third ?? END }), [1, 0]);
    t.deepEqual(await mine({ fromPosition: second ?? START, maxCount: 1 }), [1]);
    t.deepEqual(await collect(client.readAll({ direction: BACKWARDS, fromPosition: START })), []);
    t.is((await collect(client.readAll({ maxCount: 3 }))).length, 3);
  });
}
