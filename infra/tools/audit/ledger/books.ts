import type { Units } from './minor-units.js';

export const PLAYER_ACCOUNTS = ['cash', 'bonus', 'withdrawal'] as const;
export type PlayerAccount = (typeof PLAYER_ACCOUNTS)[number];

/** Debits and credits ever. */
export type Turnover = { debits: Units; credits: Units };

/** Where a stream ends, as far as it was read. */
export type StreamEnd = { revision: number; hash: string; position: bigint };

/** What a provider was told, until the decision that told it is over. */
export type OpenAnswer = {
  readonly revision: number;
  readonly position: bigint;
  readonly causationId: string;
  readonly recordedAt: string;
  readonly cash: string;
  readonly bonus: string;
};

export type Payment = {
  readonly kind: 'deposit' | 'withdrawal';
  readonly psp: string;
  readonly amount: string;
  readonly currency: string;
  status: string;
};

export type Bonus = {
  /** Counts the player's bonuses. */
  readonly number: number;
  readonly bonusId: string;
  readonly amount: string;
  readonly currency: string;
  status: 'queued' | 'granted' | 'completed' | 'cancelled';
  /** Undefined while it is waiting. */
  required: string | undefined;
  /** By what the bets say that they counted; undefined where some of them lie before where reading began. */
  counted: Units | undefined;
  /** As the last event said it. */
  stated: string | undefined;
};

/** What the audit remembers of a player. A million players are held at once, so what is rare is made when needed. */
export type PlayerBooks = {
  readonly id: string;
  readonly stream: string;
  /** Undefined until an event names it. */
  currency: string | undefined;
  /** By the postings so far; undefined while what lies before is not known. */
  balances: { [A in PlayerAccount]: Units } | undefined;
  /** The last event that stated balances; -1 before the first. */
  statedAt: number;
  readonly turnover: { [A in PlayerAccount]: Turnover };
  answer: OpenAnswer | undefined;
  payments: Map<string, Payment> | undefined;
  bonuses: Map<string, Bonus> | undefined;
  activeBonus: string | undefined;
  /** A digest of the lines that the read models must show of this player (see lines.ts). */
  readonly lines: { count: number; high: number; low: number };
};

/** @param known whether the history is read from its beginning, so that nothing is what the accounts began with */
export function openBooks(id: string, stream: string, known: boolean): PlayerBooks {
  const empty = (): Turnover => ({ debits: 0n, credits: 0n });
  return {
    id,
    stream,
    currency: undefined,
    balances: known ? { cash: 0n, bonus: 0n, withdrawal: 0n } : undefined,
    statedAt: -1,
    turnover: { cash: empty(), bonus: empty(), withdrawal: empty() },
    answer: undefined,
    payments: undefined,
    bonuses: undefined,
    activeBonus: undefined,
    lines: { count: 0, high: 0, low: 0 },
  };
}
