import type { Sql } from '../../../shared/postgres/postgres.js';
import type { Rows } from './rows.js';

const PROVIDER_KINDS = ['bet', 'win', 'rollback', 'tombstone'];

/** Records each transaction id of a provider that another player has too; answers how many such pairs are new. */
export async function recordSharedTransactions(
  sql: Sql,
  transactions: readonly Rows['addTransaction'][],
): Promise<number> {
  const ofProviders = transactions.filter(({ kind }) => PROVIDER_KINDS.includes(kind));
  if (ofProviders.length === 0) return 0;
  const alarms = await sql.query(
    `insert into read_model.integrity_alarms (caller, reference, player_id, other_player_id)
     select distinct n.caller, n.reference, least(n.player_id, t.player_id), greatest(n.player_id, t.player_id)
     from unnest($1::text[], $2::text[], $3::bigint[]) n (caller, reference, player_id)
     join read_model.transactions t on t.caller = n.caller and t.reference = n.reference and t.player_id <> n.player_id
     where t.kind = any($4::text[])
     on conflict do nothing returning reference`,
    [
      ofProviders.map(({ caller }) => caller),
      ofProviders.map(({ reference }) => reference),
      ofProviders.map(({ player_id }) => player_id),
      PROVIDER_KINDS,
    ],
  );
  return alarms.length;
}
