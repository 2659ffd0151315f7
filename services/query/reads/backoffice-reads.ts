import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Row, Sql } from '../../../shared/postgres/postgres.js';

/** Every condition that is given must hold; `after` is the last id of the page before. */
export type PlayerSearch = {
  readonly email: string | undefined;
  readonly playerId: PlayerId | undefined;
  /** A reason, or `any`: players on whom such a block stands. */
  readonly block: string | undefined;
  readonly after: PlayerId | undefined;
  readonly limit: number;
};

/** Players by e-mail address (whole, in any case), id or block, in the order of ids. */
export function findPlayers(
  sql: Sql,
  { email, playerId, block, after, limit }: PlayerSearch,
  now: Date,
): Promise<readonly Row[]> {
  return sql.query(
    `select p.player_id::text as player_id, f.email, f.first_name, f.last_name, f.country, p.currency, p.registered_at,
       ${standingBlocks('$5')} as block_reasons,
       (select forgotten_at from read_model.forgotten_players g where g.player_id = p.player_id) as forgotten_at
     from read_model.players p left join read_model.profiles f using (player_id)
     where ($1::text is null or lower(f.email) = lower($1)) and ($2::bigint is null or p.player_id = $2)
       and ($3::bigint is null or p.player_id > $3)
       and ($6::text is null or exists (select 1 from read_model.blocks b where b.player_id = p.player_id
         and (b.until is null or b.until > $5) and ($6 = 'any' or b.reason = $6)))
     order by p.player_id limit $4`,
    [email ?? null, playerId ?? null, after ?? null, limit, now, block ?? null],
  );
}

/** The reasons of the blocks that stand on player `p` at a moment. */
export function standingBlocks(moment: `$${number}`): string {
  return `array(select b.reason from read_model.blocks b
    where b.player_id = p.player_id and (b.until is null or b.until > ${moment}) order by b.reason collate "C")`;
}

/** When the person was forgotten; null while they are not. Their ledger stays. */
export async function readForgottenAt(sql: Sql, playerId: PlayerId): Promise<Date | null> {
  const [row] = await sql.query<Row & { readonly forgotten_at: Date }>(
    'select forgotten_at from read_model.forgotten_players where player_id = $1',
    [playerId],
  );
  return row?.forgotten_at ?? null;
}

/** The player's last event, by which its stream can be compared. */
export async function readHead(sql: Sql, playerId: PlayerId): Promise<Row | undefined> {
  const [row] = await sql.query(
    'select revision::int as revision, hash, position from read_model.heads where player_id = $1',
    [playerId],
  );
  return row;
}

export type TimelineRow = Row & { readonly revision: number };

/** The player's events after a revision, oldest first, with their data. */
export function readTimeline(
  sql: Sql,
  playerId: PlayerId,
  { after, limit }: { readonly after: number | undefined; readonly limit: number },
): Promise<readonly TimelineRow[]> {
  return sql.query<TimelineRow>(
    `select revision::int as revision, event_id, type, position, recorded_at, actor, correlation_id, data
     from read_model.events where player_id = $1 and revision > $2 order by revision limit $3`,
    [playerId, after ?? -1, limit],
  );
}
