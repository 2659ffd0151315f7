import { backofficeAccess } from '../../../shared/http/access.js';
import type { BackofficeCallers } from '../../../shared/http/api-key.js';
import { noStore, whileReadable } from '../../../shared/http/reading.js';
import { createRoutes } from '../../../shared/http/routes.js';
import type { Freshness } from '../../../shared/postgres/freshness.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import { POSITION_HEADERS, reached } from './reading.js';

/** What every group of the back office's routes needs. */
export type BackofficeOptions = {
  readonly postgres: Postgres;
  readonly freshness: Freshness;
  readonly keys: BackofficeCallers;
};

/** Routes of the back office below this prefix, still without one. */
export function backofficeGroup(prefix: string, { freshness, keys }: Pick<BackofficeOptions, 'freshness' | 'keys'>) {
  return createRoutes({
    prefix,
    tag: 'back office',
    access: backofficeAccess(keys),
    around: [noStore, whileReadable],
    checks: [reached(freshness)],
    headers: POSITION_HEADERS,
  });
}
