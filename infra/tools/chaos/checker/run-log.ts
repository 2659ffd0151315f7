import type { StoredEvent } from '../../../../shared/event-store/event-store.js';
import type { Consents } from '../../../../shared/events/player-events.js';

/** All that a run left behind: what the checker judges, and all that it sees. */
export type RunLog = {
  readonly calls: readonly Call[];
  /** Every event of `player-*` and `profile-*`, in the order of the store. */
  readonly events: readonly StoredEvent[];
  readonly heads: readonly Head[];
  readonly balances: readonly Balance[];
  readonly lanes: readonly Lane[];
  /** What arrived at Fast Track, in order of arrival. */
  readonly messages: readonly Message[];
  /** The brand's name in the messages that carry one. */
  readonly origin: string;
};

/**
 * What a client wanted, as it can be found in the ledger: e-mails, transaction ids and references are its own, and a
 * player's amounts, consents and ends of blocks differ from one call to the next.
 */
export type Wish =
  | { readonly kind: 'register'; readonly email: string }
  | { readonly kind: 'login' }
  | { readonly kind: 'session' }
  | { readonly kind: 'consents'; readonly consents: Consents }
  | { readonly kind: 'block'; readonly until: string }
  | { readonly kind: 'lift'; readonly until: string }
  | { readonly kind: 'limit'; readonly amount: string }
  | { readonly kind: 'deposit'; readonly amount: string }
  | { readonly kind: 'payment'; readonly paymentId: string }
  | { readonly kind: 'withdrawal'; readonly amount: string }
  | { readonly kind: 'bonus'; readonly reference: string }
  | { readonly kind: 'bet' | 'win' | 'play' | 'rollback'; readonly transactionId: string };

/** One call with all its tries: a client that hears nothing, or 503, asks again unchanged. */
export type Call = {
  readonly id: string;
  /** Null where a registration was never answered. */
  readonly playerId: string | null;
  readonly wish: Wish;
  /** Unknown: no answer settled it, not even in the time of peace at the end. */
  readonly outcome: 'acknowledged' | 'refused' | 'unknown';
  /** Of the last answer; 0 when there was none. */
  readonly status: number;
  readonly answer: unknown;
  readonly tries: number;
  /** When the last try was sent, in milliseconds since 1970. */
  readonly lastTryAt: number;
};

export type Head = { readonly playerId: string; readonly revision: number; readonly hash: string };

export type Balance = {
  readonly playerId: string;
  readonly cash: string;
  readonly bonus: string;
  readonly withdrawal: string;
};

export type Lane = {
  readonly playerId: string;
  readonly taken: number;
  readonly delivered: number;
  readonly parkedReason: string | null;
};

export type Message = {
  readonly n: number;
  readonly receivedAt: string;
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly sequence: string;
  readonly body: unknown;
  /** 0 = no answer. */
  readonly status: number;
  readonly taken: boolean;
};
