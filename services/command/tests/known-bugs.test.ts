import test from 'ava';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import {
  allEvents,
  betBody,
  type CommandClient,
  commandService,
  PERSON,
  type ReadyPlayer,
  readyPlayer,
} from './command-client.js';

// Wallet bugs that others have shipped, by name, so that none of them is ever ours. Where a test names a project, the
// bug was found in its code or in its public issues.

async function ready(t: Parameters<typeof commandService>[0]) {
  const command = await commandService(t);
  return { command, player: await readyPlayer(command) };
}

async function cashOf(command: CommandClient, { playerId, sessionId }: ReadyPlayer): Promise<string> {
  const { body } = await command.provider('balance', { player_id: playerId, session_id: sessionId });
  return (body.balance as { cash: string }).cash;
}

function winBody(player: ReadyPlayer, change: Record<string, unknown> = {}) {
  return betBody(player, { transaction_id: 't-2', reference_transaction_id: 't-1', amount: '20.00', ...change });
}

function rollbackBody({ playerId }: ReadyPlayer, change: Record<string, unknown> = {}) {
  return { transaction_id: 't-3', reference_transaction_id: 't-1', player_id: playerId, round_id: 'r-1', ...change };
}

const DAY_MS = 24 * 3600 * 1000;

test('CorePlatform keeps the rollback of an unseen bet in a cache for five minutes: the bet that comes a year later, after a restart, moves nothing', async (t) => {
  const store = createMemoryEventStore();
  let nowMs = Date.parse('2026-01-02T12:00:00.000Z');
  const before = await commandService(t, { store, nowMs: () => nowMs });
  const player = await readyPlayer(before);
  t.is((await before.provider('rollback', rollbackBody(player))).body.code, 'transaction_not_found');
  nowMs += 365 * DAY_MS;
  const after = await commandService(t, { store, nowMs: () => nowMs });
  const late = await after.provider('bet', betBody(player));
  t.deepEqual([late.status, late.body.code], [409, 'transaction_rolled_back']);
  t.is(await cashOf(after, player), '100.00');
});

test('psh-inc logs a wrong signature and goes on: here one bit of it is refused, and nothing is looked at', async (t) => {
  const { command, player } = await ready(t);
  const events = (await allEvents(command.store)).length;
  const body = JSON.stringify(betBody(player));
  const headers = { 'X-Provider-Id': 'mock', 'X-Timestamp': String(Math.floor(Date.now() / 1000)) };
  for (const signature of ['', '0'.repeat(64), 'f'.repeat(64)]) {
    const answer = await command.send('/provider/v1/bet', { headers: { ...headers, 'X-Signature': signature }, body });
    t.deepEqual([answer.status, answer.body.code], [401, 'invalid_signature']);
  }
  t.is((await allEvents(command.store)).length, events);
});

test('psh-inc compares no payload on a replay: here another payload under a known id is a conflict', async (t) => {
  const { command, player } = await ready(t);
  await command.provider('bet', betBody(player));
  for (const other of [{ amount: '9.99' }, { round_id: 'r-2' }, { game_id: 'table_blackjack' }]) {
    t.is((await command.provider('bet', betBody(player, other))).body.code, 'idempotency_conflict');
  }
  t.is(await cashOf(command, player), '90.00');
});

test('Blnk #152 refunds twice: a bet rolled back under a hundred ids, at once, is rolled back once', async (t) => {
  const { command, player } = await ready(t);
  await command.provider('bet', betBody(player));
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      command.provider('rollback', rollbackBody(player, { transaction_id: `rb-${n}` })),
    ),
  );
  t.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  t.is(await cashOf(command, player), '100.00');
  t.is((await allEvents(command.store)).filter(({ type }) => type === 'TransactionRolledBack').length, 1);
});

test('Blnk #181 does not count holds: money held for a withdrawal can be neither bet nor withdrawn again', async (t) => {
  const { command, player } = await ready(t);
  const hold = { amount: '80.00', currency: 'EUR', psp: 'fake' };
  t.is((await command.asPlayer(player.token, '/me/withdrawals', hold)).status, 201);
  t.is((await command.provider('bet', betBody(player, { amount: '20.01' }))).body.code, 'insufficient_funds');
  t.is((await command.asPlayer(player.token, '/me/withdrawals', hold)).body.code, 'insufficient_funds');
  t.is((await command.provider('bet', betBody(player, { amount: '20.00' }))).status, 200);
});

test('Blnk #182 commits a hold that was rejected: a withdrawal that was given back is never paid', async (t) => {
  const { command, player } = await ready(t);
  const asked = await command.asPlayer(player.token, '/me/withdrawals', {
    amount: '80.00',
    currency: 'EUR',
    psp: 'fake',
  });
  const path = `/backoffice/players/${player.playerId}/withdrawals/${asked.body.payment_id}`;
  t.is((await command.backoffice(`${path}/reject`)).status, 200);
  t.is((await command.backoffice(`${path}/approve`)).body.code, 'invalid_transition');
  const paid = { payment_id: asked.body.payment_id, psp_reference: 'ref', status: 'completed' };
  t.is((await command.psp(paid)).body.code, 'invalid_transition');
  t.is(await cashOf(command, player), '100.00');
});

test('Blnk #183 has bulk that is not atomic: a play whose bet is refused credits no win', async (t) => {
  const { command, player } = await ready(t);
  const { transaction_id: _id, amount: _amount, ...round } = betBody(player);
  const play = {
    ...round,
    bet: { transaction_id: 'p-1', amount: '100.01' },
    win: { transaction_id: 'p-2', amount: '500.00' },
  };
  t.is((await command.provider('play', play)).body.code, 'insufficient_funds');
  t.is(await cashOf(command, player), '100.00');
  // Neither id is burned.
  const again = { ...play, bet: { transaction_id: 'p-1', amount: '1.00' } };
  t.is((await command.provider('play', again)).status, 200);
});

test('Formance stack#1464 applies a payment webhook twice: fifty copies of one callback at once are one deposit', async (t) => {
  const { command, player } = await ready(t);
  const asked = await command.asPlayer(player.token, '/me/deposits', { amount: '7.00', currency: 'EUR', psp: 'fake' });
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      // A PSP may give its repeats other references.
      command.psp({ payment_id: asked.body.payment_id, psp_reference: `ref-${n}`, status: 'completed' }),
    ),
  );
  t.deepEqual(new Set(answers.map(({ text }) => text)).size, 1);
  t.is(await cashOf(command, player), '107.00');
});

test('Formance wallets#110 races at creation: one e-mail registered five times at once is one player', async (t) => {
  const command = await commandService(t);
  const person = { ...PERSON, email: 'race@example.com' };
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => command.send('/players', { body: person, headers: { 'Idempotency-Key': 'k' } })),
  );
  const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.player_id);
  t.is(new Set(made).size, 1);
  t.is((await allEvents(command.store)).filter(({ type }) => type === 'PlayerRegistered').length, 1);
});

test('jx-backend lets a bonus be claimed twice: twenty credits under one key at once are one bonus', async (t) => {
  const { command, player } = await ready(t);
  const credit = { player_id: player.playerId, bonus_id: 'welcome_bonus_50', amount: 50, metadata: {} };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => command.operator('/operator/bonus-credit', credit, { 'X-Fasttrack-Id': 'ft-1' })),
  );
  t.is(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1);
  t.is((await allEvents(command.store)).filter(({ type }) => type === 'BonusGranted').length, 1);
});

test('igaming-product reads, subtracts and writes the balance: fifty bets at once over two instances are all of them subtracted', async (t) => {
  const store = createMemoryEventStore();
  const [one, other] = [await commandService(t, { store }), await commandService(t, { store })];
  const player = await readyPlayer(one);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      (n % 2 === 0 ? one : other).provider(
        'bet',
        betBody(player, { transaction_id: `b-${n}`, round_id: `r-${n}`, amount: '1.00' }),
      ),
    ),
  );
  t.true(answers.every(({ status }) => status === 200));
  t.is(await cashOf(one, player), '50.00');
});

test('Medici and casino scripts count in floats: 0.10 thirty times over is 3.00, and 0.1 + 0.2 is 0.3', async (t) => {
  const { command, player } = await ready(t);
  for (let n = 0; n < 30; n += 1) {
    await command.provider(
      'bet',
      betBody(player, { transaction_id: `b-${n}`, round_id: `r-${n}`, amount: n % 2 === 0 ? 0.1 : '0.10' }),
    );
  }
  t.is(await cashOf(command, player), '97.00');
  await command.provider('bet', betBody(player, { transaction_id: 'x', round_id: 'x', amount: 0.3 }));
  t.is(await cashOf(command, player), '96.70');
});

test('a win above a double’s precision is credited to the cent', async (t) => {
  const { command, player } = await ready(t);
  await command.provider('bet', betBody(player));
  await command.provider('win', winBody(player, { amount: '123456789012.34' }));
  await command.provider('win', winBody(player, { transaction_id: 't-4', amount: '987654321098.77' }));
  t.is(await cashOf(command, player), '1111111110201.11');
});

test('a win and the rollback of its bet at once: exactly one of them happens', async (t) => {
  const { command, player } = await ready(t);
  for (let n = 0; n < 20; n += 1) {
    const ids = { transaction_id: `b-${n}`, round_id: `r-${n}` };
    await command.provider('bet', betBody(player, { ...ids, amount: '1.00' }));
    const about = { reference_transaction_id: `b-${n}`, round_id: `r-${n}` };
    const outcomes = await Promise.all([
      command.provider('win', winBody(player, { ...about, transaction_id: `w-${n}`, amount: '1.00' })),
      command.provider('rollback', rollbackBody(player, { ...about, transaction_id: `rb-${n}` })),
    ]);
    t.deepEqual(outcomes.map(({ status }) => status).sort(), [200, 409]);
  }
  t.is(await cashOf(command, player), '100.00');
});

test('some wallets refuse a settlement to a blocked player or an ended session: wins and rollbacks are always taken', async (t) => {
  const { command, player } = await ready(t);
  await command.provider('bet', betBody(player));
  await command.provider('bet', betBody(player, { transaction_id: 't-9', round_id: 'r-9' }));
  await command.asPlayer(player.token, '/me/blocks', { reason: 'self_exclusion' });
  t.is((await command.provider('bet', betBody(player, { transaction_id: 't-8' }))).body.code, 'player_blocked');
  t.is((await command.provider('win', winBody(player))).status, 200);
  const about = { transaction_id: 'rb', reference_transaction_id: 't-9', round_id: 'r-9' };
  t.is((await command.provider('rollback', rollbackBody(player, about))).status, 200);
  t.is(await cashOf(command, player), '110.00');
});

test('a refusal for want of money burns no id: the same bet is taken once there is money', async (t) => {
  const { command, player } = await ready(t);
  const large = betBody(player, { amount: '100.01' });
  t.is((await command.provider('bet', large)).body.code, 'insufficient_funds');
  const asked = await command.asPlayer(player.token, '/me/deposits', { amount: '0.01', currency: 'EUR', psp: 'fake' });
  await command.psp({ payment_id: asked.body.payment_id, psp_reference: 'ref', status: 'completed' });
  t.is((await command.provider('bet', large)).status, 200);
});

test('one provider’s ids are not another’s: the same transaction id of two providers is two transactions', async (t) => {
  const { command, player } = await ready(t);
  await command.provider('bet', betBody(player));
  const foreign = await command.otherProvider('rollback', rollbackBody(player));
  t.is(foreign.body.code, 'transaction_not_found');
  t.is(await cashOf(command, player), '90.00');
});
