import test from 'ava';
import { type EventStore, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { registerPlayer } from '../player/account.js';
import { NOW, PLAYER, type Step } from '../player/testing/given.js';
import { bet, depositRequested, READY_TO_PLAY } from '../player/testing/steps.js';
import { CATALOGUE } from '../player/testing/test-catalogue.js';
import { createMemoryArchive } from './memory-archive.js';
import { createPlayers, type Players, TooManyWaiting } from './players.js';

const context = { now: NOW, correlationId: 'c', causationId: 'c', actor: 'test' };
const OTHER = parsePlayerId('54321') as PlayerId;

function run<Answer>(players: Players, step: Step<Answer>, playerId = PLAYER) {
  return players.decide(playerId, context, step);
}

async function register(players: Players, playerId = PLAYER) {
  await players.execute(playerId, context, (player) => registerPlayer(player, { currency: 'EUR', profileRevision: 0 }));
}

/** Counts how often a stream is read from its very start: each time is a player who was not in memory. */
function countsFirstTouches(store: EventStore) {
  const touches: string[] = [];
  return {
    touches,
    store: {
      ...store,
      readStream: (stream: string, options?: Parameters<EventStore['readStream']>[1]) => {
        if ((options?.from ?? 0) === 0) touches.push(stream);
        return store.readStream(stream, options);
      },
    },
  };
}

test('a cached player counts by what it remembers now, not by what it was when it came in', async (t) => {
  const { store, touches } = countsFirstTouches(createMemoryEventStore());
  // Room for about two small players, or for one with twenty bets.
  const players = createPlayers(
    { store, catalogue: CATALOGUE, archive: createMemoryArchive() },
    { cachedRecordsMax: 30 },
  );
  await register(players);
  await register(players, OTHER);
  for (const step of READY_TO_PLAY) await run(players, step);
  for (let n = 0; n < 20; n += 1) await run(players, bet({ transactionId: `t-${n}`, amount: '0.10' }));
  touches.length = 0;
  await run(players, depositRequested('1.00', 'd9'), OTHER);
  t.deepEqual(touches, [`player-${OTHER}`], 'the other one had to make room');
});

test('a player that outgrows the whole cache is still served, from the store', async (t) => {
  const players = createPlayers(
    { store: createMemoryEventStore(), catalogue: CATALOGUE, archive: createMemoryArchive() },
    { cachedRecordsMax: 12 },
  );
  await register(players);
  for (const step of READY_TO_PLAY) t.true((await run(players, step)).decision.ok);
  for (let n = 0; n < 10; n += 1) {
    const { decision } = await run(players, bet({ transactionId: `t-${n}`, amount: '1.00' }));
    t.deepEqual(decision.ok && decision.answer.balance, { cash: `${99 - n}.00`, bonus: '0.00' });
  }
});

test('behind a store that hangs, requests for a player are bounded: the rest is told to come back', async (t) => {
  let giveUp: () => void = () => undefined;
  const hanging = new Promise<never>((_, reject) => {
    giveUp = () => reject(new StoreUnavailable('hung'));
  });
  hanging.catch(() => undefined);
  const memory = createMemoryEventStore();
  let reads = 0;
  const store: EventStore = {
    ...memory,
    // biome-ignore lint/correctness/useYield: it never gets there.
    async *readStream() {
      reads += 1;
      await hanging;
    },
  };
  const players = createPlayers({ store, catalogue: CATALOGUE, archive: createMemoryArchive() });
  const all = Array.from({ length: 10_000 }, () =>
    run(players, bet()).then(
      () => 'answered',
      (error: Error) => error,
    ),
  );
  const refused = await Promise.all(all.slice(5_000));
  t.true(refused.every((error) => error instanceof TooManyWaiting));
  t.is(reads, 1);
  giveUp();
  t.false((await Promise.all(all)).includes('answered'));
});
