import type { PlayerLogin } from '../../../shared/http/player-token.js';
import type { Sql } from '../../../shared/postgres/postgres.js';

/** Who watches a player, and up to which revision they have been told. */
export type Watch = { readonly login: PlayerLogin; readonly revision: number };

/** What a watcher has not been told yet. */
export type PlayerChange = {
  /** Which of the watches asked about. */
  readonly watch: number;
  readonly revision: number;
  readonly position: string;
  /** Null while nothing has moved money. */
  readonly balance: {
    readonly cash: string;
    readonly bonus: string;
    readonly withdrawal: string;
    readonly currency: string;
  } | null;
  /** The login was logged out, its password was changed, or the player is forgotten: there is nothing more to tell. */
  readonly over: boolean;
};

/** The watches whose player's read models have moved on. */
export function readChanges(sql: Sql, watches: readonly Watch[]): Promise<readonly PlayerChange[]> {
  return sql.query<PlayerChange>(
    `select w.watch::int - 1 as watch, h.revision::int as revision, h.position,
       case when b.player_id is not null then json_build_object('cash', b.cash::text, 'bonus', b.bonus::text,
         'withdrawal', b.withdrawal::text, 'currency', b.currency) end as balance,
       exists (select 1 from read_model.revoked_logins r where r.login_id = w.login_id)
         or exists (select 1 from read_model.players p where p.player_id = w.player_id
              and p.password_revision > w.password_revision)
         or exists (select 1 from read_model.forgotten_players f where f.player_id = w.player_id) as over
     from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[])
       with ordinality as w (player_id, login_id, password_revision, revision, watch)
     join read_model.heads h on h.player_id = w.player_id and h.revision > w.revision
     left join read_model.balances b on b.player_id = w.player_id
     order by w.watch`,
    [
      watches.map(({ login }) => login.playerId),
      watches.map(({ login }) => login.loginId),
      watches.map(({ login }) => login.passwordRevision),
      watches.map(({ revision }) => revision),
    ],
  );
}
