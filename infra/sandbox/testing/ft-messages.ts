import { randomUUID } from 'node:crypto';
import { type Answer, callHttp } from '../http-call.js';

const timestamp = '2026-01-02T12:00:00.000Z';
const user = { user_id: '1001', timestamp };
const origin = 'casino.example.com';

type Example = {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: { readonly user_id: string; readonly [field: string]: unknown };
};

/** A valid body of each of the guide's messages. */
export const guideExamples = {
  registered: {
    method: 'POST',
    path: '/v2/integration/user',
    body: { ...user, origin, ip_address: '203.0.113.5' },
  },
  detailsChanged: { method: 'PUT', path: '/v2/integration/user', body: { ...user, origin } },
  loggedIn: { method: 'POST', path: '/v2/integration/login', body: { ...user, origin, is_impersonated: false } },
  consentsChanged: { method: 'PUT', path: '/v2/integration/user/consents', body: { ...user, origin } },
  blocksChanged: { method: 'PUT', path: '/v2/integration/user/blocks', body: { ...user, origin } },
  payment: {
    method: 'POST',
    path: '/v2/integration/payments',
    body: {
      ...user,
      payment_id: '1001-p1',
      payment_type: 'deposit',
      status: 'completed',
      amount: 100,
      currency: 'EUR',
    },
  },
  casino: { method: 'POST', path: '/v2/integration/casino', body: { ...user, game_id: 'slot_abc', bet: 1.5, win: 0 } },
  bonus: {
    method: 'POST',
    path: '/v2/integration/bonus',
    body: { ...user, bonus_id: 'welcome_bonus_50', event_type: 'granted' },
  },
  balances: {
    method: 'POST',
    path: '/v2/integration/balances',
    body: { ...user, balance: { cash: 98.5, bonus: 0, currency: 'EUR' } },
  },
} as const satisfies { readonly [name: string]: Example };

export type SendOptions = {
  readonly key?: string;
  readonly sequence?: number;
  readonly apiKey?: string;
  readonly userId?: string;
};

/** Sends one message as the bridge does; undefined when the connection was cut. */
export function sendMessage(
  fastTrack: string,
  example: Example,
  options: SendOptions = {},
): Promise<Answer | undefined> {
  const { key = randomUUID(), sequence = 0, apiKey = 'ft-key', userId } = options;
  return callHttp({
    method: example.method,
    url: `${fastTrack}${example.path}`,
    headers: { 'X-Api-Key': apiKey, 'Idempotency-Key': key, 'X-Sequence': String(sequence) },
    body: JSON.stringify(userId === undefined ? example.body : { ...example.body, user_id: userId }),
    timeoutMs: 5_000,
  });
}
