import type { Sql } from '../../../shared/postgres/postgres.js';
import { LIVE, NEXT } from './schemas.js';

type Grant = { readonly statement: string };

/** Who may read the live models may read the next: a role of query's own must not be locked out by the switch. */
export async function copyGrants(sql: Sql): Promise<void> {
  const grants = await sql.query<Grant>(
    `with granted as (
       select format('schema %I', $2::text) as target, acl.grantee, acl.privilege_type
         from pg_namespace n, aclexplode(n.nspacl) acl
        where n.nspname = $1 and acl.grantee <> n.nspowner
       union all
       select format('table %I.%I', $2::text, c.relname), acl.grantee, acl.privilege_type
         from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) acl
        where n.nspname = $1 and c.relkind in ('r', 'v') and acl.grantee <> c.relowner
     )
     select format('grant %s on %s to %s', privilege_type, target,
                   case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end) as statement
       from granted`,
    [LIVE, NEXT],
  );
  for (const { statement } of grants) await sql.query(statement);
}
