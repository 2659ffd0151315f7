import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Env } from '../../../shared/config/env.js';
import { createPostgres, type Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { UsageError } from './options.js';

export type Urls = { readonly eventStoreUrl: string; readonly postgresUrl: string };

const readySchema = z.object({ eventStore: z.string().min(1), postgres: z.string().min(1) });

/** Where the servers are: as the environment says, else as the running platform of the data folder does. @throws UsageError */
export function findServers(env: Env): Urls {
  const [eventStoreUrl, postgresUrl] = [env.EVENTSTORE_URL, env.POSTGRES_URL];
  if (eventStoreUrl && postgresUrl) return { eventStoreUrl, postgresUrl };
  const folder = env.CROUPIER_DATA_DIR || '.data';
  const ready = readReady(join(folder, 'ready.json'));
  // A named event store alone has no read models that belong to it: those of another platform would say so.
  if (eventStoreUrl) return { eventStoreUrl, postgresUrl: '' };
  if (ready === undefined) {
    throw new UsageError(
      `nothing runs on the data folder ${folder}: start the platform (npm start), or name the servers in EVENTSTORE_URL and POSTGRES_URL`,
    );
  }
  return { eventStoreUrl: ready.eventStore, postgresUrl: postgresUrl || ready.postgres };
}

function readReady(path: string): z.infer<typeof readySchema> | undefined {
  try {
    return readySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Statements may take as long as a large table needs, and a snapshot waits while the ledger is read. */
const STATEMENT_TIMEOUT_MS = 6 * 3600 * 1000;

export function connectPostgres(connectionString: string): Postgres {
  return createPostgres({
    ...{ connectionString, applicationName: 'croupier-audit', logger: silentLogger, max: 2 },
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    readOnly: true,
  });
}
