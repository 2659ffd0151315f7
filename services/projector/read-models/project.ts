import type { Postgres, Sql } from '../../../shared/postgres/postgres.js';
import { checkChain, type IsDeleted, readHeads } from './chain.js';
import { changesOf } from './changes.js';
import { moveCheckpoint } from './checkpoint.js';
import type { Fact } from './fact.js';
import { readForgotten, withoutForgotten } from './forgotten.js';
import { recordSharedTransactions } from './integrity.js';
import type { Change, Operation, Rows } from './rows.js';
import { execute } from './statement.js';
import { STATEMENTS } from './statements.js';

export type Batch = {
  readonly facts: readonly Fact[];
  /** Where the checkpoint is before, and after. */
  readonly from: bigint | undefined;
  readonly to: bigint;
};

export type Projected = {
  /** Transaction ids newly found at two players. */
  readonly alarms: number;
};

/**
 * Writes a batch: the checkpoint, all rows and the heads, in one transaction.
 * @throws CheckpointMoved when the batch was seen; BrokenHistory when a chain does not continue; nothing is written then.
 */
export function project(
  postgres: Postgres,
  { facts: read, from, to }: Batch,
  isDeleted: IsDeleted,
): Promise<Projected> {
  return postgres.inTransaction(async (sql) => {
    const moved = moveCheckpoint(sql, 'read-models', from, to);
    // What comes after the move is asked for at once: if it is refused, nothing was done.
    const [, forgotten, heads] = await Promise.all([moved, readForgotten(sql, read), readHeads(sql, read)]);
    if (read.length === 0) return { alarms: 0 };
    const facts = await checkChain(heads, withoutForgotten(forgotten, read), isDeleted);
    const rows = rowsByOperation(facts.flatMap(changesOf));
    const writes = (Object.keys(STATEMENTS) as Operation[]).map((op) => write(sql, op, rows));
    const alarms = recordSharedTransactions(sql, rows.addTransaction ?? []);
    await Promise.all([...writes, alarms]);
    return { alarms: await alarms };
  });
}

type RowLists = { [O in Operation]?: Rows[O][] };

async function write<O extends Operation>(sql: Sql, op: O, rows: RowLists): Promise<void> {
  const list = rows[op];
  if (list !== undefined) await execute<Rows[O]>(sql, STATEMENTS[op], list);
}

function rowsByOperation(changes: readonly Change[]): RowLists {
  const lists: RowLists = {};
  for (const { op, row } of changes) {
    // Each list holds the rows of its own operation only: `change` paired them.
    const list = (lists[op] ?? []) as (typeof row)[];
    lists[op] = list as never;
    list.push(row);
  }
  return lists;
}
