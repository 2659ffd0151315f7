import test from 'ava';
import { z } from 'zod';
import { startPlatform } from '../../embedded/platform.js';
import type { ReadyProcess } from '../../embedded/ready.js';
import { ask } from '../../sandbox/demo/api.js';
import { type DemoPlayer, deposit, readBalance, signUp, walletBalance, withdraw } from '../../sandbox/demo/player.js';
import { until } from '../until.js';
import { readLedgerTruth } from './ledger-truth.js';

// Goal: the main job on real parts, with every process killed (kill -9) in the middle of play. Then: the money is
// the same everywhere to the cent, and Fast Track took exactly what the event streams say, in order, without gap or double.

const ROUNDS = 200;
const VICTIMS: readonly ReadyProcess[] = [
  'command',
  'projector',
  'bridge',
  'query',
  'gateway',
  'sandbox',
  'eventStore',
  'nats',
  'postgres',
];

const messagesSchema = z.object({
  messages: z.array(
    z.object({
      n: z.number(),
      path: z.string(),
      headers: z.record(z.string(), z.string()),
      taken: z.boolean(),
      body: z.looseObject({ user_id: z.string() }),
    }),
  ),
});

test('register, deposit, bonus, 200 rounds, withdrawal: right to the cent through kill -9 of each process', async (t) => {
  t.timeout(170_000);
  const platform = await startPlatform();
  t.teardown(platform.stop);
  const { ready } = platform;
  const campaign = { enabled: true, trigger: 'first_deposit', segment: {}, bonus_id: 'welcome_bonus_50', amount: 50 };
  await ask(z.unknown(), { method: 'PUT', url: `${ready.fastTrack}/campaigns/first-deposit`, json: campaign });

  const players = await Promise.all(['Jane', 'Omar'].map((name) => signUp(ready, name)));
  await Promise.all(players.map((player) => deposit(ready, player, '100.00')));
  for (const player of players) {
    await until(`the bonus of ${player.name}`, async () => (await readBalance(ready, player)).bonus === '50.00');
  }

  let played = 0;
  const sessions = Promise.all(players.map((player) => playThrough(player, () => (played += 1))));
  for (const [n, victim] of VICTIMS.entries()) {
    await until(
      `play before ${victim} is killed`,
      () => played >= ((n + 1) * 2 * ROUNDS) / (VICTIMS.length + 1),
      60_000,
    );
    const pid = platform.pids()[victim];
    if (pid === undefined) throw new Error(`${victim} has no pid`);
    process.kill(pid, 'SIGKILL');
    await until(`the restart of ${victim}`, () => platform.pids()[victim] !== pid);
  }
  const sessionIds = await sessions;
  await Promise.all(players.map((player) => persist(() => withdraw(ready, player, '20.00'))));
  await until('both payouts', async () => {
    const truth = await readLedgerTruth(ready.eventStore, await originOf());
    return [...truth.players.values()].every(({ types }) => types.includes('WithdrawalCompleted'));
  });
  // A round that a dead process cut is still being undone by the provider: what counts is where everyone comes to rest.
  const { truth, taken: takenOf } = await until('Fast Track to have taken all that was recorded', async () => {
    const truth = await readLedgerTruth(ready.eventStore, await originOf());
    const taken = await takenByUser();
    const expected = [...truth.players].reduce((sum, [, { messages }]) => sum + messages.length, 0);
    return [...taken.values()].flat().length >= expected ? { truth, taken } : undefined;
  });
  t.is(truth.difference, '0.00', 'debits equal credits over the whole store');
  for (const [index, player] of players.entries()) {
    const own = truth.players.get(player.id);
    if (own === undefined) throw new Error(`${player.name} is not in the store`);
    const taken = takenOf.get(player.id) ?? [];
    t.deepEqual(
      taken.map(({ headers, path, body }) => ({
        key: headers['idempotency-key'],
        sequence: headers['x-sequence'],
        path,
        body,
      })),
      own.messages as never,
      'the timeline is the mapping of the stream',
    );
    const money = { cash: own.cash, bonus: own.bonus };
    const wallet = await walletBalance(ready, player, sessionIds[index] ?? '');
    t.deepEqual({ cash: wallet.cash, bonus: wallet.bonus }, money, 'command');
    const read = await readBalance(ready, player);
    t.deepEqual({ cash: read.cash, bonus: read.bonus }, money, 'read model');
    const told = taken.findLast(({ path }) => path === '/v2/integration/balances')?.body.balance;
    t.deepEqual(told, { cash: Number(own.cash), bonus: Number(own.bonus), currency: 'EUR' }, 'Fast Track');
  }

  /** 200 rounds that count: one that a dead process swallowed is played again as another. */
  async function playThrough(player: DemoPlayer, count: () => void): Promise<string> {
    const url = `${ready.gateway}/me/game-sessions`;
    const json = { provider: 'mock', game_id: 'slot_abc' };
    const { session_id } = await persist(() =>
      ask(z.object({ session_id: z.string() }), { method: 'POST', url, token: player.token, json }),
    );
    for (let round = 1; round <= ROUNDS; round += 1) {
      const mode = round % 5 === 0 ? 'play' : 'bet_and_win';
      const body = { player_id: player.id, session_id, stake: '0.10', currency: 'EUR', mode };
      await persist(() =>
        ask(z.unknown(), { method: 'POST', url: `${ready.provider}/games/slot_abc/spin`, json: body }),
      );
      count();
    }
    await persist(() => ask(z.unknown(), { method: 'DELETE', url: `${url}/${session_id}`, token: player.token }));
    return session_id;
  }

  async function takenByUser() {
    const all: z.infer<typeof messagesSchema>['messages'] = [];
    for (let after = 0; ; after = all.at(-1)?.n ?? 0) {
      const { messages } = await ask(messagesSchema, {
        method: 'GET',
        url: `${ready.fastTrack}/messages?after=${after}`,
      });
      all.push(...messages);
      if (messages.length === 0) break;
    }
    const byUser = new Map<string, typeof all>();
    for (const message of all.filter(({ taken }) => taken)) {
      byUser.set(message.body.user_id, [...(byUser.get(message.body.user_id) ?? []), message]);
    }
    return byUser;
  }

  /** The brand's origin, as the first message that Fast Track took names it. */
  async function originOf(): Promise<string> {
    const { messages } = await ask(messagesSchema, { method: 'GET', url: `${ready.fastTrack}/messages?after=0` });
    return String(messages[0]?.body.origin);
  }
});

/** Tries until it goes through: someone was being killed. */
async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  return until('a call to go through', async () => {
    try {
      return { done: await attempt() };
    } catch {
      return undefined;
    }
  }).then(({ done }) => done);
}
