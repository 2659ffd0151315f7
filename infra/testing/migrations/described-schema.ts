import type { Postgres, Row } from '../../../shared/postgres/postgres.js';

/** All that a schema is made of, but for its rows, in a stable order; how it came to be is no matter. */
export async function describedSchema(
  postgres: Postgres,
  schema: string,
): Promise<{ readonly [part: string]: unknown }> {
  const ask = (text: string) => postgres.query<Row>(text, [schema]);
  return {
    columns: await ask(
      `select table_name, column_name, data_type, numeric_precision, numeric_scale, is_nullable, column_default,
              is_identity, generation_expression
         from information_schema.columns where table_schema = $1 order by table_name, column_name`,
    ),
    constraints: await ask(
      `select conrelid::regclass::text as of, conname, pg_get_constraintdef(c.oid) as definition
         from pg_constraint c join pg_namespace n on n.oid = c.connamespace where n.nspname = $1 order by 1, 2`,
    ),
    indexes: await ask('select tablename, indexname, indexdef from pg_indexes where schemaname = $1 order by 1, 2'),
    views: await ask('select viewname, definition from pg_views where schemaname = $1 order by 1'),
    options: await ask(
      `select relname, reloptions from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and relkind = 'r' order by 1`,
    ),
    statistics: await ask(
      `select relname, attname, nullif(attstattarget, -1) as target
         from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and attnum > 0 and not attisdropped and c.relkind in ('r', 'i') order by 1, 2`,
    ),
  };
}
