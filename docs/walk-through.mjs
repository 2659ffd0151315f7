// Deposit, bet, win and rollback against a running Croupier (`npm start`), with nothing but Node: node docs/walk-through.mjs
// What a game provider needs to know is all in `signed` below.
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

const ready = JSON.parse(readFileSync(`${process.env.CROUPIER_DATA_DIR ?? '.data'}/ready.json`, 'utf8'));

async function call(method, url, body, headers = {}) {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  console.log(
    `${method} ${new URL(url).pathname} ${(body ?? '').replace(/"password":"[^"]+"/, '"password":"…"')}`.trimEnd(),
  );
  const replayed = response.headers.get('Idempotency-Replayed') ? ' (Idempotency-Replayed: true)' : '';
  console.log(`  → ${response.status}${replayed} ${text.replace(/"token":"[^"]+"/, '"token":"…"')}`);
  return text === '' ? {} : JSON.parse(text);
}

/** A provider signs `<unix seconds>.<METHOD>.<path>.<raw body>` with HMAC-SHA256, in lower-case hex. */
function signed(path, fields) {
  const body = JSON.stringify(fields);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const { providerId, providerSecret } = ready.keys;
  const signature = createHmac('sha256', providerSecret).update(`${timestamp}.POST.${path}.${body}`).digest('hex');
  const headers = { 'X-Provider-Id': providerId, 'X-Timestamp': timestamp, 'X-Signature': signature };
  return call('POST', ready.gateway + path, body, headers);
}

const person = {
  email: `${randomUUID()}@example.com`,
  password: 'correct horse battery staple',
  first_name: 'Jane',
  last_name: 'Doe',
};
const { player_id, token } = await call(
  'POST',
  `${ready.gateway}/players`,
  JSON.stringify({ ...person, birth_date: '1990-01-31', country: 'SE', currency: 'EUR' }),
);
const player = { Authorization: `Bearer ${token}` };

const deposit = JSON.stringify({ amount: '100.00', currency: 'EUR', psp: 'fake' });
const { payment_id } = await call('POST', `${ready.gateway}/me/deposits`, deposit, player);
await call('POST', `${ready.psp}/complete/${payment_id}`);

const game = { provider: 'mock', game_id: 'slot_abc' };
const { session_id } = await call('POST', `${ready.gateway}/me/game-sessions`, JSON.stringify(game), player);

const round = { player_id, session_id, game_id: 'slot_abc', currency: 'EUR' };
const bet = { transaction_id: 't-1', ...round, round_id: 'r-1', amount: '10.00' };
await signed('/provider/v1/bet', bet);
await signed('/provider/v1/bet', bet);
await signed('/provider/v1/bet', { ...bet, amount: '11.00' });
await signed('/provider/v1/win', {
  ...bet,
  transaction_id: 't-2',
  reference_transaction_id: 't-1',
  amount: '25.00',
  round_closed: true,
});
await signed('/provider/v1/bet', { ...bet, transaction_id: 't-3', round_id: 'r-2' });
await signed('/provider/v1/rollback', {
  transaction_id: 't-4',
  reference_transaction_id: 't-3',
  player_id,
  round_id: 'r-2',
});
await signed('/provider/v1/balance', { player_id, session_id });
