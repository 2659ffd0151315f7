import test, { type ExecutionContext } from 'ava';
import { eventStoreHere } from '../../../infra/testing/event-store-here.js';
import { startTcpProxy, type TcpProxy } from '../../../infra/testing/tcp-proxy.js';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { until } from '../../../infra/testing/until.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../../shared/event-store/event-store.js';
import { allEvents, betBody, type CommandClient, commandService, PERSON, readyPlayer } from './command-client.js';

// Goal: whatever becomes of the connections to the event store and to Postgres, no call is told 200 whose outcome is not
// known, every call is told something soon, and what is asked again with the same id happens once.

const PLAYERS = 3;
const BETS = 8;

async function behindProxy(t: ExecutionContext, serverUrl: string): Promise<TcpProxy> {
  const proxy = await startTcpProxy(serverUrl);
  t.teardown(proxy.stop);
  return proxy;
}

/** A command service whose event store is behind a proxy. */
async function commandOn(t: ExecutionContext, postgresUrl?: string) {
  const proxy = await behindProxy(t, await eventStoreHere(t));
  const real = createEsdbEventStore({ connectionString: proxy.url });
  let appends = 0;
  const store: EventStore = {
    ...real,
    append(...append) {
      appends += 1;
      return real.append(...append);
    },
  };
  const command = await commandService(t, { store, ...(postgresUrl === undefined ? {} : { postgresUrl }) });
  return { proxy, command, appends: () => appends };
}

async function readiness({ url }: CommandClient) {
  const answer = await fetch(`${url}/health/ready`);
  return { status: answer.status, body: (await answer.json()) as { missing?: string[]; degraded?: string[] } };
}

for (const fault of ['cut', 'stall'] as const) {
  test.serial(`the event store, ${fault}: 503 and soon, to every call; asked again, each bet is one bet`, async (t) => {
    const { proxy, command } = await commandOn(t);
    const players = [];
    for (let number = 1; number <= PLAYERS; number += 1)
      players.push(await readyPlayer(command, `p${number}@example.com`));
    const bets = players.flatMap((player, index) =>
      Array.from({ length: BETS }, (_, n) =>
        betBody(player, { transaction_id: `t-${index}-${n}`, round_id: `r-${n}`, amount: '1.00' }),
      ),
    );
    const [first] = players;
    if (first === undefined) throw new Error('there are players');

    // Under way as the fault comes: these may get any true answer.
    const early = bets.slice(0, PLAYERS).map((bet) => command.provider('bet', bet));
    proxy[fault]();
    await Promise.all(early);
    const beganAt = performance.now();
    const answers = await Promise.all([
      ...bets.map((bet) => command.provider('bet', bet)),
      command.provider('balance', { player_id: first.playerId, session_id: first.sessionId }),
      command.asPlayer(first.token, '/me/consents', { sms: true }, 'PUT'),
      command.asPlayer(first.token, '/me/deposits', { amount: '1.00', currency: 'EUR', psp: 'fake' }),
      command.send('/login', { body: { email: 'p1@example.com', password: PERSON.password } }),
      command.send('/players', { body: { ...PERSON, email: 'new@example.com' } }),
    ]);
    t.log(`answered within ${Math.round(performance.now() - beganAt)} ms`);
    for (const answer of answers) {
      // The replay of an accepted bet is the one thing that is known without asking.
      if (answer.headers.get('Idempotency-Replayed') === 'true') continue;
      t.deepEqual([answer.status, answer.body.code], [503, 'unavailable'], answer.text);
      t.truthy(answer.headers.get('Retry-After'));
    }
    t.like((await readiness(command)).body, { missing: ['eventStore'] });

    proxy.restore();
    for (const bet of bets) {
      const answer = await until('the bet is taken', async () => {
        const one = await command.provider('bet', bet);
        return one.status !== 503 && one;
      });
      t.is(answer.status, 200, answer.text);
    }
    const placed = (await allEvents(command.store)).filter(({ type }) => type === 'BetPlaced');
    t.deepEqual(
      placed.map(({ data }) => data.transactionId).sort(),
      bets.map(({ transaction_id }) => transaction_id).sort(),
    );
    const balance = await command.provider('balance', { player_id: first.playerId, session_id: first.sessionId });
    t.like(balance.body.balance, { cash: `${100 - BETS}.00` });
    t.is((await readiness(command)).status, 200);
  });

  test.serial(
    `Postgres, ${fault}: ready but degraded; bets, wins, rollbacks, registrations and logins go on`,
    async (t) => {
      const database = await testDatabase(t, (await testStack(t, ['postgres'])).postgresUrl);
      const postgres = await behindProxy(t, database);
      const { command } = await commandOn(t, postgres.url);
      const player = await readyPlayer(command);
      postgres[fault]();
      const bet = betBody(player);
      const win = { ...bet, transaction_id: 't-2', reference_transaction_id: 't-1', amount: '5.00' };
      const other = { ...bet, transaction_id: 't-3', round_id: 'r-2' };
      const rollback = {
        transaction_id: 't-4',
        reference_transaction_id: 't-3',
        player_id: player.playerId,
        round_id: 'r-2',
      };
      const answers = [
        await command.provider('bet', bet),
        await command.provider('win', win),
        await command.provider('bet', other),
        await command.provider('rollback', rollback),
        await command.send('/players', { body: { ...PERSON, email: 'new@example.com' } }),
        await command.send('/login', { body: { email: PERSON.email, password: PERSON.password } }),
      ];
      t.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200, 200, 201, 200],
      );
      const { status, body } = await readiness(command);
      t.deepEqual([status, body.degraded], [200, ['postgres']]);
      postgres.restore();
      await until('no longer degraded', async () => (await readiness(command)).body.degraded === undefined);
    },
  );
}

test.serial('while the event store and Postgres hang: told to stop, it stops all the same', async (t) => {
  const database = await testDatabase(t, (await testStack(t, ['postgres'])).postgresUrl);
  const postgres = await behindProxy(t, database);
  const { proxy, command, appends } = await commandOn(t, postgres.url);
  const player = await readyPlayer(command);
  proxy.stall();
  postgres.stall();
  const before = appends();
  const underWay = command.provider('bet', betBody(player));
  await until('it is being appended', () => appends() > before);
  const late = new Promise((resolve) => setTimeout(() => resolve('late'), 10_000).unref());
  const beganAt = performance.now();
  t.is(await Promise.race([command.stop(), late]), undefined);
  t.log(`${Math.round(performance.now() - beganAt)} ms`);
  t.is((await underWay).status, 503);
  proxy.restore();
  postgres.restore();
});
