import test, { type ExecutionContext } from 'ava';
import { startStack } from '../../../infra/embedded/stack.js';
import { startProjector } from '../../../infra/testing/projector-process.js';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { until } from '../../../infra/testing/until.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { PostgresUnavailable } from '../../../shared/postgres/fault.js';
import { createPostgres, type Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { createTimerLease } from '../adapters/due-players.js';
import { betBody, commandService, readyPlayer } from './command-client.js';

// Goal: what falls due happens without a request of the player's. Method: real event store, projector and Postgres; the
// clock is the test's, so that a month passes at once.

const DAY_MS = 24 * 3_600_000;
const BEGINNING = Date.parse('2026-01-02T12:00:00.000Z');

function postgresOn(t: ExecutionContext, connectionString: string): Postgres {
  const postgres = createPostgres({
    ...{ connectionString, applicationName: 'test', logger: silentLogger, max: 2, statementTimeoutMs: 10_000 },
    readOnly: true,
  });
  t.teardown(postgres.stop);
  return postgres;
}

async function openGround(t: ExecutionContext) {
  const stack = await startStack({ only: ['eventStore'] });
  t.teardown(stack.stop);
  const postgresUrl = await testDatabase(t, (await testStack(t, ['postgres'])).postgresUrl);
  startProjector(t, { eventStoreUrl: stack.eventStoreUrl, postgresUrl });
  const reader = createEsdbEventStore({ connectionString: stack.eventStoreUrl, readTimeoutMs: 20_000 });
  t.teardown(reader.close);
  let now = BEGINNING;

  return {
    postgres: postgresOn(t, postgresUrl),
    pass: (ms: number) => {
      now += ms;
    },
    /** An instance of command; it closes the store it is given. */
    start: () =>
      commandService(t, {
        store: createEsdbEventStore({ connectionString: stack.eventStoreUrl, appendTimeoutMs: 20_000 }),
        postgresUrl,
        nowMs: () => now,
      }),
    async eventsOf(playerId: string): Promise<readonly StoredEvent[]> {
      const events: StoredEvent[] = [];
      for await (const event of reader.readStream(`player-${playerId}`)) events.push(event);
      return events;
    },
  };
}

type Ground = Awaited<ReturnType<typeof openGround>>;

/** The events that the timers recorded for a player, once there are so many. */
function firedFor({ eventsOf }: Ground, playerId: string, count: number) {
  return until(
    `${count} events of the timers for ${playerId}`,
    async () => {
      const fired = (await eventsOf(playerId)).filter(({ metadata }) => metadata.actor === 'system:timers');
      return fired.length >= count && fired.map(({ type, data }) => [type, data.reason]);
    },
    60_000,
  );
}

test('a session idles out, a timeout ends and a bonus expires, with no request, also while command was down', async (t) => {
  const ground = await openGround(t);
  const command = await ground.start();
  const jane = await readyPlayer(command);
  await command.provider('bet', betBody(jane));
  await command.operator('/operator/bonus-credit', {
    ...{ player_id: jane.playerId, bonus_id: 'welcome_bonus_50', amount: 50.0, metadata: {} },
  });

  ground.pass(32 * 60_000);
  t.deepEqual(await firedFor(ground, jane.playerId, 1), [['GameSessionEnded', 'idle']]);

  const timeout = { reason: 'timeout', until: new Date(BEGINNING + 3 * DAY_MS).toISOString() };
  t.is((await command.asPlayer(jane.token, '/me/blocks', timeout)).status, 201);
  ground.pass(3 * DAY_MS);
  t.deepEqual((await firedFor(ground, jane.playerId, 2)).at(-1), ['BlockLifted', 'timeout']);

  await command.stop();
  ground.pass(40 * DAY_MS);
  await ground.start();
  t.deepEqual((await firedFor(ground, jane.playerId, 3)).at(-1), ['BonusCancelled', 'expired']);
  // The read models hear of it too, so nothing is due any more.
  await until('nothing is due', async () => {
    const due = await ground.postgres.query('SELECT 1 FROM read_model.due_times WHERE due_at IS NOT NULL');
    return due.length === 0;
  });
});

test('two instances settle each player once', async (t) => {
  const ground = await openGround(t);
  const [command] = [await ground.start(), await ground.start()];
  const players = await Promise.all(
    Array.from({ length: 12 }, (_, number) => readyPlayer(command, `player-${number}@example.com`)),
  );
  ground.pass(DAY_MS);
  for (const { playerId } of players) {
    t.deepEqual(await firedFor(ground, playerId, 1), [['GameSessionEnded', 'idle']]);
  }
  await until('nothing is due', async () => {
    const due = await ground.postgres.query('SELECT 1 FROM read_model.due_times WHERE due_at IS NOT NULL');
    return due.length === 0;
  });
  for (const { playerId } of players) t.is((await firedFor(ground, playerId, 1)).length, 1);
});

/** Work that begins, and goes on until it is told to end. */
function longWork(t: ExecutionContext) {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  // Before the pools are closed, which wait for it.
  t.teardown(() => end());
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const work = async () => {
    begin();
    await ended;
  };
  return { work, begun, end: () => end() };
}

const WORK_OF_OTHER = async () => undefined;

async function twoInstances(t: ExecutionContext) {
  const connectionString = await testDatabase(t, (await testStack(t, ['postgres'])).postgresUrl);
  return [postgresOn(t, connectionString), postgresOn(t, connectionString)] as const;
}

test('one instance works at a time', async (t) => {
  const [holder, other] = await twoInstances(t);
  const { work, begun, end } = longWork(t);
  // It may be silent for longer than any machine is busy.
  const working = createTimerLease(holder, 300_000)(work);
  await begun;
  t.false(await createTimerLease(other)(WORK_OF_OTHER));
  end();
  t.true(await working);
  t.true(await createTimerLease(other)(WORK_OF_OTHER));
});

test('a holder that hangs loses the lease to another, and is told', async (t) => {
  const [holder, other] = await twoInstances(t);
  const { work, begun, end } = longWork(t);
  const hanging = t.throwsAsync(createTimerLease(holder, 500)(work), { instanceOf: PostgresUnavailable });
  await begun;
  await until('the other takes over', () => createTimerLease(other)(WORK_OF_OTHER), 60_000);
  end();
  await hanging;
  // It is back in the game with its next turn.
  t.true(await createTimerLease(holder)(WORK_OF_OTHER));
  t.true(await createTimerLease(other)(WORK_OF_OTHER));
});
