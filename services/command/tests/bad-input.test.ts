import test from 'ava';
import { sign } from '../../../shared/http/signature.js';
import {
  type Answer,
  allEvents,
  betBody,
  type CommandClient,
  commandService,
  OPERATOR_KEY,
  PROVIDER_SECRET,
  type ReadyPlayer,
  readyPlayer,
} from './command-client.js';

// Each bad input gets its own clear answer and changes nothing: not one event is appended.

type Case = {
  readonly title: string;
  readonly send: (command: CommandClient, player: ReadyPlayer) => Promise<Answer>;
  readonly status: number;
  readonly code: string;
  /** The JSON pointer of what is wrong. */
  readonly pointer?: string;
};

const NOW_MS = Date.parse('2026-01-02T12:00:00.000Z');

function signedAt(
  command: CommandClient,
  player: ReadyPlayer,
  change: Partial<{ at: number; secret: string; path: string; id: string; body: string; signature: string }>,
) {
  const raw = JSON.stringify(betBody(player));
  const timestamp = String((change.at ?? NOW_MS) / 1000);
  const request = { timestamp, method: 'POST', path: change.path ?? '/provider/v1/bet', body: change.body ?? raw };
  return command.send('/provider/v1/bet', {
    headers: {
      'X-Provider-Id': change.id ?? 'mock',
      'X-Timestamp': timestamp,
      'X-Signature': change.signature ?? sign(change.secret ?? PROVIDER_SECRET, request),
    },
    body: raw,
  });
}

function bet(change: Record<string, unknown>): Case['send'] {
  return (command, player) => command.provider('bet', betBody(player, change));
}

function rawAmount(text: string): Case['send'] {
  return (command, player) => command.provider('bet', JSON.stringify(betBody(player)).replace('"10.00"', text));
}

const credit = { bonus_id: 'welcome_bonus_50', amount: 50.0, metadata: {} };
const signature = { status: 401, code: 'invalid_signature' };
const malformed = { status: 400, code: 'malformed' };
const amountIsWrong = { status: 422, code: 'invalid_amount' };

const CASES: readonly Case[] = [
  { title: 'no signature', send: (c, p) => c.send('/provider/v1/bet', { body: betBody(p) }), ...signature },
  { title: 'a wrong signature', send: (c, p) => signedAt(c, p, { signature: '0'.repeat(64) }), ...signature },
  { title: "another secret's signature", send: (c, p) => signedAt(c, p, { secret: 'wrong' }), ...signature },
  { title: 'a signature of another body', send: (c, p) => signedAt(c, p, { body: '{}' }), ...signature },
  { title: 'a signature of another path', send: (c, p) => signedAt(c, p, { path: '/provider/v1/win' }), ...signature },
  { title: 'a stale signature', send: (c, p) => signedAt(c, p, { at: NOW_MS - 301_000 }), ...signature },
  { title: 'a signature of the future', send: (c, p) => signedAt(c, p, { at: NOW_MS + 301_000 }), ...signature },
  { title: 'an unknown provider', send: (c, p) => signedAt(c, p, { id: 'nobody' }), ...signature },
  {
    title: "another provider's session",
    send: (c, p) => c.otherProvider('bet', betBody(p)),
    status: 404,
    code: 'session_not_found',
  },
  { title: 'an unknown player', send: bet({ player_id: '999999999' }), status: 404, code: 'player_not_found' },
  { title: 'a player id that is none', send: bet({ player_id: 'jane' }), status: 404, code: 'player_not_found' },
  { title: 'a missing session', send: bet({ session_id: 's-missing' }), status: 404, code: 'session_not_found' },
  { title: 'a wrong currency', send: bet({ currency: 'SEK' }), status: 422, code: 'currency_mismatch' },
  { title: 'a currency that is none', send: bet({ currency: 'XYZ' }), ...malformed, pointer: '/currency' },
  { title: 'three decimals of EUR', send: bet({ amount: '10.001' }), ...amountIsWrong },
  { title: 'three decimals of EUR as a number', send: rawAmount('10.001'), ...amountIsWrong },
  { title: 'a negative amount', send: bet({ amount: '-10.00' }), ...malformed, pointer: '/amount' },
  { title: 'a negative number', send: rawAmount('-10'), ...malformed, pointer: '/amount' },
  { title: 'a bet of zero', send: bet({ amount: '0.00' }), ...amountIsWrong },
  { title: 'NaN as an amount', send: rawAmount('NaN'), ...malformed },
  { title: '"NaN" as an amount', send: bet({ amount: 'NaN' }), ...malformed, pointer: '/amount' },
  { title: '1e400 as an amount', send: rawAmount('1e400'), ...malformed, pointer: '/amount' },
  { title: '"1e400" as an amount', send: bet({ amount: '1e400' }), ...malformed, pointer: '/amount' },
  { title: 'a boolean as an amount', send: bet({ amount: true }), ...malformed, pointer: '/amount' },
  { title: 'null as an amount', send: bet({ amount: null }), ...malformed, pointer: '/amount' },
  { title: '13 digits', send: bet({ amount: '1000000000000' }), ...malformed, pointer: '/amount' },
  { title: 'more than the balance', send: bet({ amount: '100.01' }), status: 422, code: 'insufficient_funds' },
  { title: 'an unknown field', send: bet({ colour: 'red' }), ...malformed, pointer: '/colour' },
  { title: 'a missing field', send: bet({ round_id: undefined }), ...malformed, pointer: '/round_id' },
  {
    title: 'a transaction id with a space',
    send: bet({ transaction_id: 't 1' }),
    ...malformed,
    pointer: '/transaction_id',
  },
  {
    title: 'a transaction id of 129',
    send: bet({ transaction_id: 't'.repeat(129) }),
    ...malformed,
    pointer: '/transaction_id',
  },
  {
    title: 'a repeated key',
    send: (c, p) => c.provider('bet', JSON.stringify(betBody(p)).replace('{', '{"amount":"1.00",')),
    ...malformed,
    pointer: '/amount',
  },
  { title: 'invalid JSON', send: (c) => c.provider('bet', '{"transaction_id":'), ...malformed },
  { title: 'an empty body', send: (c) => c.provider('bet', ''), ...malformed },
  { title: 'an array', send: (c) => c.provider('bet', '[]'), ...malformed },
  {
    title: 'a body over 64 KiB',
    send: (c, p) => c.provider('bet', betBody(p, { game_id: 'x'.repeat(65_536) })),
    status: 413,
    code: 'body_too_large',
  },
  {
    title: 'a win without its bet',
    send: (c, p) => c.provider('win', betBody(p, { reference_transaction_id: 't-0' })),
    status: 404,
    code: 'transaction_not_found',
  },
  {
    title: 'a play whose two ids are one',
    send: (c, { playerId, sessionId }) =>
      c.provider('play', {
        ...{ player_id: playerId, session_id: sessionId, game_id: 'slot_abc', round_id: 'r-1', currency: 'EUR' },
        bet: { transaction_id: 't-1', amount: '1.00' },
        win: { transaction_id: 't-1', amount: '1.00' },
      }),
    ...malformed,
  },
  {
    title: 'an Operator call without a key',
    send: (c, p) => c.send('/operator/bonus-credit', { body: { ...credit, player_id: p.playerId } }),
    status: 401,
    code: 'unauthorized',
  },
  {
    title: 'an Operator call with a wrong key',
    send: (c, p) =>
      c.operator('/operator/bonus-credit', { ...credit, player_id: p.playerId }, { 'X-Api-Key': `${OPERATOR_KEY}x` }),
    status: 401,
    code: 'unauthorized',
  },
  {
    title: "Fast Track's key at the back office",
    send: (c, p) => c.operator(`/backoffice/players/${p.playerId}/bonuses`, credit),
    status: 401,
    code: 'unauthorized',
  },
  {
    title: 'a bonus for an unknown player',
    send: (c) => c.operator('/operator/bonus-credit', { ...credit, player_id: '999999999' }),
    status: 404,
    code: 'player_not_found',
  },
  {
    title: 'an unknown bonus',
    send: (c, p) => c.operator('/operator/bonus-credit', { ...credit, player_id: p.playerId, bonus_id: 'x' }),
    status: 422,
    code: 'bonus_not_available',
  },
  {
    title: 'a bonus out of range',
    send: (c, p) => c.operator('/operator/bonus-credit', { ...credit, player_id: p.playerId, amount: 100000 }),
    status: 422,
    code: 'invalid_amount',
  },
  {
    title: 'metadata over 4 KiB',
    send: (c, p) =>
      c.operator('/operator/bonus-credit', { ...credit, player_id: p.playerId, metadata: { note: 'x'.repeat(4096) } }),
    ...malformed,
    pointer: '/metadata',
  },
  {
    title: 'a callback for an unknown payment',
    send: (c, p) => c.psp({ payment_id: `${p.playerId}-x`, psp_reference: 'r', status: 'completed' }),
    status: 404,
    code: 'not_found',
  },
  {
    title: 'a player call without a token',
    send: (c) => c.send('/me/deposits', { body: { amount: '1.00', currency: 'EUR', psp: 'fake' } }),
    status: 401,
    code: 'unauthorized',
  },
  {
    title: 'a player call with a wrong token',
    send: (c) => c.asPlayer('abc.def.ghi', '/me/deposits', {}),
    status: 401,
    code: 'unauthorized',
  },
  {
    title: 'an unknown PSP',
    send: (c, p) => c.asPlayer(p.token, '/me/deposits', { amount: '1.00', currency: 'EUR', psp: 'x' }),
    ...malformed,
    pointer: '/psp',
  },
  {
    title: 'a deposit of nothing',
    send: (c, p) => c.asPlayer(p.token, '/me/deposits', { amount: '0', currency: 'EUR', psp: 'fake' }),
    ...amountIsWrong,
  },
  {
    title: 'an unknown game',
    send: (c, p) => c.asPlayer(p.token, '/me/game-sessions', { provider: 'mock', game_id: 'x' }),
    status: 404,
    code: 'not_found',
  },
  {
    title: 'a block that ended already',
    send: (c, p) => c.asPlayer(p.token, '/me/blocks', { reason: 'timeout', until: '2020-01-01T00:00:00Z' }),
    ...malformed,
    pointer: '/until',
  },
  {
    title: 'a player who blocks for fraud',
    send: (c, p) => c.asPlayer(p.token, '/me/blocks', { reason: 'fraud' }),
    ...malformed,
  },
  {
    title: 'a route that is none',
    send: (c) => c.send('/provider/v2/bet', { body: {} }),
    status: 404,
    code: 'not_found',
  },
  {
    title: 'a method that the route has not',
    send: (c) => c.send('/provider/v1/bet', { method: 'GET' }),
    status: 405,
    code: 'method_not_allowed',
  },
];

for (const { title, send, status, code, pointer } of CASES) {
  test(`${title}: ${status} ${code}, and nothing changes`, async (t) => {
    const command = await commandService(t, { nowMs: () => NOW_MS });
    const player = await readyPlayer(command);
    const before = await allEvents(command.store);

    const answer = await send(command, player);

    t.is(answer.status, status, answer.text);
    t.is(answer.body.code, code);
    t.is(answer.headers.get('content-type'), 'application/problem+json');
    if (pointer !== undefined) t.deepEqual((answer.body.errors as { pointer: string }[])[0]?.pointer, pointer);
    t.deepEqual(await allEvents(command.store), before);
  });
}

test('an ended session: 422 session_ended, and nothing changes', async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  await command.asPlayer(player.token, `/me/game-sessions/${player.sessionId}`, undefined, 'DELETE');
  const before = await allEvents(command.store);
  const answer = await command.provider('bet', betBody(player));
  t.deepEqual([answer.status, answer.body.code], [422, 'session_ended']);
  t.deepEqual(await allEvents(command.store), before);
});

test('the same id with another payload: 409 idempotency_conflict, and nothing changes', async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  await command.provider('bet', betBody(player));
  const before = await allEvents(command.store);
  const answer = await command.provider('bet', betBody(player, { amount: '10.01' }));
  t.deepEqual([answer.status, answer.body.code], [409, 'idempotency_conflict']);
  t.deepEqual(await allEvents(command.store), before);
});

test("another provider's transaction cannot be won or rolled back", async (t) => {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  await command.provider('bet', betBody(player));
  const win = betBody(player, { transaction_id: 't-2', reference_transaction_id: 't-1' });
  const answers = [
    await command.otherProvider('win', win),
    await command.otherProvider('rollback', {
      transaction_id: 't-3',
      reference_transaction_id: 't-1',
      player_id: player.playerId,
      round_id: 'r-1',
    }),
  ];
  t.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    [
      [404, 'transaction_not_found'],
      [404, 'transaction_not_found'],
    ],
  );
  const balance = await command.provider('balance', { player_id: player.playerId, session_id: player.sessionId });
  t.deepEqual(balance.body, { balance: { cash: '90.00', bonus: '0.00', currency: 'EUR' } });
});
