import { z } from 'zod';
import { blockReason, limitKind, limitPeriod } from '../../../shared/events/player-events.js';

// What the routes answer, for the document; a test holds every answer against it.

/** Decimal, at the currency's exponent; it may be below zero. */
const amount = z.string();
/** Also with Postgres's own writing of a moment, where a row came as JSON. */
const moment = z.iso.datetime({ offset: true });
const text = z.string();
const consents = {
  email: z.boolean(),
  sms: z.boolean(),
  telephone: z.boolean(),
  post_mail: z.boolean(),
  site_notification: z.boolean(),
  push_notification: z.boolean(),
};

export const userDetailsAnswer = z.strictObject({
  ...{ player_id: text, email: text, first_name: text, last_name: text, country: text, currency: text },
  registered_at: moment,
});
export const playerBlocksAnswer = z.strictObject({
  player_id: text,
  is_blocked: z.boolean(),
  block_reasons: z.array(text),
});
export const optInsAnswer = z.strictObject({
  ...{ player_id: text, email_opt_in: z.boolean(), sms_opt_in: z.boolean(), push_opt_in: z.boolean() },
});
export const accessTokenAnswer = z.strictObject({
  access_token: text,
  expires_in: z.int(),
  token_type: z.literal('Bearer'),
});

export const frontEndTokenAnswer = z.strictObject({ token: text, expires_in: z.int() });

export const nativeUserDetailsAnswer = z.strictObject({
  ...{ user_id: text, username: text, email: text, first_name: text, last_name: text, title: text, sex: text },
  ...{ birth_date: text, address: text, city: text, postal_code: text, country: text, currency: text },
  ...{ language: text, market: text, mobile: text, mobile_prefix: text, origin: text },
  ...{ affiliate_reference: text, registration_code: text, registration_date: moment, verified_at: text },
  ...{ roles: z.array(text), is_blocked: z.boolean(), is_excluded: z.boolean() },
});
export const nativeBlocksAnswer = z.strictObject({
  blocks: z.array(z.strictObject({ active: z.boolean(), type: z.enum(['Excluded', 'Blocked']), note: text })).length(2),
});
export const nativeConsentsAnswer = z.strictObject({
  consents: z.array(z.strictObject({ type: text, opted_in: z.boolean() })).length(6),
});
export const bonusListAnswer = z.strictObject({
  ...{ Data: z.array(z.strictObject({ text, value: text })), Success: z.boolean(), Errors: z.array(text) },
});
/** `error` instead of `timestamp` where it broke off in the middle. */
export const reconciliationAnswer = z.strictObject({
  ...{ users: z.array(text), timestamp: moment.optional(), error: text.optional() },
});
export const authenticateAnswer = z.strictObject({ user_id: z.int() });

export const balanceAnswer = z.strictObject({ cash: amount, bonus: amount, withdrawal: amount, currency: text });
const limit = z.strictObject({
  ...{ kind: limitKind, period: limitPeriod, amount: amount.nullable(), currency: text },
  pending: z.strictObject({ amount: amount.nullable(), effective_at: moment }).nullable(),
});
export const limitsAnswer = z.strictObject({ limits: z.array(limit) });
export const playerAnswer = z.strictObject({
  ...{ player_id: text, currency: text, registered_at: moment, last_login_at: moment.nullable() },
  /** None once the person was forgotten. */
  profile: z
    .strictObject({
      ...{ email: text, first_name: text, last_name: text, birth_date: text, country: text },
      ...{ phone: text, address: text },
    })
    .nullable(),
  consents: z.strictObject(consents).nullable(),
  blocks: z.array(z.strictObject({ reason: blockReason, until: moment.nullable(), placed_at: moment })),
});

const next = text.nullable();
const transaction = z.strictObject({
  ...{ revision: z.int(), part: z.int(), kind: text, type: text, caller: text, reference: text },
  ...{ related_reference: text.nullable(), game_id: text.nullable(), round_id: text.nullable() },
  ...{ amount: amount.nullable(), currency: text.nullable(), cash_after: amount.nullable() },
  ...{ bonus_after: amount.nullable(), recorded_at: moment },
});
export const transactionsAnswer = z.strictObject({ transactions: z.array(transaction), next_before: next });
const bonus = z.strictObject({
  ...{ user_bonus_id: text, bonus_id: text, template_version: z.int(), status: text, reason: text.nullable() },
  ...{ amount, currency: text, wagered: amount, wagering_required: amount.nullable() },
  ...{ expires_at: moment.nullable(), created_at: moment, updated_at: moment },
});
export const bonusesAnswer = z.strictObject({ bonuses: z.array(bonus), next_before: next });
const payment = z.strictObject({
  ...{ payment_id: text, kind: text, psp: text, psp_reference: text.nullable(), status: text },
  ...{ amount, currency: text, requested_at: moment, updated_at: moment },
});
export const paymentsAnswer = z.strictObject({ payments: z.array(payment), next_before: next });
const session = z.strictObject({
  ...{ session_id: text, game_id: text, provider: text, started_at: moment, ended_at: moment.nullable() },
  ...{ end_reason: text.nullable(), duration_s: z.int(), bets: z.int(), staked: amount, won: amount, net: amount },
  currency: text,
});
export const sessionsAnswer = z.strictObject({ game_sessions: z.array(session), next_before: next });
/** Everything that is held about a player: docs/personal-data.md lists it. */
export const exportAnswer = z.looseObject({ exported_at: moment, up_to_revision: z.int(), player_id: text });

const found = z.strictObject({
  ...{ player_id: text, email: text.nullable(), first_name: text.nullable(), last_name: text.nullable() },
  ...{ country: text.nullable(), currency: text, registered_at: moment },
  ...{ block_reasons: z.array(blockReason), forgotten_at: moment.nullable() },
});
export const searchAnswer = z.strictObject({ players: z.array(found), next_after: next });
export const playerPageAnswer = playerAnswer.extend({
  forgotten_at: moment.nullable(),
  limits: z.array(limit),
  balance: balanceAnswer.optional(),
  bonuses: z.array(bonus),
  payments: z.array(payment),
  game_sessions: z.array(session),
  head: z.strictObject({ revision: z.int(), hash: text, position: text }),
});
export const playerSessionsAnswer = sessionsAnswer.extend({ player_id: text });
export const playerBonusesAnswer = bonusesAnswer.extend({ player_id: text });
export const playerPaymentsAnswer = paymentsAnswer.extend({ player_id: text });
const event = z.strictObject({
  ...{ revision: z.int(), event_id: text, type: text, position: text, recorded_at: moment, actor: text },
  ...{ correlation_id: text, data: z.record(text, z.unknown()) },
});
export const timelineAnswer = z.strictObject({ player_id: text, events: z.array(event), next_after: next });

const posting = z.strictObject({ account: text, side: z.enum(['debit', 'credit']), amount, currency: text });
const entry = z.strictObject({
  ...{ revision: z.int(), event_id: text, type: text, position: text, recorded_at: moment, actor: text },
  ...{ reference: text.nullable(), postings: z.array(posting), balances: balanceAnswer },
});
export const playerLedgerAnswer = z.strictObject({ player_id: text, entries: z.array(entry), next_before: next });

const sides = { debits: amount, credits: amount };
const account = z.strictObject({ account: text, currency: text, ...sides, balance: amount });
export const accountsAnswer = z.strictObject({ accounts: z.array(account), next_after: next });
const trialBalance = z.strictObject({
  ...{ currency: text, accounts: z.int(), ...sides, difference: amount, balanced: z.boolean() },
  /** By purpose: `player:*:cash` is the cash of all players. */
  groups: z.array(account.extend({ accounts: z.int() })),
});
export const trialBalanceAnswer = z.strictObject({ position: text, currencies: z.array(trialBalance) });

const lane = z.strictObject({
  ...{ player_id: text, taken_revision: z.int(), delivered_revision: z.int(), backlog: z.int(), attempts: z.int() },
  ...{ failing_since: moment.nullable(), next_attempt_at: moment.nullable(), last_status: z.int().nullable() },
  ...{ last_error: text.nullable(), parked_revision: z.int().nullable(), parked_kind: text.nullable() },
  ...{ parked_reason: text.nullable(), parked_at: moment.nullable(), replay_next: z.int().nullable() },
  replay_last: z.int().nullable(),
});
export const lanesAnswer = z.strictObject({ lanes: z.array(lane), next_after: next });
const delivery = z.strictObject({
  ...{ revision: z.int(), event_id: text, type: text, recorded_at: moment, taken_at: moment },
  ...{ delivered_at: moment.nullable(), skipped_at: moment.nullable(), attempts: z.int() },
  last_status: z.int().nullable(),
});
export const deliveriesAnswer = z.strictObject({
  lane: lane.nullable(),
  deliveries: z.array(delivery),
  next_before: next,
});

const round = z.strictObject({
  ...{ player_id: text, provider: text, round_id: text, game_id: text, currency: text, staked: amount, won: amount },
  ...{ bets: z.int(), wins: z.int(), rolled_back: z.int(), first_bet_at: moment, last_at: moment },
});
export const roundsAnswer = z.strictObject({ rounds: z.array(round), next_after: next });
export const playerRoundsAnswer = z.strictObject({
  player_id: text,
  rounds: z.array(round.extend({ closed_at: moment.nullable(), is_open: z.boolean() })),
  next_before: next,
});

const withdrawal = z.strictObject({
  ...{ player_id: text, payment_id: text, psp: text, status: text, amount, currency: text, requested_at: moment },
  ...{ updated_at: moment, first_name: text.nullable(), last_name: text.nullable(), cash: amount },
  ...{ block_reasons: z.array(blockReason), holds: z.array(z.enum(['fraud', 'cash_below_zero'])) },
});
export const withdrawalsAnswer = z.strictObject({ withdrawals: z.array(withdrawal), next_after: next });
const bonusTemplate = z.strictObject({
  ...{ bonus_id: text, version: z.int(), name: text, wagering_multiple: text, expiry_days: z.int() },
  amounts: z.array(z.strictObject({ currency: text, min: amount, max: amount })),
});
export const bonusTemplatesAnswer = z.strictObject({ bonus_templates: z.array(bonusTemplate) });

const waiting = z.strictObject({ players: z.int(), events: z.int(), oldest_at: moment.nullable() });
export const lagAnswer = z.strictObject({
  read_models: z.strictObject({ position: text, updated_at: moment }).nullable(),
  ...{ to_bridge: waiting, to_fast_track: waiting, parked: waiting },
});
