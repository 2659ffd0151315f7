// What the server answers, as far as the pages show it.

export type BlockReason = 'self_exclusion' | 'timeout' | 'fraud' | 'operator';

export type FoundPlayer = {
  readonly player_id: string;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly country: string | null;
  readonly currency: string;
  readonly registered_at: string;
  readonly block_reasons: readonly BlockReason[];
  readonly forgotten_at: string | null;
};

export type Balances = {
  readonly cash: string;
  readonly bonus: string;
  readonly withdrawal: string;
  readonly currency: string;
};

export type Bonus = {
  readonly user_bonus_id: string;
  readonly bonus_id: string;
  readonly status: 'queued' | 'granted' | 'completed' | 'cancelled';
  readonly reason: string | null;
  readonly amount: string;
  readonly currency: string;
  readonly wagered: string;
  readonly wagering_required: string | null;
  readonly expires_at: string | null;
  readonly created_at: string;
};

export type Payment = {
  readonly payment_id: string;
  readonly kind: 'deposit' | 'withdrawal';
  readonly psp: string;
  readonly status: string;
  readonly amount: string;
  readonly currency: string;
  readonly requested_at: string;
  readonly updated_at: string;
};

export type GameSession = {
  readonly session_id: string;
  readonly game_id: string;
  readonly provider: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly end_reason: string | null;
  readonly bets: number;
  readonly staked: string;
  readonly won: string;
  readonly net: string;
  readonly currency: string;
};

export type Round = {
  readonly round_id: string;
  readonly provider: string;
  readonly game_id: string;
  readonly currency: string;
  readonly staked: string;
  readonly won: string;
  readonly bets: number;
  readonly wins: number;
  readonly rolled_back: number;
  readonly first_bet_at: string;
  readonly is_open: boolean;
};

export type Block = { readonly reason: BlockReason; readonly until: string | null; readonly placed_at: string };

export type Limit = {
  readonly kind: string;
  readonly period: string;
  readonly amount: string | null;
  readonly currency: string;
  readonly pending: { readonly amount: string | null; readonly effective_at: string } | null;
};

export type Player = {
  readonly player_id: string;
  readonly currency: string;
  readonly registered_at: string;
  readonly last_login_at: string | null;
  readonly forgotten_at: string | null;
  readonly profile: { readonly [field: string]: string } | null;
  readonly consents: { readonly [channel: string]: boolean } | null;
  readonly blocks: readonly Block[];
  readonly limits: readonly Limit[];
  readonly balance?: Balances;
  readonly head: { readonly revision: number; readonly hash: string; readonly position: string };
};

export type Posting = {
  readonly account: string;
  readonly side: 'debit' | 'credit';
  readonly amount: string;
  readonly currency: string;
};

export type LedgerEntry = {
  readonly revision: number;
  readonly type: string;
  readonly recorded_at: string;
  readonly actor: string;
  readonly reference: string | null;
  readonly postings: readonly Posting[];
  readonly balances: Balances;
};

export type BonusTemplate = {
  readonly bonus_id: string;
  readonly name: string;
  readonly wagering_multiple: string;
  readonly expiry_days: number;
  readonly amounts: readonly { readonly currency: string; readonly min: string; readonly max: string }[];
};

export type Withdrawal = {
  readonly player_id: string;
  readonly payment_id: string;
  readonly psp: string;
  readonly amount: string;
  readonly currency: string;
  readonly cash: string;
  readonly requested_at: string;
  readonly updated_at: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly holds: readonly ('fraud' | 'cash_below_zero')[];
};

export type Delivery = {
  readonly revision: number;
  readonly type: string;
  readonly recorded_at: string;
  readonly delivered_at: string | null;
  readonly skipped_at: string | null;
  readonly attempts: number;
  readonly last_status: number | null;
};

export type Lane = {
  readonly player_id: string;
  readonly state: 'parked' | 'retrying' | 'replaying' | 'delivering' | 'idle';
  readonly revision: number;
  readonly event_type: string | null;
  readonly reason: string | null;
  readonly since: string | null;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly last_status: number | null;
  readonly backlog: number;
};

export type Attempt = {
  readonly revision: number;
  readonly part: number;
  readonly at: string;
  readonly status: number | null;
  readonly error: string;
  readonly duration_ms: number;
};

export type Decision = {
  readonly id: string;
  readonly at: string;
  readonly decided_by: string;
  readonly action: string;
  readonly revision: number;
  readonly type: string | null;
  readonly reason: string | null;
};

export type AccountSums = {
  readonly account: string;
  readonly currency: string;
  readonly debits: string;
  readonly credits: string;
};

export type AccountGroup = AccountSums & { readonly accounts: number; readonly balance: string };

export type TrialBalance = {
  readonly position: string;
  readonly currencies: readonly {
    readonly currency: string;
    readonly accounts: number;
    readonly debits: string;
    readonly credits: string;
    readonly difference: string;
    readonly balanced: boolean;
    readonly groups: readonly AccountGroup[];
  }[];
};

export type Waiting = { readonly players: number; readonly events: number; readonly oldest_at: string | null };

export type Lag = {
  readonly read_models: { readonly position: string; readonly updated_at: string } | null;
  readonly to_bridge: Waiting;
  readonly to_fast_track: Waiting;
  readonly parked: Waiting;
};

export type LedgerEnd = { readonly position: string | null; readonly recorded_at: string | null };

export type AuditResult = {
  readonly ok: boolean;
  readonly sentence: string;
  readonly events: number;
  readonly position?: string;
  readonly duration_ms: number;
  readonly checks: readonly {
    readonly id: string;
    readonly title: string;
    readonly checked: number;
    readonly defects: number;
  }[];
  readonly findings: readonly {
    readonly stream?: string;
    readonly revision?: number;
    readonly what: string;
    readonly expected: string;
    readonly found: string;
  }[];
  readonly notChecked: readonly string[];
  readonly groups: readonly AccountSums[];
};

export type AuditState =
  | { readonly status: 'none' }
  | { readonly status: 'running'; readonly percent: number; readonly events: number }
  | { readonly status: 'done'; readonly finished_at: string; readonly result: AuditResult }
  | { readonly status: 'failed'; readonly finished_at: string; readonly reason: string };
