import type { Balances, BlockReason, Consents, LimitKind, LimitPeriod } from '../../../shared/events/player-events.js';
import type { Amount } from '../../../shared/money/money.js';

export type Payment = {
  readonly kind: 'deposit' | 'withdrawal';
  readonly psp: string;
  readonly amount: Amount;
  readonly currency: string;
  readonly status: 'requested' | 'approved' | 'rejected' | 'cancelled' | 'completed' | 'failed' | 'reversed';
  readonly requestedAt: string;
  /** What the PSP has told us already: told again, it is answered again. */
  readonly reported: readonly string[];
};

export type GameSession = {
  readonly sessionId: string;
  readonly gameId: string;
  readonly provider: string;
  readonly startedAt: string;
  readonly lastUsedAt: string;
};

export type ActiveBonus = {
  readonly userBonusId: string;
  readonly bonusId: string;
  readonly templateVersion: number;
  /** As it was granted. */
  readonly amount: Amount;
  readonly wagered: Amount;
  readonly wageringRequired: Amount;
  readonly expiresAt: string;
  /** The deposit whose reversal takes the bonus with it. */
  readonly depositId: string | null;
  /** Bets with a bonus part whose round has paid nothing yet: while there is one, an empty bonus is not lost. */
  readonly openBets: readonly string[];
};

/** Every bonus ever credited: what was asked (for a repeat of the credit) and where its money went. */
export type BonusRecord = {
  readonly bonusId: string;
  readonly templateVersion: number;
  readonly amount: Amount;
  readonly credited: 'granted' | 'queued';
  readonly status: 'queued' | 'active' | 'completed' | 'cancelled';
  /** What was converted to cash so far: late wins may add up to the cap. */
  readonly converted: Amount;
  /** What went back to the house since it completed: what was above the cap, or a sticky bonus itself. */
  readonly returned: Amount;
  readonly fastTrackReferences: { readonly [name: string]: string };
};

/** A limit that the player set and that binds now. */
export type Limit = {
  readonly kind: LimitKind;
  readonly period: LimitPeriod;
  readonly amount: Amount;
  /** What binds from then on, null = no limit. */
  readonly pending: { readonly amount: Amount | null; readonly effectiveAt: string } | null;
};

export type LimitName = `${LimitKind} ${LimitPeriod}`;

export function limitName(kind: LimitKind, period: LimitPeriod): LimitName {
  return `${kind} ${period}`;
}

/** What counted towards each kind of limit in one hour. A loss is below zero where more was won. */
export type Spent = { readonly [K in LimitKind]: Amount };

export type Spending = {
  /** The newest hour with anything in it (whole hours since 1970, UTC), apart from the rest: a bet changes this one. */
  readonly hour: number;
  readonly running: Spent;
  /** By hour. At most the month's hours before the newest: nothing older is in any window. */
  readonly earlier: ReadonlyMap<number, Spent>;
};

/** All that a decision looks at but the `Past`; it stays small however long the history is. */
export type RegisteredPlayer = {
  readonly status: 'registered';
  /** The person is forgotten: nothing new is taken of them, what they played is still settled. Null = is not. */
  readonly forgotten: { readonly selfExcluded: boolean } | null;
  readonly balances: Balances;
  readonly profileRevision: number;
  /** The revision of `email-*` whose password stands, 0 = the registration's: logins by an earlier one are worth nothing. */
  readonly passwordRevision: number;
  readonly consents: Consents;
  readonly blocks: ReadonlyMap<BlockReason, { readonly until: string | null }>;
  readonly limits: ReadonlyMap<LimitName, Limit>;
  readonly spending: Spending;
  /** Payments, ended sessions and bonuses that the archive does not have yet; any other is in the `Past`. */
  readonly payments: ReadonlyMap<string, Payment>;
  /** Payments that are asked for and have no outcome yet. */
  readonly openPayments: number;
  readonly lastDeposit: { readonly paymentId: string; readonly amount: Amount } | null;
  readonly openSessions: ReadonlyMap<string, GameSession>;
  readonly endedSessions: ReadonlyMap<string, GameSession>;
  readonly bonuses: ReadonlyMap<string, BonusRecord>;
  readonly activeBonus: ActiveBonus | null;
  /** Ids in `bonuses`, in the order in which they will be granted. */
  readonly bonusQueue: readonly string[];
  /** When each login of the last days happened; a repeat of the request finds its own. */
  readonly logins: ReadonlyMap<string, { readonly at: string; readonly loggedOut: boolean }>;
};

export type PlayerState = { readonly status: 'none' } | RegisteredPlayer;

export const NO_PLAYER: PlayerState = { status: 'none' };
