// A game provider's side of docs/provider-api.md in plain Node: one round on a player's open game session.
// CROUPIER_URL=… PROVIDER_ID=… PROVIDER_SECRET=… PLAYER_ID=… SESSION_ID=… node infra/examples/provider-client.mjs
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

const { CROUPIER_URL, PROVIDER_ID, PROVIDER_SECRET, PLAYER_ID: player_id, SESSION_ID: session_id } = process.env;
const timeoutMs = Number(process.env.TIMEOUT_MS ?? 1_000);

/** The status of the final answer. Of what is owed there is one at some time; else undefined is: nobody knows. */
async function call(action, fields, { owed }) {
  const [path, body] = [`/provider/v1/${action}`, JSON.stringify(fields)]; // Once: a repeat has the same bytes.
  for (let tries = 1; owed || tries <= 3; tries += 1) {
    const timestamp = String(Math.floor(Date.now() / 1_000)); // Each try has its own, and so its own signature.
    const signature = createHmac('sha256', PROVIDER_SECRET).update(`${timestamp}.POST.${path}.${body}`).digest('hex');
    const headers = { 'X-Provider-Id': PROVIDER_ID, 'X-Timestamp': timestamp, 'X-Signature': signature };
    const options = { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) };
    const answer = await fetch(CROUPIER_URL + path, options).catch(() => undefined);
    const text = await answer?.text().catch(() => undefined);
    console.log(action, answer?.status, text);
    const isLater = text === undefined || answer.status >= 500 || [408, 429].includes(answer.status);
    if (!isLater && !(owed && answer.status === 401)) return answer.status;
    await wait(Math.max(250 * Math.random(), 1_000 * (answer?.headers.get('Retry-After') ?? 0)) + 250);
  }
}

// What is owed must outlive this process: a provider writes each call down before it is sent. This example does not.
const ids = { player_id, session_id, game_id: 'slot_abc', round_id: `r-${randomUUID()}` };
const bet = { transaction_id: `bet-${randomUUID()}`, ...ids, amount: '10.00', currency: 'EUR' };
const end = { transaction_id: `end-${randomUUID()}`, reference_transaction_id: bet.transaction_id };
const taken = await call('bet', bet, { owed: false });
if (taken === undefined) await call('rollback', { ...end, player_id, round_id: ids.round_id }, { owed: true });
if (taken === 200) await call('win', { ...bet, ...end, amount: '25.00', round_closed: true }, { owed: true });
