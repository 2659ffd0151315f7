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

const price = { currency: 'EUR', exchange_rate: 1 };
const { registered, detailsChanged, loggedIn, consentsChanged, blocksChanged } = guideExamples;

/** A valid body of each message of Fast Track's published contract. */
export const nativeExamples = {
  registered: { ...registered, body: { ...registered.body, user_agent: 'Mozilla/5.0' } },
  ...{ detailsChanged, loggedIn, consentsChanged, blocksChanged },
  payment: {
    method: 'POST',
    path: '/v1/integration/payment',
    body: {
      ...{ ...user, ...price, origin, payment_id: '1001-p1', type: 'Credit', status: 'Approved' },
      ...{ amount: 100, fee_amount: 0, vendor_id: 'fake', vendor_name: 'Fake PSP' },
    },
  },
  casino: {
    method: 'POST',
    path: '/v1/integration/casino',
    body: {
      ...{ ...user, ...price, origin, activity_id: '1001:mock:t-1', type: 'Bet', status: 'Approved', round_id: 'r-1' },
      ...{ is_round_end: false, amount: 0.3, wager_amount: 0.1, bonus_wager_amount: 0.2 },
      ...{ balance_before: 10, balance_after: 9.7, game_id: 'slot_abc', game_name: 'Slot ABC', game_type: 'Slots' },
      ...{ vendor_id: 'mock', vendor_name: 'Mock Games' },
    },
  },
  bonus: {
    method: 'POST',
    path: '/v1/integration/bonus',
    body: {
      ...{ ...user, ...price, origin, bonus_id: 'welcome_bonus_50', user_bonus_id: 'ub-1', status: 'Created' },
      ...{ type: 'WelcomeBonus', product: 'Casino', amount: 50, required_wagering_amount: 500 },
      fasttrack_references: { id: 'ABC', activity_id: 100, action_id: 'credit', trigger_hash: '9d30' },
    },
  },
  balances: {
    method: 'POST',
    path: '/v1/integration/user/balances',
    body: {
      ...{ ...user, origin },
      balances: [
        { key: 'real_money', amount: 98.5, ...price },
        { key: 'bonus_money', amount: 0, ...price },
      ],
    },
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
