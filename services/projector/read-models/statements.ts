import type { Operation, Rows } from './rows.js';
import type { Statement } from './statement.js';

// Each `insert` of something new has no `on conflict`: met twice, the history is not what it must be, and we stop.

const profileDetails = {
  first_name: 'text',
  last_name: 'text',
  birth_date: 'text',
  country: 'text',
  phone: 'text',
  address: 'text',
} as const;

/** In the order in which they run: what is added comes before what changes it. */
export const STATEMENTS: { readonly [O in Operation]: Statement<Rows[O]> } = {
  addPlayer: {
    columns: {
      player_id: 'bigint',
      currency: 'text',
      registered_at: 'timestamptz',
      marked_profile_revision: 'bigint',
    },
    text: `insert into read_model.players (player_id, currency, registered_at, marked_profile_revision)
      select player_id, currency, registered_at, marked_profile_revision from rows`,
  },
  markDetails: {
    columns: { player_id: 'bigint', marked_profile_revision: 'bigint' },
    key: (row) => row.player_id,
    text: `update read_model.players p set marked_profile_revision = rows.marked_profile_revision
      from rows where p.player_id = rows.player_id`,
  },
  markPassword: {
    columns: { player_id: 'bigint', password_revision: 'bigint' },
    key: (row) => row.player_id,
    text: `update read_model.players p set password_revision = rows.password_revision
      from rows where p.player_id = rows.player_id`,
  },
  seeLogin: {
    columns: { player_id: 'bigint', last_login_at: 'timestamptz' },
    key: (row) => row.player_id,
    text: `update read_model.players p set last_login_at = rows.last_login_at
      from rows where p.player_id = rows.player_id`,
  },
  revokeLogin: {
    columns: { login_id: 'text', player_id: 'bigint', revoked_at: 'timestamptz' },
    text: `insert into read_model.revoked_logins (login_id, player_id, revoked_at)
      select login_id, player_id, revoked_at from rows on conflict (login_id) do nothing`,
  },
  addProfile: {
    columns: {
      player_id: 'bigint',
      revision: 'bigint',
      hash: 'text',
      email: 'text',
      ...profileDetails,
      ip_address: 'text',
      user_agent: 'text',
    },
    text: `insert into read_model.profiles (player_id, revision, hash, email, first_name, last_name, birth_date,
        country, phone, address, ip_address, user_agent)
      select player_id, revision, hash, email, first_name, last_name, birth_date,
        country, phone, address, ip_address, user_agent from rows`,
  },
  changeProfile: {
    columns: { player_id: 'bigint', revision: 'bigint', hash: 'text', ...profileDetails },
    key: (row) => row.player_id,
    patches: true,
    text: `update read_model.profiles p set revision = rows.revision, hash = rows.hash,
        first_name = coalesce(rows.first_name, p.first_name), last_name = coalesce(rows.last_name, p.last_name),
        birth_date = coalesce(rows.birth_date, p.birth_date), country = coalesce(rows.country, p.country),
        phone = coalesce(rows.phone, p.phone), address = coalesce(rows.address, p.address)
      from rows where p.player_id = rows.player_id`,
  },
  forgetPlayer: {
    columns: { player_id: 'bigint', position: 'numeric', forgotten_at: 'timestamptz' },
    text: `, erased as (delete from read_model.profiles f using rows where f.player_id = rows.player_id)
      insert into read_model.forgotten_players (player_id, position, forgotten_at)
      select player_id, position, forgotten_at from rows`,
  },
  setConsents: {
    columns: {
      player_id: 'bigint',
      email: 'boolean',
      sms: 'boolean',
      telephone: 'boolean',
      post_mail: 'boolean',
      site_notification: 'boolean',
      push_notification: 'boolean',
      changed_at: 'timestamptz',
    },
    key: (row) => row.player_id,
    text: `insert into read_model.consents
        (player_id, email, sms, telephone, post_mail, site_notification, push_notification, changed_at)
      select player_id, email, sms, telephone, post_mail, site_notification, push_notification, changed_at from rows
      on conflict (player_id) do update set email = excluded.email, sms = excluded.sms,
        telephone = excluded.telephone, post_mail = excluded.post_mail, site_notification = excluded.site_notification,
        push_notification = excluded.push_notification, changed_at = excluded.changed_at`,
  },
  setBlock: {
    columns: {
      player_id: 'bigint',
      reason: 'text',
      stands: 'boolean',
      until: 'timestamptz',
      placed_at: 'timestamptz',
    },
    key: (row) => `${row.player_id}/${row.reason}`,
    text: `, lifted as (
        delete from read_model.blocks b using rows
        where not rows.stands and b.player_id = rows.player_id and b.reason = rows.reason)
      insert into read_model.blocks (player_id, reason, until, placed_at)
      select player_id, reason, until, placed_at from rows where stands
      on conflict (player_id, reason) do update set until = excluded.until, placed_at = excluded.placed_at`,
  },
  setLimit: {
    columns: {
      player_id: 'bigint',
      kind: 'text',
      period: 'text',
      amount: 'numeric',
      currency: 'text',
      changed_at: 'timestamptz',
    },
    key: (row) => `${row.player_id}/${row.kind}/${row.period}`,
    text: `insert into read_model.limits (player_id, kind, period, amount, currency, changed_at)
      select player_id, kind, period, amount, currency, changed_at from rows
      on conflict (player_id, kind, period) do update set amount = excluded.amount, changed_at = excluded.changed_at`,
  },
  // Of its own, so that the last event of a batch decides what is pending, and the last change what binds.
  setPendingLimit: {
    columns: {
      player_id: 'bigint',
      kind: 'text',
      period: 'text',
      pending_amount: 'numeric',
      pending_at: 'timestamptz',
    },
    key: (row) => `${row.player_id}/${row.kind}/${row.period}`,
    text: `update read_model.limits l set pending_amount = rows.pending_amount, pending_at = rows.pending_at
      from rows where l.player_id = rows.player_id and l.kind = rows.kind and l.period = rows.period`,
  },
  setBalances: {
    columns: {
      player_id: 'bigint',
      cash: 'numeric',
      bonus: 'numeric',
      withdrawal: 'numeric',
      currency: 'text',
      revision: 'bigint',
    },
    key: (row) => row.player_id,
    text: `insert into read_model.balances (player_id, cash, bonus, withdrawal, currency, revision)
      select player_id, cash, bonus, withdrawal, currency, revision from rows
      on conflict (player_id) do update set cash = excluded.cash, bonus = excluded.bonus,
        withdrawal = excluded.withdrawal, currency = excluded.currency, revision = excluded.revision`,
  },
  post: {
    columns: { account: 'text', currency: 'text', debit: 'numeric', credit: 'numeric' },
    text: `insert into read_model.ledger_accounts as a (account, currency, debits, credits)
      select account, currency, sum(debit), sum(credit) from rows group by account, currency
      on conflict (account, currency) do update
        set debits = a.debits + excluded.debits, credits = a.credits + excluded.credits`,
  },
  addTransaction: {
    columns: {
      player_id: 'bigint',
      revision: 'bigint',
      part: 'smallint',
      kind: 'text',
      type: 'text',
      caller: 'text',
      reference: 'text',
      related_reference: 'text',
      game_id: 'text',
      round_id: 'text',
      amount: 'numeric',
      currency: 'text',
      cash_after: 'numeric',
      bonus_after: 'numeric',
      recorded_at: 'timestamptz',
    },
    text: `insert into read_model.transactions (player_id, revision, part, kind, type, caller, reference,
        related_reference, game_id, round_id, amount, currency, cash_after, bonus_after, recorded_at)
      select player_id, revision, part, kind, type, caller, reference,
        related_reference, game_id, round_id, amount, currency, cash_after, bonus_after, recorded_at from rows`,
  },
  addPayment: {
    columns: {
      payment_id: 'text',
      player_id: 'bigint',
      kind: 'text',
      psp: 'text',
      amount: 'numeric',
      currency: 'text',
      requested_at: 'timestamptz',
    },
    text: `insert into read_model.payments
        (payment_id, player_id, kind, psp, status, amount, currency, requested_at, updated_at)
      select payment_id, player_id, kind, psp, 'requested', amount, currency, requested_at, requested_at from rows`,
  },
  movePayment: {
    columns: { payment_id: 'text', status: 'text', psp_reference: 'text', updated_at: 'timestamptz' },
    key: (row) => row.payment_id,
    patches: true,
    text: `update read_model.payments p set status = rows.status, updated_at = rows.updated_at,
        psp_reference = coalesce(rows.psp_reference, p.psp_reference)
      from rows where p.payment_id = rows.payment_id`,
  },
  openBonus: {
    columns: {
      user_bonus_id: 'text',
      player_id: 'bigint',
      bonus_id: 'text',
      template_version: 'integer',
      status: 'text',
      amount: 'numeric',
      currency: 'text',
      wagered: 'numeric',
      wagering_required: 'numeric',
      expires_at: 'timestamptz',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    },
    key: (row) => row.user_bonus_id,
    first: ['created_at'],
    // A queued bonus is opened a second time when it is granted.
    text: `insert into read_model.bonuses (user_bonus_id, player_id, bonus_id, template_version, status, amount,
        currency, wagered, wagering_required, expires_at, created_at, updated_at)
      select user_bonus_id, player_id, bonus_id, template_version, status, amount,
        currency, wagered, wagering_required, expires_at, created_at, updated_at from rows
      on conflict (user_bonus_id) do update set template_version = excluded.template_version,
        status = excluded.status, amount = excluded.amount, wagering_required = excluded.wagering_required,
        expires_at = excluded.expires_at, updated_at = excluded.updated_at`,
  },
  moveBonus: {
    columns: {
      user_bonus_id: 'text',
      status: 'text',
      reason: 'text',
      wagered: 'numeric',
      wagering_required: 'numeric',
      updated_at: 'timestamptz',
    },
    key: (row) => row.user_bonus_id,
    patches: true,
    text: `update read_model.bonuses b set status = coalesce(rows.status, b.status),
        reason = coalesce(rows.reason, b.reason), wagered = coalesce(rows.wagered, b.wagered),
        wagering_required = coalesce(rows.wagering_required, b.wagering_required), updated_at = rows.updated_at
      from rows where b.user_bonus_id = rows.user_bonus_id`,
  },
  startGameSession: {
    columns: {
      session_id: 'text',
      player_id: 'bigint',
      game_id: 'text',
      provider: 'text',
      started_at: 'timestamptz',
    },
    text: `insert into read_model.game_sessions (session_id, player_id, game_id, provider, started_at, last_used_at)
      select session_id, player_id, game_id, provider, started_at, started_at from rows`,
  },
  moveGameSession: {
    columns: {
      session_id: 'text',
      player_id: 'bigint',
      provider: 'text',
      bets: 'integer',
      staked: 'numeric',
      won: 'numeric',
      last_used_at: 'timestamptz',
      ended_at: 'timestamptz',
      end_reason: 'text',
    },
    // Nobody checks the session that a win names: one of another player or provider is not moved by it.
    text: `, moves as (
        select session_id, player_id, provider, sum(bets) as bets, sum(staked) as staked, sum(won) as won,
          max(last_used_at) as last_used_at, max(ended_at) as ended_at, max(end_reason) as end_reason
        from rows group by session_id, player_id, provider)
      update read_model.game_sessions s set bets = s.bets + moves.bets, staked = s.staked + moves.staked,
        won = s.won + moves.won, last_used_at = greatest(s.last_used_at, moves.last_used_at),
        ended_at = coalesce(moves.ended_at, s.ended_at), end_reason = coalesce(moves.end_reason, s.end_reason)
      from moves
      where s.session_id = moves.session_id and s.player_id = moves.player_id and s.provider = moves.provider`,
  },
  moveRound: {
    columns: {
      player_id: 'bigint',
      revision: 'bigint',
      provider: 'text',
      round_id: 'text',
      game_id: 'text',
      currency: 'text',
      at: 'timestamptz',
      bets: 'integer',
      wins: 'integer',
      staked: 'numeric',
      won: 'numeric',
      rolled_back: 'integer',
      closes: 'boolean',
    },
    // Every round begins with a bet, so what is inserted has one as its first row.
    text: `insert into read_model.rounds as r (player_id, provider, round_id, game_id, currency, first_bet_at, last_at,
        bets, wins, staked, won, rolled_back, closed_at, closing_revision)
      select player_id, provider, round_id, (array_agg(game_id order by revision))[1], min(currency), min(at), max(at),
        sum(bets), sum(wins), sum(staked), sum(won), sum(rolled_back),
        (array_agg(case when closes then at end order by revision desc) filter (where closes is not null))[1],
        max(revision) filter (where closes is not null)
      from rows group by player_id, provider, round_id
      on conflict (player_id, provider, round_id) do update set last_at = greatest(r.last_at, excluded.last_at),
        bets = r.bets + excluded.bets, wins = r.wins + excluded.wins, staked = r.staked + excluded.staked,
        won = r.won + excluded.won, rolled_back = r.rolled_back + excluded.rolled_back,
        closed_at = case when excluded.closing_revision is null then r.closed_at else excluded.closed_at end,
        closing_revision = coalesce(excluded.closing_revision, r.closing_revision)`,
  },
  addEvent: {
    columns: {
      player_id: 'bigint',
      revision: 'bigint',
      event_id: 'uuid',
      type: 'text',
      position: 'numeric',
      recorded_at: 'timestamptz',
      actor: 'text',
      correlation_id: 'text',
      data: 'jsonb',
    },
    text: `insert into read_model.events
        (player_id, revision, event_id, type, position, recorded_at, actor, correlation_id, data)
      select player_id, revision, event_id, type, position, recorded_at, actor, correlation_id, data from rows`,
  },
  setHead: {
    columns: { player_id: 'bigint', revision: 'bigint', hash: 'text', position: 'numeric' },
    key: (row) => row.player_id,
    text: `insert into read_model.heads (player_id, revision, hash, position)
      select player_id, revision, hash, position from rows
      on conflict (player_id) do update set revision = excluded.revision, hash = excluded.hash,
        position = excluded.position`,
  },
};
