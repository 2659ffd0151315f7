import { z } from 'zod';

// Every event of a `player-*` stream. Field names are the field's words; amounts are decimal strings at the
// currency's exponent. No personal data: what is about the person is in `profile-*` (see profile-events.ts).

const amount = z.string().regex(/^-?\d+(\.\d+)?$/);
const currency = z.string().length(3);

const posting = z.object({ account: z.string(), side: z.enum(['debit', 'credit']), amount, currency });
const balances = z.object({ cash: amount, bonus: amount, withdrawal: amount, currency });

/** In every event that moves money: the legs, and the balances after it. */
const moved = { postings: z.array(posting), balances };

/** Where a stake came from; `userBonusId` is the bonus that its bonus part belongs to. */
const funding = z.object({ cash: amount, bonus: amount, userBonusId: z.string().nullable() });

/**
 * Where a win went. Its bonus part follows its bonus: to the bonus account while that is active; once completed to cash
 * (`converted`) as far as the cap leaves; the rest, or all of it once cancelled, to the house (`cost`).
 */
const payout = z.object({
  cash: amount,
  bonus: amount,
  converted: amount,
  cost: amount,
  userBonusId: z.string().nullable(),
});

/** What a bet counted towards the wagering requirement of the bonus that was active; null when none was. */
const wagering = z.object({ userBonusId: z.string(), amount }).nullable();

/** The balance that the provider was answered: after the whole decision, not only after this event. */
const answer = z.object({ cash: amount, bonus: amount });

const consents = z.object({
  email: z.boolean(),
  sms: z.boolean(),
  telephone: z.boolean(),
  post_mail: z.boolean(),
  site_notification: z.boolean(),
  push_notification: z.boolean(),
});

export const blockReason = z.enum(['self_exclusion', 'timeout', 'fraud', 'operator']);

export const limitKind = z.enum(['deposit', 'loss', 'wager']);
export const limitPeriod = z.enum(['day', 'week', 'month']);
const limit = { kind: limitKind, period: limitPeriod, amount: amount.nullable(), currency };

const payment = { paymentId: z.string(), psp: z.string(), amount, currency };
const settledPayment = { ...payment, pspReference: z.string() };

const round = { provider: z.string(), sessionId: z.string(), gameId: z.string(), roundId: z.string(), currency };
const bonus = { userBonusId: z.string(), bonusId: z.string() };

const fastTrackReferences = z.record(z.string(), z.string());

export const playerEventSchemas = {
  PlayerRegistered: z.object({ currency, profileRevision: z.number().int() }),
  PlayerLoggedIn: z.object({ loginId: z.string(), impersonated: z.boolean() }),
  PlayerLoggedOut: z.object({ loginId: z.string() }),
  ConsentsChanged: z.object({ consents }),
  PlayerDetailsChanged: z.object({ profileRevision: z.number().int() }),
  /** The password is now that of this revision of `email-*`: logins by an earlier one are worth nothing from here on. */
  PlayerPasswordChanged: z.object({ passwordRevision: z.number().int() }),
  BlockPlaced: z.object({ reason: blockReason, until: z.string().nullable() }),
  BlockLifted: z.object({ reason: blockReason, cause: z.enum(['ended', 'operator']) }),
  /** A limit as it binds from now on; `amount` null = none. Clears what was asked for later. */
  LimitChanged: z.object({ ...limit, cause: z.enum(['player', 'due']) }),
  /** A raise, or the end of a limit: binds from `effectiveAt` on, unless the limit is lowered meanwhile. */
  LimitIncreaseRequested: z.object({ ...limit, effectiveAt: z.string() }),
  /** The person is forgotten; their profile and e-mail streams are deleted right after it. The ledger stays. */
  PlayerForgotten: z.object({ selfExcluded: z.boolean() }),

  DepositRequested: z.object(payment),
  DepositCompleted: z.object({ ...settledPayment, ...moved }),
  DepositFailed: z.object(settledPayment),
  DepositReversed: z.object({ ...settledPayment, ...moved }),
  WithdrawalRequested: z.object({ ...payment, ...moved }),
  WithdrawalApproved: z.object(payment),
  WithdrawalRejected: z.object({ ...payment, ...moved }),
  WithdrawalCancelled: z.object({ ...payment, ...moved }),
  WithdrawalCompleted: z.object({ ...settledPayment, ...moved }),
  WithdrawalFailed: z.object({ ...settledPayment, ...moved }),
  WithdrawalReversed: z.object({ ...settledPayment, ...moved }),

  GameSessionStarted: z.object({ sessionId: z.string(), gameId: z.string(), provider: z.string() }),
  GameSessionEnded: z.object({
    sessionId: z.string(),
    gameId: z.string(),
    provider: z.string(),
    reason: z.enum(['player', 'idle', 'block', 'logout', 'superseded']),
  }),

  BetPlaced: z.object({ transactionId: z.string(), ...round, amount, funding, wagering, ...moved, answer }),
  WinCredited: z.object({
    transactionId: z.string(),
    referenceTransactionId: z.string(),
    ...round,
    amount,
    roundClosed: z.boolean(),
    payout,
    ...moved,
    answer,
  }),
  /** A `play`: bet and win of one round in one event. */
  RoundPlayed: z.object({
    ...round,
    roundClosed: z.boolean(),
    bet: z.object({ transactionId: z.string(), amount, funding, wagering }),
    win: z.object({ transactionId: z.string(), amount, payout }),
    ...moved,
    answer,
  }),
  /** `original` says what was rolled back; `amount` is what that had moved. */
  TransactionRolledBack: z.object({
    transactionId: z.string(),
    referenceTransactionId: z.string(),
    provider: z.string(),
    gameId: z.string(),
    roundId: z.string(),
    original: z.enum(['bet', 'win']),
    /** The game session and the moment of the original: what it counted towards limits is taken back there. Null before version 3. */
    sessionId: z.string().nullable(),
    originalAt: z.string().nullable(),
    /** The bet that a rolled back win leaves without an outcome: its round may still pay. */
    reopenedBet: z.string().nullable(),
    amount,
    currency,
    /** Where the legs went back to (a bet's) or were taken from (a win's), as in a payout; null in version 1. */
    undone: payout.nullable(),
    ...moved,
    answer,
  }),
  /** A rollback came before its transaction: whatever comes later under that id moves nothing. */
  RollbackTombstoned: z.object({
    transactionId: z.string(),
    referenceTransactionId: z.string(),
    provider: z.string(),
    roundId: z.string(),
  }),

  /** Waits for the active bonus to end; no postings until it is granted. */
  BonusQueued: z.object({
    ...bonus,
    templateVersion: z.number().int(),
    amount,
    currency,
    fastTrackReferences,
  }),
  BonusGranted: z.object({
    ...bonus,
    templateVersion: z.number().int(),
    amount,
    currency,
    wageringRequired: amount,
    expiresAt: z.string(),
    /** The last deposit completed before the grant: its reversal cancels the bonus. Null in version 1. */
    deposit: z.object({ paymentId: z.string(), amount }).nullable(),
    fastTrackReferences,
    ...moved,
  }),
  /** `wagered` counts up with bets and down with their rollbacks. */
  BonusWageringProgressed: z.object({ ...bonus, wagered: amount, wageringRequired: amount, currency }),
  /** `excess` went to the house: what is above the cap, and the granted amount of a sticky bonus. */
  BonusCompleted: z.object({ ...bonus, converted: amount, excess: amount, currency, ...moved }),
  BonusCancelled: z.object({
    ...bonus,
    reason: z.enum(['operator', 'player', 'withdrawal', 'block', 'expired', 'lost', 'deposit_reversed']),
    forfeited: amount,
    currency,
    ...moved,
  }),
};

type Schemas = typeof playerEventSchemas;

export type PlayerEventType = keyof Schemas;

/** A fact of a player's stream, at today's schema version. */
export type PlayerEvent = {
  [T in PlayerEventType]: { readonly type: T; readonly data: z.infer<Schemas[T]> };
}[PlayerEventType];

export type PlayerEventOf<T extends PlayerEventType> = Extract<PlayerEvent, { type: T }>;

export type Balances = z.infer<typeof balances>;
export type Funding = z.infer<typeof funding>;
export type Payout = z.infer<typeof payout>;
export type Consents = z.infer<typeof consents>;
export type BlockReason = z.infer<typeof blockReason>;
export type LimitKind = z.infer<typeof limitKind>;
export type LimitPeriod = z.infer<typeof limitPeriod>;

/** The schema version that is written today. A change of a schema raises it and adds an upcast in codec.ts. */
export const PLAYER_SCHEMA_VERSION = 3;
