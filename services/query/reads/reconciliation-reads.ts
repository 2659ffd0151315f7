import type { Row, Sql } from '../../../shared/postgres/postgres.js';

/** What Fast Track may compare; any other field is one we do not keep. */
export const RECONCILED_FIELDS = [
  'blocked',
  'excluded',
  'consent_email',
  'consent_sms',
  'consent_telephone',
  'consent_post_mail',
  'consent_site_notification',
  'consent_push_notification',
] as const;

export type ReconciledField = (typeof RECONCILED_FIELDS)[number];

export function isReconciled(field: string): field is ReconciledField {
  return RECONCILED_FIELDS.some((name) => name === field);
}

/** The next players after one for whom a field is true, in the order of their ids. */
export type ReadIds = (after: string, limit: number) => Promise<readonly string[]>;

/** Where the page begins is said of the profiles too: joined by merging, they would be read from the first one for each page. */
const KNOWN = `exists (
  select 1 from read_model.profiles f where f.player_id = x.player_id and f.player_id > $1::bigint)`;

/** Reads the ids that a field names as of `now`. Each page is a query of its own, so nobody holds a connection between two. */
export function readIdsOf(sql: Sql, field: ReconciledField, now: Date): ReadIds {
  const blocks = (isIn: 'in' | 'not in') => async (after: string, limit: number) =>
    idsIn(
      await sql.query(
        `select distinct x.player_id from read_model.blocks x
         where x.player_id > $1::bigint and x.reason ${isIn} ('self_exclusion', 'timeout')
           and (x.until is null or x.until > $3) and ${KNOWN}
         order by x.player_id limit $2`,
        [after, limit, now],
      ),
    );
  if (field === 'excluded') return blocks('in');
  if (field === 'blocked') return blocks('not in');
  const column = field.slice('consent_'.length);
  return async (after, limit) =>
    idsIn(
      await sql.query(
        `select x.player_id from read_model.consents x
         where x.player_id > $1::bigint and x.${column} and ${KNOWN} order by x.player_id limit $2`,
        [after, limit],
      ),
    );
}

function idsIn(rows: readonly Row[]): readonly string[] {
  return rows.map(({ player_id }) => String(player_id));
}
