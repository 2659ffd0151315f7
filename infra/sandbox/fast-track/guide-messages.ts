import { z } from 'zod';
import type { MessageRoute } from './profile.js';

// The developer guide's bodies, field for field: a field too many is refused like one too few.

const userId = z.string().min(1);
const timestamp = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, 'must be YYYY-MM-DDTHH:mm:ss.sssZ')
  .pipe(z.iso.datetime());
const currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code');
const name = z.string().min(1);

const userEvent = { user_id: userId, timestamp, origin: name };

/** `ip_address` is left out once the person was forgotten. */
const registered = z.strictObject({ ...userEvent, ip_address: z.union([z.ipv4(), z.ipv6()]).optional() });

const loggedIn = z.strictObject({ ...userEvent, is_impersonated: z.boolean() });

/** Consents, blocks and details: Fast Track is told that they changed and asks the Operator API for the rest. */
const changed = z.strictObject(userEvent);

const payment = z.strictObject({
  user_id: userId,
  payment_id: name,
  payment_type: z.enum(['deposit', 'withdrawal']),
  status: z.enum(['requested', 'completed', 'failed', 'cancelled', 'reversed']),
  amount: z.number().positive(),
  currency,
  timestamp,
});

/** Below zero is the negated amount of a rollback. */
const casino = z.strictObject({ user_id: userId, game_id: name, bet: z.number(), win: z.number(), timestamp });

const bonus = z.strictObject({
  user_id: userId,
  bonus_id: name,
  event_type: z.enum(['granted', 'wagering_progress', 'completed', 'cancelled']),
  timestamp,
});

const balances = z.strictObject({
  user_id: userId,
  balance: z.strictObject({ cash: z.number().min(0), bonus: z.number().min(0), currency }),
  timestamp,
});

export const guideMessages: readonly MessageRoute[] = [
  { method: 'POST', path: '/v2/integration/user', schema: registered },
  { method: 'PUT', path: '/v2/integration/user', schema: changed },
  { method: 'POST', path: '/v2/integration/login', schema: loggedIn },
  { method: 'PUT', path: '/v2/integration/user/consents', schema: changed },
  { method: 'PUT', path: '/v2/integration/user/blocks', schema: changed },
  { method: 'POST', path: '/v2/integration/payments', schema: payment },
  { method: 'POST', path: '/v2/integration/casino', schema: casino },
  { method: 'POST', path: '/v2/integration/bonus', schema: bonus },
  { method: 'POST', path: '/v2/integration/balances', schema: balances },
];

const completedDeposit = z.object({ payment_type: z.literal('deposit'), status: z.literal('completed') });

/** What the trigger `first_deposit` looks for. */
export function isGuideCompletedDeposit(path: string, body: unknown): boolean {
  return path === '/v2/integration/payments' && completedDeposit.safeParse(body).success;
}
