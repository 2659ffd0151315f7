import type { BackofficeCallers } from '../../../shared/http/api-key.js';
import type { Freshness } from '../../../shared/postgres/freshness.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';

/** What every group of the back office's routes needs. */
export type BackofficeOptions = {
  readonly postgres: Postgres;
  readonly freshness: Freshness;
  readonly keys: BackofficeCallers;
};
