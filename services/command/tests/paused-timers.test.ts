import test, { type ExecutionContext } from 'ava';
import { startStack } from '../../../infra/embedded/stack.js';
import { startProjector } from '../../../infra/testing/projector-process.js';
import { startTcpProxy } from '../../../infra/testing/tcp-proxy.js';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { until } from '../../../infra/testing/until.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { TIMERS_LOCK } from '../adapters/due-players.js';
import { commandService, PERSON } from './command-client.js';
import { startCommandProcess } from './command-process.js';

// Goal: whoever holds the timers' lease may be paused in the middle of its work, and wake when all of it has been done by
// another. Method: a real process, stopped by SIGSTOP while its appends are on their way (a proxy in front of the event
// store keeps them); they arrive when it wakes. It has each player cached, so it appends without another look.

const PLAYERS = 3;
const WAIT_MS = 60_000;

type Paused = Awaited<ReturnType<typeof openGround>>;

async function openGround(t: ExecutionContext) {
  const stack = await startStack({ only: ['eventStore'] });
  t.teardown(stack.stop);
  const postgresUrl = await testDatabase(t, (await testStack(t, ['postgres'])).postgresUrl);
  startProjector(t, { eventStoreUrl: stack.eventStoreUrl, postgresUrl });
  const proxy = await startTcpProxy(stack.eventStoreUrl);
  t.teardown(proxy.stop);
  const reader = createEsdbEventStore({ connectionString: stack.eventStoreUrl, readTimeoutMs: 20_000 });
  t.teardown(reader.close);
  const postgres = createPostgres({
    ...{ connectionString: postgresUrl, applicationName: 'test', logger: silentLogger, max: 2 },
    ...{ statementTimeoutMs: 10_000, readOnly: true },
  });
  t.teardown(postgres.stop);
  const holder = await startCommandProcess(t, { EVENTSTORE_URL: proxy.url, POSTGRES_URL: postgresUrl });
  return {
    proxy,
    holder,
    postgres,
    startOther: () =>
      commandService(t, {
        store: createEsdbEventStore({ connectionString: stack.eventStoreUrl, appendTimeoutMs: 20_000 }),
        postgresUrl,
      }),
    /** How many time-outs have ended for the player. */
    async lifted(playerId: string): Promise<number> {
      let count = 0;
      for await (const { type } of reader.readStream(`player-${playerId}`)) if (type === 'BlockLifted') count += 1;
      return count;
    },
  };
}

type Player = { readonly playerId: string; readonly token: string };

async function call({ holder }: Paused, path: string, body: object, token?: string, method = 'POST') {
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const response = await fetch(`${holder.url}${path}`, {
    ...{ method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...authorization } },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function register(ground: Paused, n: number): Promise<Player> {
  const { body } = await call(ground, '/players', { ...PERSON, email: `player-${n}@example.com` });
  return { playerId: String(body.player_id), token: String(body.token) };
}

/** A time-out for each, which ends while the holder's way to the event store is blocked. */
async function timeOutBehindStall(ground: Paused, players: readonly Player[]): Promise<void> {
  // On a busy machine a short one may have ended before the way is blocked: then a longer one.
  for (let [spanMs, before] = [3_000, 0]; ; spanMs *= 2) {
    const end = { reason: 'timeout', until: new Date(Date.now() + spanMs).toISOString() };
    for (const { token } of players) await call(ground, '/me/blocks', end, token);
    ground.proxy.stall();
    const counts = await Promise.all(players.map(({ playerId }) => ground.lifted(playerId)));
    if (counts.every((count) => count === before)) return;
    ground.proxy.restore();
    before += 1;
    for (const { playerId } of players)
      await until('the time-out is over', async () => (await ground.lifted(playerId)) === before, WAIT_MS);
  }
}

/** Stops the holder while it has the lease: the time that its turn takes is long, as it waits for the event store. */
async function pauseAtWork({ holder, postgres }: Paused): Promise<void> {
  const isHeld = async () => {
    const rows = await postgres.query(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) | objid::bigint = $1`,
      [TIMERS_LOCK],
    );
    return rows.length > 0;
  };
  await until(
    'the holder is paused with the lease in its hands',
    async () => {
      if (!(await isHeld())) return false;
      holder.child.kill('SIGSTOP');
      if (await isHeld()) return true;
      holder.child.kill('SIGCONT');
      return false;
    },
    WAIT_MS,
  );
}

test('the holder of the timers is paused at work: another takes over, and what the first wakes to do is done', async (t) => {
  const ground = await openGround(t);
  const players = await Promise.all(Array.from({ length: PLAYERS }, (_, n) => register(ground, n)));
  await timeOutBehindStall(ground, players);
  const before = await Promise.all(players.map(({ playerId }) => ground.lifted(playerId)));
  await pauseAtWork(ground);

  const other = await ground.startOther();
  const settled = (playerId: string, n: number) => async () => (await ground.lifted(playerId)) === (before[n] ?? 0) + 1;
  for (const [n, { playerId }] of players.entries())
    await until('the other ends the time-out', settled(playerId, n), WAIT_MS);

  ground.proxy.restore();
  ground.holder.child.kill('SIGCONT');
  // Requests for a player wait for each other, and bytes for each other too: this one comes after what was on its way.
  for (const [n, { token }] of players.entries()) {
    const consent = { sms: n % 2 === 0, email: true };
    const asked = async () => (await call(ground, '/me/consents', consent, token, 'PUT')).status === 200;
    await until('the holder works again', asked, WAIT_MS);
  }
  for (const [n, { playerId }] of players.entries()) t.true(await settled(playerId, n)());

  // And it is in the game again.
  await other.stop();
  const [first] = players;
  if (first === undefined) throw new Error('there are players');
  const end = { reason: 'timeout', until: new Date(Date.now() + 200).toISOString() };
  t.is((await call(ground, '/me/blocks', end, first.token)).status, 201);
  const again = async () => (await ground.lifted(first.playerId)) === (before[0] ?? 0) + 2;
  await until('it ends the next time-out', again, WAIT_MS);
});
