import pg from 'pg';

/** The server, or the way to it, failed; or it gave up on this statement for a reason that passes. */
export class PostgresUnavailable extends Error {
  override readonly name = 'PostgresUnavailable';
}

// Connection exceptions, lost races, resources, operator intervention (a shutdown, a statement's timeout), system errors.
const PASSING_CLASSES = new Set(['08', '40', '53', '57', '58']);

/** The driver's error as callers see it: what the server itself refused is a defect of ours; all else is between us and it. */
export function faultOf(error: unknown): unknown {
  if (error instanceof pg.DatabaseError && !PASSING_CLASSES.has((error.code ?? '').slice(0, 2))) return error;
  return new PostgresUnavailable('postgres is not available', { cause: error });
}

const UNDEFINED_TABLE = '42P01';

/** True when a statement named a table that nobody has made yet: whoever owns the schema has not started. */
export function isTableMissing(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE;
}
