// A game provider's side of docs/provider-api.md with nothing but Node: one round on a player's open game session.
// CROUPIER_URL=… PROVIDER_ID=… PROVIDER_SECRET=… PLAYER_ID=… SESSION_ID=… node infra/examples/provider-client.mjs
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

const { CROUPIER_URL, PROVIDER_ID, PROVIDER_SECRET, PLAYER_ID: player_id, SESSION_ID: session_id } = process.env;
const timeoutMs = Number(process.env.TIMEOUT_MS ?? 1_000);

/** The final answer; undefined when there is none after so many tries, and nobody knows what has happened. */
async function call(action, fields, triesMax) {
  const path = `/provider/v1/${action}`;
  const body = JSON.stringify(fields); // Once: a repeat has the same ids and the same bytes.
  for (let tries = 0; tries < triesMax; tries += 1) {
    if (tries > 0) await wait(250);
    const timestamp = String(Math.floor(Date.now() / 1000)); // Each try has its own, and so its own signature.
    const signature = createHmac('sha256', PROVIDER_SECRET).update(`${timestamp}.POST.${path}.${body}`).digest('hex');
    const headers = { 'X-Provider-Id': PROVIDER_ID, 'X-Timestamp': timestamp, 'X-Signature': signature };
    const options = { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) };
    const response = await fetch(CROUPIER_URL + path, options).catch(() => undefined);
    const text = await response?.text().catch(() => undefined);
    if (text !== undefined && response.status < 500 && response.status !== 429) {
      console.log(`${action} ${response.status} ${text}`);
      return response.status;
    }
  }
}

// What is owed must outlive this process: a provider writes each call down before it is sent. This example does not.
const ids = { player_id, session_id, game_id: 'slot_abc', round_id: `r-${randomUUID()}` };
const bet = { transaction_id: `bet-${randomUUID()}`, ...ids, amount: '10.00', currency: 'EUR' };
const named = { transaction_id: `end-${randomUUID()}`, reference_transaction_id: bet.transaction_id };
const taken = await call('bet', bet, 3);
if (taken === undefined)
  await call('rollback', { ...named, player_id, round_id: ids.round_id }, Number.POSITIVE_INFINITY);
if (taken === 200)
  await call('win', { ...bet, ...named, amount: '25.00', round_closed: true }, Number.POSITIVE_INFINITY);
