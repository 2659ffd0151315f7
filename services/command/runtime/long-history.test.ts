import { randomUUID } from 'node:crypto';
import test from 'ava';
import { type EventStore, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { registerPlayer } from '../player/account.js';
import { endBonus } from '../player/bonuses.js';
import { STATE_VERSION } from '../player/snapshot.js';
import { NOW, PLAYER, type Step } from '../player/testing/given.js';
import {
  bet,
  bonus,
  depositRequested,
  READY_TO_PLAY,
  reported,
  rollback,
  session,
  sessionEnded,
  win,
  withdrawalRequested,
} from '../player/testing/steps.js';
import { CATALOGUE } from '../player/testing/test-catalogue.js';
import type { Archive } from './archive.js';
import { createMemoryArchive } from './memory-archive.js';
import { createPlayers, type Players, type PlayersOptions } from './players.js';

// Goal: a player whose history is far longer than what is kept in memory is answered as one who fits.
// Method: an archive that takes over after every few events, and all that may happen to such a cache.

const SAVE_EVENTS = 20;
/** Each request has a name of its own, as at the edge: the same bytes twice would be the same append. */
function context() {
  return { now: NOW, correlationId: 'c', causationId: randomUUID(), actor: 'test' };
}

function run<Answer>(players: Players, step: Step<Answer>) {
  return players.decide(PLAYER, context(), step);
}

function playersOn(store: EventStore, archive: Archive = createMemoryArchive(), options: PlayersOptions = {}): Players {
  return createPlayers({ store, catalogue: CATALOGUE, archive }, { saveEvents: SAVE_EVENTS, ...options });
}

async function readyToPlay(players: Players): Promise<void> {
  await players.execute(PLAYER, context(), (player) => registerPlayer(player, { currency: 'EUR', profileRevision: 0 }));
  for (const step of READY_TO_PLAY) await run(players, step);
}

/** Bets of 0.01 under the ids t-<from>…, each in its own round. */
async function placeBets(players: Players, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 1) {
    const { decision } = await run(players, bet({ transactionId: `t-${n}`, roundId: `r-${n}`, amount: '0.01' }));
    if (!decision.ok) throw new Error(decision.rejection.type);
  }
}

/** A store that counts the events that are read from it. */
function counting(store: EventStore) {
  const counted = { read: 0 };
  const readStream: EventStore['readStream'] = async function* (stream, options) {
    for await (const event of store.readStream(stream, options)) {
      counted.read += 1;
      yield event;
    }
  };
  return { store: { ...store, readStream }, counted };
}

/** Everything that may be asked about a transaction of long ago. */
async function assertRemembersAll(
  t: { deepEqual: (a: unknown, b: unknown, message?: string) => void },
  players: Players,
) {
  const outcome = async <Answer>(step: Step<Answer>) => {
    const { decision, position } = await run(players, step);
    return [decision.ok ? decision.answer : decision.rejection.type, position === undefined ? 'nothing new' : 'new'];
  };
  const first = { transactionId: 't-10', roundId: 'r-10', amount: '0.01' };
  const replayed = { balance: { cash: '99.89', bonus: '0.00' }, currency: 'EUR', replayed: true };
  t.deepEqual(await outcome(bet(first)), [replayed, 'nothing new']);
  t.deepEqual(await outcome(bet({ ...first, amount: '0.02' })), ['IdempotencyConflict', 'nothing new']);
  t.deepEqual(await outcome(bet({ transactionId: 'late' })), ['TransactionRolledBack', 'nothing new']);
  const onWon = { referenceTransactionId: 't-11', roundId: 'r-11' };
  t.deepEqual(await outcome(rollback({ transactionId: 'x-1', ...onWon })), [
    'TransactionAlreadySettled',
    'nothing new',
  ]);
  const onRolledBack = { referenceTransactionId: 't-12', roundId: 'r-12' };
  t.deepEqual(await outcome(win({ transactionId: 'x-2', ...onRolledBack })), ['TransactionRolledBack', 'nothing new']);
  t.deepEqual((await outcome(rollback({ transactionId: 'x-3', ...onRolledBack })))[1], 'nothing new');
  t.deepEqual(await outcome(win({ transactionId: 'x-4', referenceTransactionId: 'never' })), [
    'TransactionNotFound',
    'nothing new',
  ]);
  t.deepEqual(await outcome(bet({ transactionId: 'x-5', sessionId: 's-old' })), ['SessionEnded', 'nothing new']);
  t.deepEqual((await outcome(reported('completed', 'd1')))[1], 'nothing new');
  t.deepEqual(await outcome(depositRequested('7.00', 'd1')), ['IdempotencyConflict', 'nothing new']);
  t.deepEqual(await outcome((player) => endBonus(player, 'ub-old', 'operator')), [
    { userBonusId: 'ub-old', status: 'cancelled' },
    'nothing new',
  ]);
  t.deepEqual(await outcome(bonus('6.00', 'ub-old')), ['IdempotencyConflict', 'nothing new']);
}

/** A player who did a bit of everything, and then placed hundreds of bets. */
async function livedLong(players: Players): Promise<void> {
  await readyToPlay(players);
  const past: readonly Step[] = [
    session('s-old', 'table_blackjack'),
    sessionEnded('s-old'),
    bonus('5.00', 'ub-old'),
    (player) => endBonus(player, 'ub-old', 'operator'),
    rollback({ transactionId: 'early', referenceTransactionId: 'late' }),
  ];
  for (const step of past) await run(players, step);
  await placeBets(players, 0, 13);
  await run(players, win({ transactionId: 'w-11', referenceTransactionId: 't-11', roundId: 'r-11', amount: '0.00' }));
  await run(players, rollback({ transactionId: 'rb-12', referenceTransactionId: 't-12', roundId: 'r-12' }));
  await placeBets(players, 13, 300);
}

test('what happened long ago is answered as if it had just happened, from the archive alone', async (t) => {
  const { store, counted } = counting(createMemoryEventStore());
  const players = playersOn(store);
  await livedLong(players);
  counted.read = 0;
  await assertRemembersAll(t, players);
  t.is(counted.read, 0, 'nothing was read again');
});

test('a restart reads what is newer than the last save, and not the history', async (t) => {
  const { store, counted } = counting(createMemoryEventStore());
  const archive = createMemoryArchive();
  await livedLong(playersOn(store, archive));
  counted.read = 0;
  const restarted = playersOn(store, archive);
  await assertRemembersAll(t, restarted);
  t.true(counted.read <= 2 * SAVE_EVENTS, `${counted.read} events were read`);
});

test('a player who had to leave the memory comes back from the archive', async (t) => {
  const { store, counted } = counting(createMemoryEventStore());
  const players = playersOn(store, createMemoryArchive(), { cachedRecordsMax: 1 });
  await livedLong(players);
  counted.read = 0;
  await assertRemembersAll(t, players);
  t.true(counted.read > 0);
});

test('without its archive a player is read whole, and is the same', async (t) => {
  const store = createMemoryEventStore();
  await livedLong(playersOn(store));
  await assertRemembersAll(t, playersOn(store, createMemoryArchive()));
});

test('two instances with an archive each take turns and know of each other’s transactions', async (t) => {
  const store = createMemoryEventStore();
  const [one, other] = [playersOn(store), playersOn(store)];
  await readyToPlay(one);
  for (let n = 0; n < 200; n += 1) {
    const [writer, reader] = n % 2 === 0 ? [one, other] : [other, one];
    await placeBets(writer, n, n + 1);
    const { decision } = await run(reader, bet({ transactionId: `t-${n}`, roundId: `r-${n}`, amount: '0.01' }));
    t.like(decision, { ok: true, answer: { replayed: true } }, String(n));
  }
});

test('an archive of another history is not believed', async (t) => {
  const archive = createMemoryArchive();
  await livedLong(playersOn(createMemoryEventStore(), archive));
  const store = createMemoryEventStore();
  const players = playersOn(store, archive);
  await readyToPlay(players);
  // In the other history this id was another bet, and cash was lower.
  const { decision } = await run(players, bet({ transactionId: 't-10', roundId: 'r-other', amount: '1.00' }));
  t.deepEqual(decision.ok && decision.answer.balance, { cash: '99.00', bonus: '0.00' });
});

test('an archive of a stream that was cut and went on otherwise is not believed', async (t) => {
  const [archive, store, rewritten] = [createMemoryArchive(), createMemoryEventStore(), createMemoryEventStore()];
  await livedLong(playersOn(store, archive));
  await livedLong(playersOn(rewritten));
  // As long as the archive, but at another hash from some point on.
  await run(playersOn(rewritten), withdrawalRequested('1.00'));
  const players = playersOn(rewritten, archive);
  const { decision } = await run(players, bet({ transactionId: 'new', roundId: 'new', amount: '0.01' }));
  t.true(decision.ok);
});

test('what another version of the code has saved is not read, and nothing of it is found afterwards', async (t) => {
  const store = createMemoryEventStore();
  const kept = createMemoryArchive();
  await livedLong(playersOn(store, kept));
  const before = kept.open(PLAYER).snapshot();
  if (before === undefined) return t.fail('nothing was saved');
  const wrong = { kind: 'tombstone' } as const;
  await kept
    .open(PLAYER)
    .save(
      { ...before, stateVersion: STATE_VERSION - 1, state: '{"status":"of another form"}' },
      new Map([['transaction mock t-10', wrong]]),
    );
  await assertRemembersAll(t, playersOn(store, kept));
  t.is(kept.open(PLAYER).snapshot()?.stateVersion ?? STATE_VERSION, STATE_VERSION);
  return undefined;
});

test('a save that fails loses nothing: it is told, and tried again some events later', async (t) => {
  const store = createMemoryEventStore();
  const archive = createMemoryArchive();
  let failures = 3;
  const failing: Archive = {
    ...archive,
    open(playerId) {
      const opened = archive.open(playerId);
      return {
        ...opened,
        async save(...saved) {
          failures -= 1;
          if (failures >= 0) throw new Error('the disk is full');
          await opened.save(...saved);
        },
      };
    },
  };
  const told: unknown[] = [];
  const players = playersOn(store, failing, { onSaveFailed: (error) => told.push(error) });
  await livedLong(players);
  t.is(told.length, 3);
  await assertRemembersAll(t, players);
  t.true((archive.open(PLAYER).snapshot()?.revision ?? 0) > 100);
});

test('a history that takes long to read is read in the background; its callers are told to come back, and then answered', async (t) => {
  const inner = createMemoryEventStore();
  await livedLong(playersOn(inner));
  let letGo: () => void = () => undefined;
  let opened = 0;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const store: EventStore = {
    ...inner,
    async *readStream(stream, options) {
      opened += 1;
      const isBackground = opened === 2;
      for await (const event of inner.readStream(stream, options)) {
        if (isBackground && event.revision === 100) await held;
        yield event;
      }
    },
  };
  const players = playersOn(store, createMemoryArchive(), { readMaxMs: 0 });
  const asked = bet({ transactionId: 't-10', roundId: 'r-10', amount: '0.01' });
  await t.throwsAsync(run(players, asked), { instanceOf: StoreUnavailable });
  await t.throwsAsync(run(players, asked), { instanceOf: StoreUnavailable, message: /still being read/ });
  letGo();
  for (;;) {
    try {
      const { decision } = await run(players, asked);
      t.true(decision.ok && decision.answer.replayed);
      break;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await new Promise(setImmediate);
    }
  }
  let last = -1;
  for await (const event of inner.readStream(playerStream(PLAYER))) last = event.revision;
  t.true(last > 100);
});
