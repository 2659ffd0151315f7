import test from 'ava';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { registerPlayer } from '../player/account.js';
import { NOW } from '../player/testing/given.js';
import { blocked } from '../player/testing/steps.js';
import { CATALOGUE } from '../player/testing/test-catalogue.js';
import { createMemoryArchive } from './memory-archive.js';
import { createPlayers, type Players } from './players.js';
import { createTimers, type DueTime, type FindDueTimes, type TimerLease } from './timers.js';

// Method: the read model is a list of due times that says what the test wants it to say, true or not.

const ENDS = '2026-01-02T13:00:00.000Z';
const context = { now: NOW, correlationId: 'c', causationId: 'c', actor: 'test' };
const idOf = (number: number) => parsePlayerId(String(number)) as PlayerId;
const dueOf = (number: number): DueTime => ({
  playerId: idOf(number),
  kind: 'block',
  subject: 'timeout',
  dueAt: ENDS,
});

const isBehind = (due: DueTime, after: DueTime | undefined) =>
  after === undefined || Number(due.playerId) > Number(after.playerId);

/** Nobody else holds the lease; told after each turn how many there were. */
function alone(rows: readonly DueTime[], onTurn: (turns: number) => void = () => undefined): TimerLease {
  let turns = 0;
  const find: FindDueTimes = async (before, limit, after) =>
    rows.filter((due) => due.dueAt <= before && isBehind(due, after)).slice(0, limit);
  return async (work) => {
    await work(find);
    turns += 1;
    onTurn(turns);
    return true;
  };
}

/** Resolves when `reached` is called. */
function signal() {
  let reached: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    reached = resolve;
  });
  return { done, reached };
}

async function inTimeout(...numbers: number[]) {
  const store = createMemoryEventStore();
  const players = createPlayers({ store, catalogue: CATALOGUE, archive: createMemoryArchive() });
  for (const number of numbers) {
    const playerId = idOf(number);
    await players.execute(playerId, context, (player) =>
      registerPlayer(player, { currency: 'EUR', profileRevision: 0 }),
    );
    await players.decide(playerId, context, blocked({ reason: 'timeout', until: ENDS }));
  }
  const liftsOf = async (number: number) => {
    const lifts = [];
    for await (const event of store.readStream(`player-${number}`)) if (event.type === 'BlockLifted') lifts.push(event);
    return lifts;
  };
  return { store, players, liftsOf };
}

const settled = { decision: { ok: true, events: [], answer: 'settled' }, position: undefined } as const;

test('what is due is recorded once, by the timers, however often the read model still says so', async (t) => {
  const { players, liftsOf } = await inTimeout(1, 2);
  let now = Date.parse(NOW);
  const { done, reached } = signal();
  const lease = alone([dueOf(1), dueOf(2)], (turns) => {
    // First too early; then at its time; then again and again, as if the projector stood still.
    now = turns === 1 ? Date.parse(ENDS) : now + 60_000;
    if (turns === 5) reached();
  });
  const timers = createTimers(lease, players, { logger: silentLogger, nowMs: () => now, turnMs: 1 });
  timers.start();
  await done;
  await timers.stop();
  for (const number of [1, 2]) {
    const [lift, ...more] = await liftsOf(number);
    t.deepEqual(more, []);
    t.like(lift, {
      data: { reason: 'timeout', cause: 'ended' },
      metadata: { actor: 'system:timers', occurredAt: ENDS },
    });
  }
});

test('a player who is asked before anything is due is not changed', async (t) => {
  const { players, liftsOf } = await inTimeout(1);
  const { done, reached } = signal();
  const lease = alone([{ ...dueOf(1), dueAt: NOW }], (turns) => turns === 2 && reached());
  const timers = createTimers(lease, players, { logger: silentLogger, nowMs: () => Date.parse(NOW), turnMs: 1 });
  timers.start();
  await done;
  await timers.stop();
  t.deepEqual(await liftsOf(1), []);
});

test('who was asked is not asked again at once, but after a while; a new due time at once', async (t) => {
  let now = Date.parse(ENDS);
  const asked: string[] = [];
  const players: Pick<Players, 'settle'> = {
    async settle(playerId) {
      asked.push(`${playerId} ${new Date(now).toISOString().slice(11, 19)}`);
      return settled;
    },
  };
  const { done, reached } = signal();
  const rows = [dueOf(1)];
  const lease = alone(rows, (turns) => {
    if (turns <= 5) now += 1_000;
    if (turns === 5) rows.push({ ...dueOf(2), playerId: idOf(1), subject: 'another' });
    if (turns === 7) now += 10_001;
    if (turns === 9) reached();
  });
  const timers = createTimers(lease, players, { logger: silentLogger, nowMs: () => now, turnMs: 1 });
  timers.start();
  await done;
  await timers.stop();
  t.deepEqual(asked.slice(0, 3), ['1 13:00:00', '1 13:00:05', '1 13:00:15']);
});

test('a player who hangs or fails keeps nobody behind it, and a turn does not wait for it', async (t) => {
  const { done, reached } = signal();
  const { done: freed, reached: free } = signal();
  let calls = 0;
  const players: Pick<Players, 'settle'> = {
    async settle(playerId) {
      if (playerId === '1') {
        calls += 1;
        await freed;
      }
      if (playerId === '2') throw new Error('this one cannot be settled');
      if (playerId === '30') reached();
      return settled;
    },
  };
  const turnsTaken: number[] = [];
  const lease = alone(
    Array.from({ length: 30 }, (_, index) => dueOf(index + 1)),
    (turns) => turnsTaken.push(turns),
  );
  const timers = createTimers(lease, players, {
    ...{ logger: silentLogger, nowMs: () => Date.parse(ENDS), turnMs: 1, turnMaxMs: 5, batch: 4 },
  });
  timers.start();
  await done;
  t.true(turnsTaken.length >= 1);
  t.is(calls, 1);
  // A stop waits for what was begun.
  const stopped = timers.stop().then(() => turnsTaken.push(-1));
  free();
  await stopped;
  t.is(turnsTaken.at(-1), -1);
});

test('without the lease, or with the read model away, nobody is asked, and the next turn comes', async (t) => {
  const { done, reached } = signal();
  let turns = 0;
  const lease: TimerLease = async (work) => {
    turns += 1;
    if (turns === 1) return false;
    if (turns === 2) throw new Error('Postgres is away');
    await work(async () => [dueOf(1)]);
    return true;
  };
  const players: Pick<Players, 'settle'> = {
    async settle() {
      reached();
      return settled;
    },
  };
  const timers = createTimers(lease, players, { logger: silentLogger, nowMs: () => Date.parse(ENDS), turnMs: 1 });
  timers.start();
  await done;
  await timers.stop();
  t.true(turns >= 3);
});

test('two instances that ask at once, without any lease, settle once', async (t) => {
  const { store, players, liftsOf } = await inTimeout(1, 2, 3, 4);
  const other = createPlayers({ store, catalogue: CATALOGUE, archive: createMemoryArchive() });
  const rows = [1, 2, 3, 4].map(dueOf);
  const running = [players, other].map(async (each) => {
    const { done, reached } = signal();
    const lease = alone(rows, (turns) => turns === 2 && reached());
    const timers = createTimers(lease, each, { logger: silentLogger, nowMs: () => Date.parse(ENDS), turnMs: 1 });
    timers.start();
    await done;
    await timers.stop();
  });
  await Promise.all(running);
  for (const number of [1, 2, 3, 4]) t.is((await liftsOf(number)).length, 1);
});
