import type { Postgres, Sql } from '../../../../shared/postgres/postgres.js';

/** What the database says at one moment; others may join in under its name. */
export type Snapshot = {
  readonly sql: Sql;
  readonly name: string;
  /** Up to where the read models are; undefined when no projector has ever written any. */
  readonly position: bigint | undefined;
  /**
   * Where the last event of a player is that the read models have. They may be further than it, and than any event that
   * can be read: a deletion and a scavenge of the store take up positions too.
   */
  readonly lastEventAt: bigint | undefined;
};

/** Runs with a snapshot that does not change, however long it takes. */
export function withSnapshot<T>(postgres: Postgres, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return postgres.inTransaction(async (sql) => {
    await sql.query('set transaction isolation level repeatable read, read only');
    const [exported] = await sql.query<{ name: string }>('select pg_export_snapshot() as name');
    const position = await positionOf(sql);
    const lastEventAt = position === undefined ? undefined : await lastEventOf(sql);
    return work({ sql, name: exported?.name ?? '', position, lastEventAt });
  });
}

/** Runs with another connection's snapshot. */
export function inSnapshot<T>(postgres: Postgres, name: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  return postgres.inTransaction(async (sql) => {
    await sql.query('set transaction isolation level repeatable read, read only');
    await sql.query(`set transaction snapshot '${name.replaceAll("'", "''")}'`);
    return work(sql);
  });
}

/** Whether a table is there: asking for its rows would end the transaction if it is not. */
export async function hasTable(sql: Sql, table: string): Promise<boolean> {
  const [row] = await sql.query<{ found: boolean }>('select to_regclass($1) is not null as found', [table]);
  return row?.found === true;
}

async function positionOf(sql: Sql): Promise<bigint | undefined> {
  if (!(await hasTable(sql, 'read_model.checkpoints'))) return undefined;
  const [row] = await sql.query<{ position: string }>(
    `select position::text from read_model.checkpoints where name = 'read-models'`,
  );
  return row === undefined ? undefined : BigInt(row.position);
}

async function lastEventOf(sql: Sql): Promise<bigint | undefined> {
  const [row] = await sql.query<{ position: string | null }>(
    'select max(position)::text as position from read_model.heads',
  );
  return row?.position == null ? undefined : BigInt(row.position);
}

const PAGE_ROWS = 5_000;
let cursors = 0;

/** The rows of a query, a page at a time: a table may be larger than the memory. */
export async function* rowsByPage<R extends { readonly [column: string]: unknown }>(
  sql: Sql,
  query: string,
): AsyncGenerator<R, void, undefined> {
  cursors += 1;
  const cursor = `audit_${cursors}`;
  await sql.query(`declare ${cursor} no scroll cursor for ${query}`);
  for (;;) {
    const rows = await sql.query<R>(`fetch ${PAGE_ROWS} from ${cursor}`);
    yield* rows;
    if (rows.length < PAGE_ROWS) break;
  }
  await sql.query(`close ${cursor}`);
}
