import type { PlayerLogin } from '../../../shared/http/player-token.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Row, Sql } from '../../../shared/postgres/postgres.js';

// What a player sees of itself. Amounts are strings with the currency's decimals, as the events have them.

/** Who the player is: details, consents and the blocks that stand at `now`. Undefined when there is none. */
export async function readPlayer(sql: Sql, playerId: PlayerId, now: Date): Promise<Row | undefined> {
  const [row] = await sql.query(
    `select p.player_id::text as player_id, p.currency, p.registered_at, p.last_login_at,
       (select to_jsonb(x) from (select f.email, f.first_name, f.last_name, f.birth_date, f.country, f.phone, f.address
         from read_model.profiles f where f.player_id = p.player_id) x) as profile,
       (select to_jsonb(x) from (select c.email, c.sms, c.telephone, c.post_mail, c.site_notification,
         c.push_notification from read_model.consents c where c.player_id = p.player_id) x) as consents
     from read_model.players p where p.player_id = $1`,
    [playerId],
  );
  if (row === undefined) return undefined;
  const blocks = await sql.query(
    `select reason, until, placed_at from read_model.blocks
     where player_id = $1 and (until is null or until > $2) order by reason collate "C"`,
    [playerId, now],
  );
  return { ...row, blocks };
}

export type LimitRow = {
  readonly kind: string;
  readonly period: string;
  /** What binds at the moment asked for; null = no limit. */
  readonly amount: string | null;
  readonly currency: string;
  readonly pending: { readonly amount: string | null; readonly effective_at: Date } | null;
};

/**
 * The limits that bind at `now`, each with the raise that is to come. One whose time has come binds, though no event
 * may say so yet: the player's next decision records it first.
 */
export async function readLimits(sql: Sql, playerId: PlayerId, now: Date): Promise<readonly LimitRow[]> {
  const rows = await sql.query<Omit<LimitRow, 'pending'> & { pending_amount: string | null; pending_at: Date | null }>(
    `select kind, period, bound.amount, currency, pending_amount,
       case when pending_at > $2 then pending_at end as pending_at
     from read_model.limits l
       cross join lateral (select case when pending_at <= $2 then pending_amount else l.amount end as amount) bound
     where player_id = $1 and bound.amount is not null
     order by kind collate "C", array_position(array['day', 'week', 'month'], period)`,
    [playerId, now],
  );
  return rows.map(({ pending_amount, pending_at, ...limit }) => ({
    ...limit,
    pending: pending_at === null ? null : { amount: pending_amount, effective_at: pending_at },
  }));
}

export async function readBalance(sql: Sql, playerId: PlayerId): Promise<Row | undefined> {
  const [row] = await sql.query(
    'select cash, bonus, withdrawal, currency from read_model.balances where player_id = $1',
    [playerId],
  );
  return row;
}

/** Where a page of transactions ended. */
export type TransactionCursor = { readonly revision: number; readonly part: number };

export type TransactionRow = Row & TransactionCursor;

/** What moved money or was asked to, newest first. Tombstones are between the provider and us. */
export function readTransactions(
  sql: Sql,
  playerId: PlayerId,
  { before, limit }: { readonly before: TransactionCursor | undefined; readonly limit: number },
): Promise<readonly TransactionRow[]> {
  return sql.query<TransactionRow>(
    `select revision::int as revision, part, kind, type, caller, reference, related_reference, game_id, round_id,
       amount, currency, cash_after, bonus_after, recorded_at
     from read_model.transactions
     where player_id = $1 and (revision, part) < ($2::bigint, $3::smallint) and kind <> 'tombstone'
     order by revision desc, part desc limit $4`,
    [playerId, before?.revision ?? Number.MAX_SAFE_INTEGER, before?.part ?? 0, limit],
  );
}

/** A page of things with ids: those that began before the one named, newest first. */
export type Page = { readonly before: string | undefined; readonly limit: number };

export function readBonuses(sql: Sql, playerId: PlayerId, { before, limit }: Page): Promise<readonly Row[]> {
  return sql.query(
    `select user_bonus_id, bonus_id, template_version, status, reason, amount, currency, wagered, wagering_required,
       expires_at, created_at, updated_at
     from read_model.bonuses
     where player_id = $1 and ($2::text is null or (created_at, user_bonus_id) <
       (select created_at, user_bonus_id from read_model.bonuses where user_bonus_id = $2 and player_id = $1))
     order by created_at desc, user_bonus_id desc limit $3`,
    [playerId, before ?? null, limit],
  );
}

export function readPayments(sql: Sql, playerId: PlayerId, { before, limit }: Page): Promise<readonly Row[]> {
  return sql.query(
    `select payment_id, kind, psp, psp_reference, status, amount, currency, requested_at, updated_at
     from read_model.payments
     where player_id = $1 and ($2::text is null or (requested_at, payment_id) <
       (select requested_at, payment_id from read_model.payments where payment_id = $2 and player_id = $1))
     order by requested_at desc, payment_id desc limit $3`,
    [playerId, before ?? null, limit],
  );
}

export type Standing = {
  /** This login was logged out, or is by a password that was changed: its token is no longer good, though it has not expired. */
  readonly revoked: boolean;
  readonly forgotten: boolean;
};

/** What has become of a token's login and player since it was issued. */
export async function readStanding(sql: Sql, login: PlayerLogin): Promise<Standing> {
  const [row] = await sql.query<Row & Standing>(
    `select exists (select 1 from read_model.revoked_logins where login_id = $1)
         or exists (select 1 from read_model.players where player_id = $2 and password_revision > $3) as revoked,
       exists (select 1 from read_model.forgotten_players where player_id = $2) as forgotten`,
    [login.loginId, login.playerId, login.passwordRevision],
  );
  return row ?? { revoked: false, forgotten: false };
}
