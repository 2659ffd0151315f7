/** What each operation on the read models writes. Names are the columns'; times are ISO 8601; amounts are decimal strings. */
export type Rows = {
  readonly addPlayer: {
    player_id: string;
    currency: string;
    registered_at: string;
    marked_profile_revision: number;
  };
  readonly markDetails: { player_id: string; marked_profile_revision: number };
  readonly markPassword: { player_id: string; password_revision: number };
  readonly seeLogin: { player_id: string; last_login_at: string };
  readonly revokeLogin: { login_id: string; player_id: string; revoked_at: string };
  readonly addProfile: ProfileDetails & {
    player_id: string;
    revision: number;
    hash: string;
    email: string;
    ip_address: string;
    user_agent: string;
  };
  /** Null leaves a column as it is. */
  readonly changeProfile: { player_id: string; revision: number; hash: string } & {
    [Column in keyof ProfileDetails]: string | null;
  };
  /** Takes the profile's row with it. */
  readonly forgetPlayer: { player_id: string; position: string; forgotten_at: string };
  readonly setConsents: {
    player_id: string;
    email: boolean;
    sms: boolean;
    telephone: boolean;
    post_mail: boolean;
    site_notification: boolean;
    push_notification: boolean;
    changed_at: string;
  };
  readonly setBlock: { player_id: string; reason: string; stands: boolean; until: string | null; placed_at: string };
  /** What binds now, null = no limit. */
  readonly setLimit: {
    player_id: string;
    kind: string;
    period: string;
    amount: string | null;
    currency: string;
    changed_at: string;
  };
  /** Of a limit that there is; what binds from `pending_at` on, which is null when nothing is pending. */
  readonly setPendingLimit: {
    player_id: string;
    kind: string;
    period: string;
    pending_amount: string | null;
    pending_at: string | null;
  };
  readonly setBalances: {
    player_id: string;
    cash: string;
    bonus: string;
    withdrawal: string;
    currency: string;
    revision: number;
  };
  readonly post: { account: string; currency: string; debit: string; credit: string };
  readonly addTransaction: {
    player_id: string;
    revision: number;
    part: number;
    kind: TransactionKind;
    type: string;
    caller: string;
    reference: string;
    related_reference: string | null;
    game_id: string | null;
    round_id: string | null;
    amount: string | null;
    currency: string | null;
    cash_after: string | null;
    bonus_after: string | null;
    recorded_at: string;
  };
  readonly addPayment: {
    payment_id: string;
    player_id: string;
    kind: 'deposit' | 'withdrawal';
    psp: string;
    amount: string;
    currency: string;
    requested_at: string;
  };
  readonly movePayment: {
    payment_id: string;
    status: 'approved' | 'rejected' | 'cancelled' | 'completed' | 'failed' | 'reversed';
    psp_reference: string | null;
    updated_at: string;
  };
  readonly openBonus: {
    user_bonus_id: string;
    player_id: string;
    bonus_id: string;
    template_version: number;
    status: 'queued' | 'granted';
    amount: string;
    currency: string;
    wagered: string;
    wagering_required: string | null;
    expires_at: string | null;
    created_at: string;
    updated_at: string;
  };
  /** Null leaves a column as it is. */
  readonly moveBonus: {
    user_bonus_id: string;
    status: 'completed' | 'cancelled' | null;
    reason: string | null;
    wagered: string | null;
    wagering_required: string | null;
    updated_at: string;
  };
  readonly startGameSession: {
    session_id: string;
    player_id: string;
    game_id: string;
    provider: string;
    started_at: string;
  };
  /** What one event adds to a session of this player and provider, and whether it ends it. Null leaves a column as it is. */
  readonly moveGameSession: {
    session_id: string;
    player_id: string;
    provider: string;
    bets: number;
    staked: string;
    won: string;
    last_used_at: string | null;
    ended_at: string | null;
    end_reason: string | null;
  };
  /** What one event adds to a round. `closes`: true ends it, false opens it again, null says nothing of it. */
  readonly moveRound: {
    player_id: string;
    revision: number;
    provider: string;
    round_id: string;
    game_id: string;
    currency: string;
    at: string;
    bets: number;
    wins: number;
    staked: string;
    won: string;
    rolled_back: number;
    closes: boolean | null;
  };
  readonly addEvent: {
    player_id: string;
    revision: number;
    event_id: string;
    type: string;
    position: string;
    recorded_at: string;
    actor: string;
    correlation_id: string;
    data: string;
  };
  readonly setHead: { player_id: string; revision: number; hash: string; position: string };
};

export type ProfileDetails = {
  first_name: string;
  last_name: string;
  birth_date: string;
  country: string;
  phone: string;
  address: string;
};

export type TransactionKind = 'bet' | 'win' | 'rollback' | 'tombstone' | 'deposit' | 'withdrawal' | 'bonus';

export type Operation = keyof Rows;

/** One row to write. An event becomes a list of these; a batch of them becomes one statement an operation. */
export type Change = { [O in Operation]: { readonly op: O; readonly row: Readonly<Rows[O]> } }[Operation];

export function change<O extends Operation>(op: O, row: Readonly<Rows[O]>): Change {
  // The pair is of one operation by the parameters' types; TypeScript cannot see that through the union.
  return { op, row } as unknown as Change;
}
