import { request } from 'undici';
import { sign } from '../../../shared/http/signature.js';
import type { OpenWithdrawal } from '../runtime/payouts.js';

const TIMEOUT_MS = 5_000;

/** Asks a PSP over its signed API to pay a withdrawal out. @throws Error unless it says 2xx; asking again is safe. */
export async function payOut(
  psp: { readonly id: string; readonly url: string; readonly secrets: readonly string[] },
  { paymentId, amount, currency }: OpenWithdrawal,
  nowMs: number,
): Promise<void> {
  const [secret] = psp.secrets;
  if (secret === undefined) throw new Error(`PSP ${psp.id} has no secret`);
  const url = new URL('payouts', psp.url.endsWith('/') ? psp.url : `${psp.url}/`);
  const body = JSON.stringify({ payment_id: paymentId, amount, currency });
  const timestamp = String(Math.floor(nowMs / 1000));
  const response = await request(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Psp-Id': psp.id,
      'X-Timestamp': timestamp,
      'X-Signature': sign(secret, { timestamp, method: 'POST', path: url.pathname, body }),
    },
    body,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  await response.body.dump();
  if (response.statusCode < 200 || response.statusCode > 299) {
    throw new Error(`PSP ${psp.id} answered ${response.statusCode} to the payout ${paymentId}`);
  }
}
