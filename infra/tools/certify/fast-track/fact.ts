import type { Units } from '../../audit/ledger/minor-units.js';

/** Something that Fast Track must hear, in words of neither profile. Amounts in minor units. */
export type Fact =
  | { readonly kind: 'registered' | 'logged_in' | 'consents' | 'blocks' | 'details' }
  | ({ readonly kind: 'payment' } & PaymentFact)
  | ({ readonly kind: 'bet' | 'win' } & RoundFact)
  | { readonly kind: 'play'; readonly bet: RoundFact; readonly win: RoundFact }
  | ({ readonly kind: 'rollback'; readonly of: 'bet' | 'win'; readonly original: string } & RoundFact)
  | ({ readonly kind: 'bonus' } & BonusFact)
  | { readonly kind: 'balances'; readonly cash: Units; readonly bonus: Units };

export type PaymentFact = {
  readonly type: 'deposit' | 'withdrawal';
  readonly status: 'requested' | 'completed' | 'failed' | 'rejected' | 'cancelled' | 'reversed';
  readonly paymentId: string;
  readonly units: Units;
};

export type RoundFact = {
  readonly transactionId: string;
  readonly gameId: string;
  readonly roundId: string;
  /** What moved on cash; the rest of the amount was the bonus's. */
  readonly cash: Units;
  readonly units: Units;
  readonly roundEnd: boolean;
};

export type BonusStep = 'queued' | 'granted' | 'progress' | 'completed' | 'forfeited' | 'lost';

export type BonusFact = {
  readonly bonusId: string;
  readonly userBonusId: string;
  readonly step: BonusStep;
  /** What was granted. */
  readonly units: Units;
};

/** A message as it must be; a body may have more than these fields, staging's schemas say which. */
export type ToldMessage = {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: { readonly [field: string]: unknown };
};

/** One profile: the messages of a fact, none where it is not told. */
export type Dialect = (fact: Fact, of: DialectContext) => readonly ToldMessage[];

export type DialectContext = {
  readonly playerId: string;
  readonly currency: string;
  readonly provider: string;
  readonly psp: string;
};
