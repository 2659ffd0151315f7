import type { Postgres, Sql } from '../../../shared/postgres/postgres.js';

/** What everybody reads. */
export const LIVE = 'read_model';
/** Where they are built anew. */
export const NEXT = 'read_model_next';
/** What everybody read before the switch. */
export const PREVIOUS = 'read_model_previous';

/** The projector's own statements, said of the models that are being built: each names its schema, and no text has the word otherwise. */
export function saidOfNext(text: string): string {
  return text.replaceAll(/\bread_model\b/g, NEXT);
}

/** Whatever is asked of the live models is asked of those that are being built. */
export function onNext(sql: Sql): Sql {
  return { query: (text, values) => sql.query(saidOfNext(text), values) };
}

/** The database as the projector's code sees it, with the models that are being built in the place of the live ones. */
export function databaseOfNext(postgres: Postgres): Postgres {
  return {
    ...onNext(postgres),
    inTransaction: (work) => postgres.inTransaction((sql) => work(onNext(sql))),
    stop: postgres.stop,
  };
}

export async function hasSchema(sql: Sql, schema: string): Promise<boolean> {
  const rows = await sql.query('select 1 from pg_namespace where nspname = $1', [schema]);
  return rows.length > 0;
}
