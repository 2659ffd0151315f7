import { z } from 'zod';
import { changed, currency, loggedIn, name, registered, timestamp, userId } from './message-fields.js';
import type { MessageRoute } from './profile.js';

// The developer guide's bodies, field for field: a field too many is refused like one too few.

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

const completedDeposit = z.object({
  payment_type: z.literal('deposit'),
  status: z.literal('completed'),
  amount: z.number(),
});

/** The amount of a completed deposit, which campaigns look for. */
export function guideCompletedDeposit(path: string, body: unknown): number | undefined {
  return path === '/v2/integration/payments' ? completedDeposit.safeParse(body).data?.amount : undefined;
}
