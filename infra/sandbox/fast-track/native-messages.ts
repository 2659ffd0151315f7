import { z } from 'zod';
import { add, parseAmount } from '../../../shared/money/money.js';
import { changed, currency, loggedIn, name, registered, timestamp, userId } from './message-fields.js';
import type { MessageRoute } from './profile.js';

// Fast Track's published contract, stricter than its own schemas: those let further fields pass, and here a field that
// nobody knows is refused, for it is a misspelt one. Enums are closed, sums are checked, null is a fault everywhere.

const user = { user_id: userId, origin: name, timestamp };
const amount = z.number().min(0);
const price = { currency, exchange_rate: z.number().positive() };
const meta = z.record(z.string(), z.unknown());

const payment = z.strictObject({
  ...user,
  ...price,
  payment_id: name,
  type: z.enum(['Credit', 'Debit', 'Authorization', 'Capture', 'Void']),
  status: z.enum(['Requested', 'Approved', 'Rejected', 'Rollback', 'Cancelled']),
  amount: z.number().positive(),
  /** Optional in the schema, starred in the documentation: always sent. */
  fee_amount: amount,
  vendor_id: name,
  vendor_name: name.optional(),
  bonus_code: z.string().optional(),
  note: z.string().optional(),
  deposit_count: z.int().min(0).optional(),
  withdraw_count: z.int().min(0).optional(),
  meta: meta.optional(),
  skip_publishing: z.boolean().optional(),
});

const casino = z
  .strictObject({
    ...user,
    ...price,
    activity_id: name,
    /** There is no `Loss`: a win of 0 with `is_round_end` closes a losing round. */
    type: z.enum(['Bet', 'Win']),
    status: z.enum(['Approved', 'Rollback']),
    round_id: name,
    is_round_end: z.boolean(),
    amount,
    wager_amount: amount,
    bonus_wager_amount: amount,
    locked_wager_amount: amount.optional(),
    /** A chargeback may have left the player below zero. */
    balance_before: z.number().optional(),
    balance_after: z.number().optional(),
    game_id: name,
    game_name: name,
    game_type: name.optional(),
    vendor_id: name,
    vendor_name: name.optional(),
    meta: meta.optional(),
    is_free_money: z.boolean().optional(),
    skip_publishing: z.boolean().optional(),
  })
  .refine(isSumOfItsParts, { path: ['amount'], message: 'must be the sum of its parts' })
  .refine(({ type, amount: stake }) => type === 'Win' || stake > 0, { path: ['amount'], message: 'a bet is above 0' })
  .refine(({ type, is_round_end }) => type === 'Win' || !is_round_end, {
    path: ['is_round_end'],
    message: 'only a win ends a round',
  })
  .refine(({ status, meta: more }) => status === 'Approved' || typeof more?.original_activity_id === 'string', {
    path: ['meta'],
    message: 'a rollback names what it reverses',
  });

type Parts = {
  readonly currency: string;
  readonly amount: number;
  readonly wager_amount: number;
  readonly bonus_wager_amount: number;
  readonly locked_wager_amount?: number | undefined;
};

const number = z.union([z.string(), z.number()]);

/** What `X-Fasttrack-*` headers said of the credit. */
const references = z
  .strictObject({
    id: z.string(),
    activity_id: number,
    action_id: number,
    action_group_id: number,
    action_communication_profile_id: number,
    trigger_hash: z.string(),
    player_origin_id: number,
  })
  .partial();

const bonus = z.strictObject({
  ...user,
  ...price,
  bonus_id: name,
  user_bonus_id: name,
  status: z.enum([
    ...['Pending', 'Created', 'Ongoing', 'Completed', 'AutoCompleted', 'Forfeited'],
    ...['Expired', 'Lost', 'Reversed', 'NotApplicable', 'Claimed'],
  ] as const),
  type: z.enum([
    ...['NoDeposit', 'WelcomeBonus', 'CashbackBonus', 'ReloadBonus'],
    ...['WagerFree', 'FreeSpins', 'RiskFreeBet', 'Undefined'],
  ] as const),
  product: z.enum(['Casino', 'Sportsbook', 'Lotto', 'Poker']),
  amount,
  bonus_code: z.string().optional(),
  locked_amount: amount.optional(),
  required_wagering_amount: amount.optional(),
  bonus_turned_real: amount.optional(),
  meta: meta.optional(),
  fasttrack_references: references.optional(),
  is_free_money: z.boolean().optional(),
  skip_publishing: z.boolean().optional(),
});

const wallet = <K extends string>(key: K) => z.strictObject({ key: z.literal(key), amount, ...price });

/** Both, always: a wallet that is left out would keep what it had. */
const balances = z.strictObject({ ...user, balances: z.tuple([wallet('real_money'), wallet('bonus_money')]) });

export const nativeMessages: readonly MessageRoute[] = [
  {
    method: 'POST',
    path: '/v2/integration/user',
    schema: registered.extend({ user_agent: name.optional(), note: z.string().optional() }),
  },
  { method: 'PUT', path: '/v2/integration/user', schema: changed },
  { method: 'POST', path: '/v2/integration/login', schema: loggedIn },
  { method: 'PUT', path: '/v2/integration/user/consents', schema: changed },
  { method: 'PUT', path: '/v2/integration/user/blocks', schema: changed },
  { method: 'POST', path: '/v1/integration/payment', schema: payment },
  { method: 'POST', path: '/v1/integration/casino', schema: casino },
  { method: 'POST', path: '/v1/integration/bonus', schema: bonus },
  { method: 'POST', path: '/v1/integration/user/balances', schema: balances },
];

const completedDeposit = z.object({
  type: z.literal('Credit'),
  status: z.literal('Approved'),
  amount: z.number(),
});

/** The amount of a completed deposit, which campaigns look for. */
export function nativeCompletedDeposit(path: string, body: unknown): number | undefined {
  return path === '/v1/integration/payment' ? completedDeposit.safeParse(body).data?.amount : undefined;
}

/** In decimals: 0.1 and 0.2 are 0.3. What the currency cannot hold has no sum. */
function isSumOfItsParts(parts: Parts): boolean {
  const exact = (value: number) => {
    const parsed = parseAmount(String(value), parts.currency);
    return parsed.ok ? parsed.amount : undefined;
  };
  const [whole, real, ofBonus, locked] = [
    parts.amount,
    parts.wager_amount,
    parts.bonus_wager_amount,
    parts.locked_wager_amount ?? 0,
  ].map(exact);
  if (real === undefined || ofBonus === undefined || locked === undefined) return false;
  return add(real, ofBonus, locked) === whole;
}
