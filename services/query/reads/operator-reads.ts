import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Sql } from '../../../shared/postgres/postgres.js';

// The developer guide's answers, field for field. All of them are undefined for a player who does not exist, or whose
// profile was forgotten.

export type UserDetails = {
  readonly player_id: PlayerId;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly country: string;
  readonly currency: string;
  readonly registered_at: string;
};

export async function readUserDetails(sql: Sql, playerId: PlayerId): Promise<UserDetails | undefined> {
  const [row] = await sql.query<Omit<UserDetails, 'player_id' | 'registered_at'> & { registered_at: Date }>(
    `select f.email, f.first_name, f.last_name, f.country, p.currency, p.registered_at
     from read_model.players p join read_model.profiles f using (player_id) where p.player_id = $1`,
    [playerId],
  );
  return row && { player_id: playerId, ...row, registered_at: row.registered_at.toISOString() };
}

export type PlayerBlocks = {
  readonly player_id: PlayerId;
  readonly is_blocked: boolean;
  readonly block_reasons: readonly string[];
};

/** The blocks that stand at `now`: the row of one that has ended may still be there. */
export async function readPlayerBlocks(sql: Sql, playerId: PlayerId, now: Date): Promise<PlayerBlocks | undefined> {
  const [row] = await sql.query<{ reasons: string[] }>(
    `select array(select b.reason from read_model.blocks b
       where b.player_id = p.player_id and (b.until is null or b.until > $2) order by b.reason collate "C") as reasons
     from read_model.players p join read_model.profiles f using (player_id) where p.player_id = $1`,
    [playerId, now],
  );
  return row && { player_id: playerId, is_blocked: row.reasons.length > 0, block_reasons: row.reasons };
}

export type OptIns = {
  readonly player_id: PlayerId;
  readonly email_opt_in: boolean;
  readonly sms_opt_in: boolean;
  readonly push_opt_in: boolean;
};

export async function readOptIns(sql: Sql, playerId: PlayerId): Promise<OptIns | undefined> {
  const [row] = await sql.query<Omit<OptIns, 'player_id'>>(
    `select c.email as email_opt_in, c.sms as sms_opt_in, c.push_notification as push_opt_in
     from read_model.consents c join read_model.profiles f using (player_id) where c.player_id = $1`,
    [playerId],
  );
  return row && { player_id: playerId, ...row };
}
