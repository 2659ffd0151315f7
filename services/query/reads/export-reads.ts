import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Row, Sql } from '../../../shared/postgres/postgres.js';
import { readGameSessions } from './game-session-reads.js';
import { type Page, readBalance, readBonuses, readPayments } from './player-reads.js';

// All that is held about one player, oldest first but for what has pages of its own, in pieces: a history may be longer
// than memory is large. Every piece is a query of its own, so a slow reader keeps no connection and no snapshot; what is
// recorded after `upTo` is in none of the histories.

const ROWS = 1_000;
/** Where entries of one type are sought among all: so many events are looked through by one query. */
const EVENTS_SOUGHT = 20_000;

export type ExportedPerson = {
  readonly person: Row;
  /** The revision of the player's last event. */
  readonly upTo: number;
};

/** What is known of the person now, and where the histories end; undefined when there is no such player. */
export async function readPerson(sql: Sql, playerId: PlayerId): Promise<ExportedPerson | undefined> {
  const all = (text: string) => sql.query(text, [playerId]);
  const [player] = await sql.query<Row & { readonly up_to: number }>(
    `select p.player_id::text as player_id, p.currency, p.registered_at, p.last_login_at, h.revision::int as up_to
     from read_model.players p join read_model.heads h using (player_id) where p.player_id = $1`,
    [playerId],
  );
  if (player === undefined) return undefined;
  const { up_to: upTo, ...known } = player;
  const [profile] = await all(
    `select email, first_name, last_name, birth_date, country, phone, address, ip_address, user_agent
     from read_model.profiles where player_id = $1`,
  );
  const [consents] = await all(
    `select email, sms, telephone, post_mail, site_notification, push_notification, changed_at
     from read_model.consents where player_id = $1`,
  );
  const blocks = await all(
    'select reason, until, placed_at from read_model.blocks where player_id = $1 order by reason collate "C"',
  );
  const limits = await all(
    `select kind, period, amount, currency, pending_amount, pending_at, changed_at
     from read_model.limits where player_id = $1 order by kind collate "C", period collate "C"`,
  );
  const balance = await readBalance(sql, playerId);
  return { person: { ...known, profile: profile ?? null, consents, blocks, limits, balance }, upTo };
}

export type History = { readonly name: string; pieces(sql: Sql, playerId: PlayerId, upTo: number): Pieces };

type Pieces = AsyncGenerator<readonly Row[], void, undefined>;

/** In the order in which they are exported. */
export const HISTORIES: readonly History[] = [
  { name: 'logins', pieces: logins },
  { name: 'payments', pieces: (sql, playerId) => pages((page) => readPayments(sql, playerId, page), 'payment_id') },
  { name: 'bonuses', pieces: (sql, playerId) => pages((page) => readBonuses(sql, playerId, page), 'user_bonus_id') },
  {
    name: 'game_sessions',
    pieces: (sql, playerId) => pages((page) => readGameSessions(sql, playerId, page, new Date()), 'session_id'),
  },
  { name: 'transactions', pieces: transactions },
  { name: 'events', pieces: events },
];

async function* pages(read: (page: Page) => Promise<readonly Row[]>, id: string): Pieces {
  let before: string | undefined;
  for (;;) {
    const rows = await read({ before, limit: ROWS });
    yield rows;
    const last = rows.at(-1);
    if (rows.length < ROWS || last === undefined) return;
    before = String(last[id]);
  }
}

async function* logins(sql: Sql, playerId: PlayerId, upTo: number): Pieces {
  for (let from = 0; from <= upTo; from += EVENTS_SOUGHT) {
    yield await sql.query(
      `select data ->> 'loginId' as login_id, data -> 'impersonated' as impersonated, recorded_at as logged_in_at
       from read_model.events
       where player_id = $1 and revision between $2 and $3 and type = 'PlayerLoggedIn' order by revision`,
      [playerId, from, Math.min(upTo, from + EVENTS_SOUGHT - 1)],
    );
  }
}

/** Tombstones too: the player does not see them otherwise, but they are held. */
async function* transactions(sql: Sql, playerId: PlayerId, upTo: number): Pieces {
  let [revision, part] = [-1, 0];
  for (;;) {
    const rows = await sql.query<Row & { readonly revision: number; readonly part: number }>(
      `select revision::int as revision, part, kind, type, caller, reference, related_reference, game_id, round_id,
         amount, currency, cash_after, bonus_after, recorded_at
       from read_model.transactions
       where player_id = $1 and (revision, part) > ($2::bigint, $3::smallint) and revision <= $4
       order by revision, part limit $5`,
      [playerId, revision, part, upTo, ROWS],
    );
    yield rows;
    const last = rows.at(-1);
    if (rows.length < ROWS || last === undefined) return;
    [revision, part] = [last.revision, last.part];
  }
}

async function* events(sql: Sql, playerId: PlayerId, upTo: number): Pieces {
  for (let from = 0; from <= upTo; from += ROWS) {
    yield await sql.query(
      `select revision::int as revision, event_id, type, recorded_at, actor, data
       from read_model.events where player_id = $1 and revision between $2 and $3 order by revision`,
      [playerId, from, Math.min(upTo, from + ROWS - 1)],
    );
  }
}
