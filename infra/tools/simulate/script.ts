import type { BlockReason, LimitKind, LimitPeriod } from '../../../shared/events/player-events.js';

// What one simulation does, as data: whatever a script holds can be left out (that is how it is shrunk), and the same
// script always does the same.

type Round = {
  readonly provider: string;
  readonly sessionId: string;
  readonly gameId: string;
  readonly roundId: string;
  readonly currency: string;
};
type Payment = { readonly name: string; readonly psp: string; readonly amount: string; readonly currency: string };

/** A request, as it leaves the edge: shapes and amounts were checked there. */
export type Command =
  | { readonly type: 'register'; readonly currency: string }
  | {
      readonly type: 'log_in';
      readonly loginId: string;
      readonly otherLoginId: string;
      readonly passwordRevision: number;
    }
  | { readonly type: 'password'; readonly passwordRevision: number }
  | { readonly type: 'log_out'; readonly loginId: string }
  | { readonly type: 'consents'; readonly email: boolean }
  | { readonly type: 'details'; readonly profileRevision: number }
  | { readonly type: 'block'; readonly reason: BlockReason; readonly until: string | null }
  | { readonly type: 'lift'; readonly reason: BlockReason }
  | { readonly type: 'limit'; readonly kind: LimitKind; readonly period: LimitPeriod; readonly amount: string | null }
  | ({ readonly type: 'deposit' } & Payment)
  | ({ readonly type: 'withdraw' } & Payment)
  | { readonly type: 'approve'; readonly name: string }
  | { readonly type: 'stop'; readonly name: string; readonly to: 'cancelled' | 'rejected' }
  | {
      readonly type: 'report';
      readonly name: string;
      readonly psp: string;
      readonly status: 'completed' | 'failed' | 'reversed';
    }
  | { readonly type: 'start_session'; readonly sessionId: string; readonly gameId: string; readonly provider: string }
  | { readonly type: 'end_session'; readonly sessionId: string }
  | { readonly type: 'balance'; readonly sessionId: string; readonly provider: string }
  | ({ readonly type: 'bet'; readonly transactionId: string; readonly amount: string } & Round)
  | ({
      readonly type: 'win';
      readonly transactionId: string;
      readonly referenceTransactionId: string;
      readonly amount: string;
      readonly roundClosed: boolean;
    } & Round)
  | {
      readonly type: 'rollback';
      readonly provider: string;
      readonly transactionId: string;
      readonly referenceTransactionId: string;
      readonly roundId: string;
    }
  | ({
      readonly type: 'play';
      readonly roundClosed: boolean;
      readonly bet: { readonly transactionId: string; readonly amount: string };
      readonly win: { readonly transactionId: string; readonly amount: string };
    } & Round)
  | { readonly type: 'credit_bonus'; readonly userBonusId: string; readonly bonusId: string; readonly amount: string }
  | { readonly type: 'end_bonus'; readonly userBonusId: string; readonly reason: 'operator' | 'player' }
  | { readonly type: 'forget' }
  /** What a follower does with whoever was ever forgotten: it deletes what a crash left of them. */
  | { readonly type: 'finish_erasure' };

export type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;

/** What goes wrong with what a request asks of the store (or, for the last, with its player's next save). */
export type Fault =
  | { readonly kind: 'append_stored_without_answer' }
  | { readonly kind: 'append_lost_without_answer' }
  /** The caller is told that the outcome is unknown; the append arrives later, if it still fits. */
  | { readonly kind: 'append_late_without_answer' }
  /** After so many events of a read. */
  | { readonly kind: 'read_breaks'; readonly afterEvents: number }
  /** Longer than a request waits: the history is read on in the background. */
  | { readonly kind: 'read_is_slow' }
  | { readonly kind: 'save_fails' }
  /** Of a stream with personal data. */
  | { readonly kind: 'delete_done_without_answer' }
  | { readonly kind: 'delete_lost_without_answer' };

/** What has become of an instance's archive when it starts again. */
export type ArchiveFate = 'kept' | 'deleted' | 'of_an_old_version' | 'of_another_history' | 'restored_from_earlier';

export type Action =
  | {
      readonly kind: 'deliver';
      /** Index into the script's players. */
      readonly player: number;
      readonly instance: 0 | 1;
      readonly command: Command;
      readonly fault: Fault | null;
    }
  /** The process is gone, and another starts. What it had sent to the store has arrived, or never does. */
  | {
      readonly kind: 'crash';
      readonly instance: 0 | 1;
      readonly writesUnderWay: 'stored' | 'lost';
      readonly archive: ArchiveFate;
    }
  /** An instance that knows nothing reads this player's stream from its start, and has to answer as the model does. */
  | { readonly kind: 'look_afresh'; readonly player: number };

export type Step = {
  /** Simulated time, milliseconds since 1970: absolute, so that steps before may be left out. */
  readonly at: number;
  readonly action: Action;
  /** How many pending operations run before the next step; null = all, until every request has its answer. */
  readonly operations: number | null;
  /** Which of the pending operations runs next is drawn from this. */
  readonly order: number;
};

export type InstanceOptions = {
  readonly saveEvents: number;
  readonly cachedRecordsMax: number;
  /** How far its clock is from the other's. */
  readonly skewMs: number;
};

export type Script = {
  readonly playerIds: readonly string[];
  readonly instances: readonly [InstanceOptions, InstanceOptions];
  readonly steps: readonly Step[];
};
