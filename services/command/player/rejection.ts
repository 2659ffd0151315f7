import type { LimitKind, LimitPeriod } from '../../../shared/events/player-events.js';
import type { AnsweredBalance } from './transactions.js';

/** Why the domain says no. Nothing is recorded; the same request may be tried again and is decided afresh. */
export type Rejection =
  | { readonly type: 'LoggedOut' }
  | { readonly type: 'EmailTaken' }
  | { readonly type: 'PlayerNotFound' }
  | { readonly type: 'SessionNotFound' }
  | { readonly type: 'PaymentNotFound' }
  | { readonly type: 'BonusNotFound' }
  | { readonly type: 'GameNotFound' }
  | { readonly type: 'TransactionNotFound' }
  | { readonly type: 'IdempotencyConflict' }
  | { readonly type: 'TransactionRolledBack' }
  | { readonly type: 'TransactionAlreadySettled' }
  | { readonly type: 'InvalidTransition'; readonly from: string; readonly to: string }
  | { readonly type: 'InsufficientFunds'; readonly balance: AnsweredBalance; readonly currency: string }
  | { readonly type: 'CurrencyMismatch'; readonly expected: string }
  | { readonly type: 'SessionEnded' }
  | { readonly type: 'PlayerBlocked'; readonly reasons: readonly string[] }
  | {
      readonly type: 'LimitExceeded';
      readonly kind: LimitKind;
      readonly period: LimitPeriod;
      readonly limit: string;
      /** What may still be spent of it now. */
      readonly remaining: string;
      readonly currency: string;
    }
  | { readonly type: 'BonusBetLimitExceeded'; readonly maxBet: string; readonly currency: string }
  | { readonly type: 'BonusNotAvailable' }
  | { readonly type: 'InvalidAmount'; readonly detail: string };
