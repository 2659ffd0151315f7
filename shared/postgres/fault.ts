import pg from 'pg';

/** The server, or the way to it, failed; or it gave up on this statement for a reason that passes. */
export class PostgresUnavailable extends Error {
  override readonly name = 'PostgresUnavailable';
}

// Connection exceptions, lost races, resources, operator intervention (a shutdown, a statement's timeout), system errors.
const PASSING_CLASSES = new Set(['08', '40', '53', '57', '58']);

const FEATURE_NOT_SUPPORTED = '0A000';

/** A migration changed what a prepared statement answers. Only a new connection prepares it anew. */
export function isPlanStale(error: unknown): error is Error {
  const cause = error instanceof PostgresUnavailable ? error.cause : error;
  return (
    cause instanceof pg.DatabaseError &&
    cause.code === FEATURE_NOT_SUPPORTED &&
    cause.message.includes('cached plan must not change result type')
  );
}

/** The driver's error as callers see it: what the server itself refused is a defect of ours; all else is between us and it. */
export function faultOf(error: unknown): unknown {
  if (isPlanStale(error)) return new PostgresUnavailable('a prepared statement is out of date', { cause: error });
  if (error instanceof pg.DatabaseError && !PASSING_CLASSES.has((error.code ?? '').slice(0, 2))) return error;
  return new PostgresUnavailable('postgres is not available', { cause: error });
}

const UNDEFINED_TABLE = '42P01';

/** True when a statement named a table that nobody has made yet: whoever owns the schema has not started. */
export function isTableMissing(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE;
}
