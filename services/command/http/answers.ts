import { z } from 'zod';
import { blockReason, limitKind, limitPeriod } from '../../../shared/events/player-events.js';

// What the routes answer, for the document; a test holds every answer against it.

/** Decimal, at the currency's exponent. */
const amount = z.string();
const moment = z.iso.datetime();
const balance = z.strictObject({ cash: amount, bonus: amount, currency: z.string() });

export const balanceAnswer = z.strictObject({ balance });
export const transactionAnswer = z.strictObject({ transaction_id: z.string(), balance });
export const playAnswer = z.strictObject({ transaction_ids: z.tuple([z.string(), z.string()]), balance });

const paymentStatus = z.enum(['requested', 'approved', 'rejected', 'cancelled', 'completed', 'failed', 'reversed']);
export const paymentAnswer = z.strictObject({ payment_id: z.string(), status: paymentStatus });
export const depositAnswer = paymentAnswer.extend({ redirect_url: z.url() });

const bonusStatus = z.enum(['granted', 'queued', 'completed', 'cancelled']);
export const bonusAnswer = z.strictObject({ user_bonus_id: z.string(), status: bonusStatus });
export const bonusCreditAnswer = bonusAnswer.extend({ player_id: z.string(), bonus_id: z.string() });

export const loginAnswer = z.strictObject({ player_id: z.string(), token: z.string() });
export const detailsAnswer = z.strictObject({ player_id: z.string(), status: z.literal('changed') });
export const consentsAnswer = z.strictObject({
  email: z.boolean(),
  sms: z.boolean(),
  telephone: z.boolean(),
  post_mail: z.boolean(),
  site_notification: z.boolean(),
  push_notification: z.boolean(),
});
export const blockAnswer = z.strictObject({ reason: blockReason, until: moment.nullable() });
export const blockChangeAnswer = blockAnswer.extend({ active: z.boolean() });
export const limitAnswer = z.strictObject({
  kind: limitKind,
  period: limitPeriod,
  /** None without a limit. */
  amount: amount.nullable(),
  currency: z.string(),
  pending: z.strictObject({ amount: amount.nullable(), effective_at: moment }).nullable(),
});

export const sessionAnswer = z.strictObject({
  session_id: z.string(),
  player_id: z.string(),
  game_id: z.string(),
  provider: z.string(),
  started_at: moment,
});
export const sessionEndAnswer = z.strictObject({ session_id: z.string(), status: z.string() });

/** Forgotten, or, on a dry run, what would be done and why not. */
export const forgetAnswer = z.union([
  z.strictObject({ player_id: z.string(), status: z.literal('forgotten') }),
  z.strictObject({
    player_id: z.string(),
    would: z.literal('forget'),
    events: z.array(z.string()),
    /** How many streams of each kind would be deleted. */
    streams: z.strictObject({ profile: z.int(), email: z.int() }),
    email_kept: z.boolean(),
  }),
  z.strictObject({
    player_id: z.string(),
    would: z.literal('refuse'),
    reasons: z.array(z.string()).optional(),
    balance: z.record(z.string(), amount).optional(),
    open_payments: z.int().optional(),
  }),
]);

/** Fast Track looks at the status only. */
export const doneAnswer = z.strictObject({ message: z.literal('ok') });

export const ledgerEndAnswer = z.strictObject({ position: z.string().nullable(), recorded_at: moment.nullable() });
