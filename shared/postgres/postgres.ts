import pg from 'pg';
import type { Logger } from '../telemetry/log.js';
import { arrayLiteral } from './array-literal.js';
import { faultOf, isPlanStale } from './fault.js';

const CONNECT_TIMEOUT_MS = 3_000;
const IDLE_TIMEOUT_MS = 30_000;
/** The server ends a statement first; this is for a server that no longer answers at all. */
const SILENCE_MS = 2_000;

export type Row = { readonly [column: string]: unknown };

/**
 * Runs one statement. `numeric` and `int8` arrive as strings, `timestamptz` as a Date, arrays and json parsed. In a
 * transaction, statements need not wait for one another's answers: the server takes them in the order of the calls, and
 * runs none after one that failed.
 * @throws PostgresUnavailable when the same statement may work later; the driver's own error when it is wrong.
 */
export type Sql = {
  query<R extends Row = Row>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
};

export type Postgres = Sql & {
  /** Commits when `work` is done, rolls back when it throws. The connection is thrown away when even that fails. */
  inTransaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Waits for connections in use, then closes them all. */
  stop(): Promise<void>;
};

export type PostgresOptions = {
  readonly connectionString: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly logger: Logger;
  /** Connections at most. */
  readonly max: number;
  readonly statementTimeoutMs: number;
  /** How long a transaction may say nothing before the server ends it; unless told, as long as a statement may take. */
  readonly silenceInTransactionMs?: number;
  /** Every transaction of every connection is read-only. */
  readonly readOnly?: boolean;
  /**
   * For few statements that run all the time: each connection prepares one once. It finds its rows by an index, also while
   * a table is still so small that reading it whole looks cheaper: the plan stays in use when the table has grown.
   */
  readonly preparedByIndex?: boolean;
};

/** A pool that survives its server: what drops is replaced when it is needed next. Connects on first use. */
export function createPostgres(options: PostgresOptions): Postgres {
  const { statementTimeoutMs, logger } = options;
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    application_name: options.applicationName,
    max: options.max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + SILENCE_MS,
    idle_in_transaction_session_timeout: options.silenceInTransactionMs ?? statementTimeoutMs,
    keepAlive: true,
    pipeline: true,
    options: serverSettings(options),
  });
  // Without a handler, an idle connection that drops ends the process.
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle postgres connection dropped'));
  // The pool stops listening as it hands a connection out, and the server's last words may come before its new holder does.
  pool.on('connect', (client) => client.on('error', () => {}));

  const nameOf: NameOf = options.preparedByIndex === true ? preparedName : () => undefined;
  let stopped: Promise<void> | undefined;
  return {
    query: (text, values) => rowsOf(pool, nameOf, text, values),
    inTransaction: (work) => inTransaction(pool, nameOf, work),
    stop() {
      stopped ??= pool.end();
      return stopped;
    },
  };
}

function serverSettings({ readOnly, preparedByIndex }: PostgresOptions): string {
  const settings = [
    ...(readOnly === true ? ['default_transaction_read_only=on'] : []),
    ...(preparedByIndex === true ? ['enable_seqscan=off', 'enable_hashjoin=off', 'enable_mergejoin=off'] : []),
  ];
  return settings.map((setting) => `-c ${setting}`).join(' ');
}

/** Under what name a statement is prepared; undefined: it is not. */
type NameOf = (text: string) => string | undefined;

async function rowsOf<R extends Row>(
  on: pg.Pool | pg.PoolClient,
  nameOf: NameOf,
  text: string,
  values: readonly unknown[] = [],
) {
  try {
    const name = values.length === 0 ? undefined : nameOf(text);
    const result = await on.query<R>({ text, values: values.map(parameterOf), name });
    return result.rows;
  } catch (error) {
    throw faultOf(error);
  }
}

async function inTransaction<T>(pool: pg.Pool, nameOf: NameOf, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw faultOf(error);
  });
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  // The pool listens to idle clients only: this one would end the process if its connection dropped between statements.
  client.on('error', onError);
  try {
    await rowsOf(client, nameOf, 'begin');
    const result = await work({
      query(text, values) {
        sendTogether(client);
        return rowsOf(client, nameOf, text, values);
      },
    });
    await rowsOf(client, nameOf, 'commit');
    return result;
  } catch (error) {
    if (isPlanStale(error)) broken = error;
    await client.query('rollback').catch((fault: Error) => {
      broken ??= fault;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

function parameterOf(value: unknown): unknown {
  return Array.isArray(value) ? (arrayLiteral(value) ?? value) : value;
}

/** What is asked in one turn of the event loop leaves in one write. */
function sendTogether(client: pg.PoolClient): void {
  const { stream } = client.connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Statements are few; only if one should be composed anew each time does this bound matter. */
const PREPARED_MAX = 500;
const preparedNames = new Map<string, string>();

/** Each connection parses and plans a statement once: for a small one, that costs more than to run it. */
function preparedName(text: string): string | undefined {
  const known = preparedNames.get(text);
  if (known !== undefined || preparedNames.size >= PREPARED_MAX) return known;
  const name = `s${preparedNames.size}`;
  preparedNames.set(text, name);
  return name;
}
