import test from 'ava';
import type { EventStore, SubscriptionMessage } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import { createScribe } from '../../../shared/testing/scribe.js';
import { BrokenHistory } from './fact.js';
import { follow } from './follow.js';

/** A store whose subscription says just this, then ends. */
async function saying(say: (events: SubscriptionMessage[]) => readonly SubscriptionMessage[]): Promise<EventStore> {
  const store = createMemoryEventStore();
  await createScribe(store).write(playerLife('1' as PlayerId).slice(0, 5));
  const events: SubscriptionMessage[] = [];
  for await (const event of store.readAll()) events.push({ kind: 'event', event });
  return {
    ...store,
    async *subscribeToAll() {
      yield* say(events);
    },
  };
}

/** Takes every batch, and remembers up to where. */
function takingAll(): { postgres: Postgres; committed: bigint[] } {
  const sql = { query: async () => [{ name: 'read-models' }] as never };
  return {
    committed: [],
    postgres: { ...sql, inTransaction: (work) => work(sql), stop: async () => undefined },
  };
}

async function followed(store: EventStore, after: bigint | undefined = undefined): Promise<readonly bigint[]> {
  const { postgres, committed } = takingAll();
  const signal = new AbortController().signal;
  await follow({ store, postgres, after, signal, onCommitted: ({ position }) => committed.push(position) });
  return committed;
}

test('a checkpoint that came before what it covers is not followed by a silent loss', async (t) => {
  const store = await saying(([first, second]) => [
    { kind: 'checkpoint', position: 1_000_000n },
    ...(first && second ? [first, second] : []),
  ]);
  await t.throwsAsync(followed(store), { instanceOf: BrokenHistory, message: /came after 1000000/ });
});

test('an event that comes out of order stops the reading', async (t) => {
  const store = await saying(([first, second, third]) => (first && second && third ? [first, third, second] : []));
  await t.throwsAsync(followed(store), { instanceOf: BrokenHistory });
});

test('checkpoints without events are saved, but not each of them', async (t) => {
  const store = await saying(() => [1n, 2n, 3n].map((position) => ({ kind: 'checkpoint', position })));
  t.is((await followed(store)).length, 1);
});
