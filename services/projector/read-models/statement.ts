import type { Sql } from '../../../shared/postgres/postgres.js';

type ColumnType = 'bigint' | 'integer' | 'smallint' | 'numeric' | 'text' | 'boolean' | 'timestamptz' | 'uuid' | 'jsonb';

/** How all rows of one operation in a batch are written by one statement. */
export type Statement<Row> = {
  /** `rows` in it stands for the batch's rows, as a table with the columns below. */
  readonly text: string;
  /** Every column with its type, in the order they are passed. */
  readonly columns: { readonly [Column in keyof Row]: ColumnType };
  /** For rows about one thing, which a statement may meet once only: what they are about. The last row of a batch counts. */
  readonly key?: (row: Row) => string;
  /** The rows are changes: where the later one says null, the earlier one stands. */
  readonly patches?: true;
  /** Columns of which the first row of a batch, not the last, is right. */
  readonly first?: readonly (keyof Row)[];
};

/** Writes the rows of one operation. */
export async function execute<Row extends object>(
  sql: Sql,
  statement: Statement<Row>,
  rows: readonly Row[],
): Promise<void> {
  const columns = Object.keys(statement.columns) as (keyof Row & string)[];
  const merged = mergeRows(statement, rows);
  await sql.query(
    textOf(statement),
    columns.map((column) => merged.map((row) => row[column])),
  );
}

const texts = new WeakMap<object, string>();

function textOf<Row extends object>(statement: Statement<Row>): string {
  const known = texts.get(statement);
  if (known !== undefined) return known;
  const types = Object.entries<ColumnType>(statement.columns);
  const columns = types.map(([column]) => column).join(', ');
  const source = types.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ');
  const text = `with rows (${columns}) as (select * from unnest(${source})) ${statement.text}`;
  texts.set(statement, text);
  return text;
}

/** One row a key, the later laid over the earlier; all rows where there is no key. */
export function mergeRows<Row extends object>(
  { key, patches, first = [] }: Pick<Statement<Row>, 'key' | 'patches' | 'first'>,
  rows: readonly Row[],
): readonly Row[] {
  if (key === undefined) return rows;
  const merged = new Map<string, Row>();
  for (const row of rows) {
    const earlier = merged.get(key(row));
    if (earlier === undefined) {
      merged.set(key(row), row);
      continue;
    }
    const result = { ...row };
    for (const column of Object.keys(row) as (keyof Row)[]) {
      if (first.includes(column) || (patches === true && row[column] === null)) result[column] = earlier[column];
    }
    merged.set(key(row), result);
  }
  return [...merged.values()];
}
