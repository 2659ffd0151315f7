import type { Consents, LimitKind, LimitPeriod } from '../../../../shared/events/player-events.js';

// What the model knows of a player. Amounts are whole numbers of the smallest unit; nothing here is shared with the
// deciders, and what a rule says is written down again from the design.

export type Answer = { readonly cash: string; readonly bonus: string };

export type Legs = {
  readonly cash: number;
  readonly bonus: number;
  readonly converted: number;
  readonly cost: number;
  readonly userBonusId: string | null;
};

export type ModelTransaction =
  | {
      readonly kind: 'bet';
      readonly amount: number;
      readonly currency: string;
      readonly gameId: string;
      readonly roundId: string;
      readonly sessionId: string;
      readonly at: string;
      readonly fromBonus: number;
      readonly userBonusId: string | null;
      readonly counted: { readonly userBonusId: string; readonly amount: number } | null;
      /** The win's id, when both came as one play. */
      readonly playedWith: string | null;
      readonly wins: number;
      readonly answer: Answer;
      readonly rolledBack: Answer | null;
    }
  | {
      readonly kind: 'win';
      readonly reference: string;
      readonly amount: number;
      readonly currency: string;
      readonly gameId: string;
      readonly roundId: string;
      readonly sessionId: string;
      readonly at: string;
      readonly paid: Legs;
      readonly playedWith: string | null;
      readonly answer: Answer;
      readonly rolledBack: Answer | null;
    }
  | { readonly kind: 'rollback'; readonly reference: string; readonly roundId: string; readonly answer: Answer }
  | { readonly kind: 'rollback_of_nothing'; readonly reference: string; readonly roundId: string }
  | { readonly kind: 'tombstone' };

export type ModelPayment = {
  readonly kind: 'deposit' | 'withdrawal';
  readonly psp: string;
  readonly amount: string;
  readonly currency: string;
  readonly status: string;
  readonly requestedAt: string;
  readonly reported: readonly string[];
};

export type ModelSession = {
  readonly sessionId: string;
  readonly gameId: string;
  readonly provider: string;
  readonly startedAt: string;
  readonly lastUsedAt: string;
};

export type ModelBonus = {
  readonly bonusId: string;
  readonly amount: number;
  readonly credited: 'granted' | 'queued';
  readonly status: 'queued' | 'active' | 'completed' | 'cancelled';
  /** To cash so far. */
  readonly converted: number;
  /** To the house since it completed. */
  readonly toHouse: number;
};

export type ActiveBonus = {
  readonly userBonusId: string;
  readonly wagered: number;
  readonly required: number;
  readonly expiresAt: string;
  readonly depositId: string | null;
  /** Bets that it helped to pay and that have no outcome. */
  readonly open: readonly string[];
};

export type ModelLimit = {
  readonly kind: LimitKind;
  readonly period: LimitPeriod;
  readonly amount: number;
  readonly pending: { readonly amount: number | null; readonly effectiveAt: string } | null;
};

/** Something that counts, for ever: the model sums all of it up each time, by the hour in which it counts. */
export type ModelSpending = { readonly kind: LimitKind; readonly hour: number; readonly amount: number };

export type ModelPlayer = {
  readonly id: string;
  registered: boolean;
  /** Null = is not. */
  forgotten: { readonly selfExcluded: boolean } | null;
  currency: string;
  decimals: number;
  cash: number;
  bonus: number;
  withdrawal: number;
  consents: Consents;
  profileRevision: number;
  passwordRevision: number;
  /** In the order in which they were first placed. */
  blocks: readonly (readonly [reason: string, until: string | null])[];
  limits: readonly ModelLimit[];
  lastDeposit: { readonly paymentId: string; readonly amount: string } | null;
  /** In the order in which they were started. */
  open: readonly ModelSession[];
  active: ActiveBonus | null;
  queue: readonly string[];
  readonly transactions: Map<string, ModelTransaction>;
  readonly spending: Map<number, ModelSpending>;
  readonly payments: Map<string, ModelPayment>;
  readonly ended: Map<string, ModelSession>;
  readonly bonuses: Map<string, ModelBonus>;
  readonly logins: Map<string, { readonly at: string; readonly loggedOut: boolean } | null>;
};

export function nobody(id: string): ModelPlayer {
  return {
    ...{ id, registered: false, forgotten: null, currency: '', decimals: 0, cash: 0, bonus: 0, withdrawal: 0 },
    ...{ profileRevision: 0, passwordRevision: 0 },
    consents: {
      ...{ email: false, sms: false, telephone: false, post_mail: false },
      ...{ site_notification: false, push_notification: false },
    },
    ...{ blocks: [], limits: [], lastDeposit: null, open: [], active: null, queue: [] },
    ...{
      spending: new Map(),
      transactions: new Map(),
      payments: new Map(),
      ended: new Map(),
      bonuses: new Map(),
      logins: new Map(),
    },
  };
}
