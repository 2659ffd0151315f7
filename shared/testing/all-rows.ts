import type { Postgres, Row } from '../postgres/postgres.js';

/** Every row of every read model, in a stable order, but for when the checkpoints were written; who writes them is no matter. */
export async function rowsOf(postgres: Postgres): Promise<{ readonly [table: string]: readonly Row[] }> {
  const tables = await postgres.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'read_model' and table_name not in ('migrations', 'leases') order by 1`,
  );
  const result: { [table: string]: readonly Row[] } = {};
  for (const { name } of tables) {
    const columns = await postgres.query<{ name: string }>(
      `select column_name as name from information_schema.columns
       where table_schema = 'read_model' and table_name = $1 and $1 || '.' || column_name <> 'checkpoints.updated_at'
       order by ordinal_position`,
      [name],
    );
    const list = columns.map((column) => column.name).join(', ');
    const order = columns.map((_, index) => index + 1).join(', ');
    result[name] = await postgres.query(`select ${list} from read_model.${name} order by ${order}`);
  }
  return result;
}
