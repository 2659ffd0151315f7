import type { Postgres } from '../../../shared/postgres/postgres.js';

type Column = {
  readonly name: string;
  readonly type: string;
  readonly is_needed: boolean;
};

/** Something of each type that a column of ours has. */
const SAMPLES: { readonly [type: string]: string } = {
  bigint: '7',
  integer: '1',
  smallint: '0',
  numeric: '12.50',
  text: `'a'`,
  boolean: 'true',
  uuid: 'gen_random_uuid()',
  json: `'{}'`,
  jsonb: `'{}'`,
  'timestamp with time zone': 'now()',
};

/** Every table of the schema that has no row gets one: only what a row must have. */
export async function addSampleRows(postgres: Postgres, schema: string): Promise<void> {
  for (const table of await tablesOf(postgres, schema)) {
    const [any] = await postgres.query(`select 1 from ${schema}.${table} limit 1`);
    if (any !== undefined) continue;
    const needed = (await columnsOf(postgres, schema, table)).filter(({ is_needed }) => is_needed);
    const values = needed.map(({ name, type }) => {
      const sample = name === 'action' ? `'retry'` : SAMPLES[type];
      if (sample === undefined) throw new Error(`no sample of ${type}, which ${schema}.${table}.${name} is`);
      return sample;
    });
    const names = needed.map(({ name }) => name);
    await postgres.query(`insert into ${schema}.${table} (${names.join(', ')}) values (${values.join(', ')})`);
  }
}

/** The rows of another database's schema, as far as this one has tables and columns for them. */
export async function copyRows(from: Postgres, to: Postgres, schema: string): Promise<void> {
  const theirs = await tablesOf(from, schema);
  for (const table of await tablesOf(to, schema)) {
    if (!theirs.includes(table)) continue;
    // As text: a decimal that went through a JavaScript number would lose its zeros.
    const [all] = await from.query<{ rows: string }>(
      `select coalesce(jsonb_agg(to_jsonb(r)), '[]')::text as rows from ${schema}.${table} r`,
    );
    const names = (await columnsOf(to, schema, table)).map(({ name }) => name).join(', ');
    await to.query(
      `insert into ${schema}.${table} (${names})
       select ${names} from jsonb_populate_recordset(null::${schema}.${table}, $1)`,
      [all?.rows],
    );
  }
}

export async function tablesOf(postgres: Postgres, schema: string): Promise<readonly string[]> {
  const rows = await postgres.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = $1 and tablename <> 'migrations' order by 1`,
    [schema],
  );
  return rows.map(({ name }) => name);
}

/** Those that can be written. */
function columnsOf(postgres: Postgres, schema: string, table: string): Promise<readonly Column[]> {
  return postgres.query<Column>(
    `select column_name as name, data_type as type,
            is_nullable = 'NO' and column_default is null as is_needed
       from information_schema.columns
      where table_schema = $1 and table_name = $2 and is_generated = 'NEVER' and is_identity = 'NO' order by ordinal_position`,
    [schema, table],
  );
}
