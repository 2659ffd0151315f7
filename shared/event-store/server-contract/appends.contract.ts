import {
  ANY,
  type AppendExpectedRevision,
  binaryEvent,
  DeadlineExceededError,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import {
  collect,
  event,
  events,
  optionsOf,
  revisionsOf,
  type ServerContext,
  type ServerTest,
  WAYS_TO_APPEND,
} from './context.js';

/** What a stream is like before the append; all but the missing one hold the revisions 0 to 2. */
const STATES = {
  missing: async () => undefined,
  'at revision 2': async (stream, { client }) => {
    await client.appendToStream(stream, events(3), { expectedRevision: NO_STREAM });
  },
  'soft-deleted': async (stream, { client }) => {
    await client.appendToStream(stream, events(3), { expectedRevision: NO_STREAM });
    await client.deleteStream(stream, { expectedRevision: 2n });
  },
  tombstoned: async (stream, { client }) => {
    await client.appendToStream(stream, events(3), { expectedRevision: NO_STREAM });
    await client.tombstoneStream(stream, { expectedRevision: 2n });
  },
} satisfies Record<string, (stream: string, server: ServerContext) => Promise<void>>;

type Outcome = number | { readonly conflict: typeof NO_STREAM | bigint } | 'deleted';

const OUTCOMES: Record<keyof typeof STATES, readonly [AppendExpectedRevision, Outcome][]> = {
  missing: [
    [ANY, 0],
    [NO_STREAM, 0],
    [STREAM_EXISTS, { conflict: NO_STREAM }],
    [0n, { conflict: NO_STREAM }],
    [2n, { conflict: NO_STREAM }],
  ],
  'at revision 2': [
    [ANY, 3],
    [NO_STREAM, { conflict: 2n }],
    [STREAM_EXISTS, 3],
    [1n, { conflict: 2n }],
    [2n, 3],
    [3n, { conflict: 2n }],
  ],
  'soft-deleted': [
    [ANY, 3],
    [NO_STREAM, 3],
    [STREAM_EXISTS, 'deleted'],
    [1n, { conflict: 2n }],
    [2n, 3],
    [3n, { conflict: 2n }],
  ],
  tombstoned: [
    [ANY, 'deleted'],
    [NO_STREAM, 'deleted'],
    [STREAM_EXISTS, 'deleted'],
    [2n, 'deleted'],
  ],
};

export function testAppends(serverTest: ServerTest): void {
  for (const way of WAYS_TO_APPEND) {
    for (const state of Object.keys(STATES) as (keyof typeof STATES)[]) {
      serverTest(`${way} to a stream that is ${state}, by expected revision`, async (t, server) => {
        for (const [expectedRevision, outcome] of OUTCOMES[state]) {
          const stream = `${server.prefix}-${expectedRevision}`;
          await STATES[state](stream, server);
          const append = server.client.appendToStream(stream, event(), {
            expectedRevision,
            ...optionsOf(way, server),
          });
          if (typeof outcome === 'number') {
            t.is((await append).nextExpectedRevision, BigInt(outcome), String(expectedRevision));
          } else if (outcome === 'deleted') {
            const error = await t.throwsAsync(append, { instanceOf: StreamDeletedError }, String(expectedRevision));
            t.is(error?.streamName, stream);
          } else {
            const error = await t.throwsAsync(append, { instanceOf: WrongExpectedVersionError });
            t.is(error?.streamName, stream);
            t.is(error?.expectedVersion, expectedRevision);
            t.is(error?.actualVersion, outcome.conflict);
          }
        }
      });
    }

    serverTest(`${way} again with the same ids is answered as before, and stores nothing`, async (t, server) => {
      const { client, prefix } = server;
      const options = optionsOf(way, server);
      const append = (proposed: ReturnType<typeof events>, expectedRevision: AppendExpectedRevision) =>
        client.appendToStream(prefix, proposed, { expectedRevision, ...options });
      const [first, second] = [events(2), events(2)];
      const begun = await append(first, NO_STREAM);
      const gone = await append(second, 1n);
      for (const [proposed, result] of [
        [first, begun],
        [second, gone],
      ] as const) {
        t.deepEqual(await append(proposed, ANY), result);
        t.deepEqual(await append(proposed, STREAM_EXISTS), result);
      }
      t.deepEqual(await append(first, NO_STREAM), begun);
      t.deepEqual(await append(second, 1n), gone);
      // At another place the same ids are another append.
      await t.throwsAsync(append(second, NO_STREAM), { instanceOf: WrongExpectedVersionError });
      await t.throwsAsync(append(first, 0n), { instanceOf: WrongExpectedVersionError });
      // Some known, some not: neither done nor new.
      await t.throwsAsync(append([...second, event()], 1n), { instanceOf: WrongExpectedVersionError });
      await t.throwsAsync(append([...first, event()], ANY), { instanceOf: WrongExpectedVersionError });
      t.deepEqual(await revisionsOf(client.readStream(prefix)), [0, 1, 2, 3]);
    });

    serverTest(`${way} of more than the maximum is refused, and only that one`, async (t, server) => {
      const { client, prefix } = server;
      const options = { expectedRevision: NO_STREAM, ...optionsOf(way, server) } as const;
      const large = jsonEvent({ type: 'Large', data: { text: 'x'.repeat(1024 * 1024) } });
      const [refused, taken] = await Promise.allSettled([
        client.appendToStream(`${prefix}-large`, large, options),
        client.appendToStream(`${prefix}-small`, event(), options),
      ]);
      t.true(refused.status === 'rejected' && refused.reason instanceof MaxAppendSizeExceededError);
      if (refused.status === 'rejected') t.is(refused.reason.maxAppendSize, 1024 * 1024);
      t.is(taken.status, 'fulfilled');
    });

    serverTest(`${way} after its deadline is not stored`, async (t, server) => {
      const { client, prefix } = server;
      const options = { expectedRevision: NO_STREAM, deadline: -1_000, ...optionsOf(way, server) } as const;
      await t.throwsAsync(client.appendToStream(prefix, event(), options), { instanceOf: DeadlineExceededError });
      t.is((await client.appendToStream(prefix, event(), { expectedRevision: NO_STREAM })).nextExpectedRevision, 0n);
    });
  }

  serverTest('an append in many chunks is one append, beside others in chunks', async (t, { client, prefix }) => {
    const proposed = Array.from({ length: 4 }, () => events(300));
    const results = await Promise.all(
      proposed.map((list, index) =>
        client.appendToStream(`${prefix}-${index}`, list, { expectedRevision: NO_STREAM, batchAppendSize: 1024 }),
      ),
    );
    for (const [index, list] of proposed.entries()) {
      const stored = await collect(client.readStream(`${prefix}-${index}`));
      t.deepEqual(
        stored.map(({ event: one }) => one?.id),
        list.map(({ id }) => id),
      );
      t.is(results[index]?.nextExpectedRevision, 299n);
      const positions = stored.map(({ event: one }) => one?.position?.commit ?? 0n);
      t.is(positions.at(-1), results[index]?.position?.commit);
      t.is(new Set(positions).size, 300, 'each at its own position');
    }
  });

  serverTest('appends sent at once to one stream see each other in their order', async (t, { client, prefix }) => {
    const [first, second, third, late] = [event(0), event(1), event(2), event(3)];
    const append = (one: ReturnType<typeof event>, expectedRevision: AppendExpectedRevision) =>
      client.appendToStream(prefix, one, { expectedRevision });
    const results = await Promise.allSettled([
      append(first, NO_STREAM),
      append(second, 0n),
      append(first, NO_STREAM),
      append(late, 0n),
      append(third, ANY),
      append(third, ANY),
    ]);
    const revisions = results.map((result) =>
      result.status === 'fulfilled' ? Number(result.value.nextExpectedRevision) : result.reason.actualVersion,
    );
    t.deepEqual(revisions, [0, 1, 0, 1n, 2, 2]);
    t.deepEqual(await revisionsOf(client.readStream(prefix)), [0, 1, 2]);
  });

  serverTest('a flood of appends to one stream is stored whole', async (t, { client, prefix }) => {
    const results = await Promise.all(events(1_000).map((one) => client.appendToStream(prefix, one)));
    const revisions = results.map(({ nextExpectedRevision }) => Number(nextExpectedRevision));
    t.deepEqual(
      revisions.toSorted((a, b) => a - b),
      revisions.map((_, index) => index),
    );
    t.is((await collect(client.readStream(prefix))).length, 1_000);
  });

  serverTest('bytes come back as bytes, in data and in metadata', async (t, { client, prefix }) => {
    const data = Buffer.from([0, 1, 254, 255]);
    const metadata = Buffer.from('not JSON');
    await client.appendToStream(prefix, binaryEvent({ type: 'Bytes', data, metadata }));
    const [stored] = await collect(client.readStream(prefix));
    t.is(stored?.event?.isJson, false);
    t.deepEqual(Buffer.from(stored?.event?.data as Uint8Array), data);
    t.deepEqual(Buffer.from(stored?.event?.metadata as Uint8Array), metadata);
  });
}
