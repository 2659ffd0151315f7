import { parseArgs } from 'node:util';
import pg from 'pg';
import type { Env } from '../../../shared/config/env.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import { createPostgres, type Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { findServers, type Urls } from '../audit/connections.js';
import { createProgressBar, type Screen } from '../audit/output/progress-bar.js';
import { makeNextTables } from './next-tables.js';
import { dropNext, RebuildFailed, rebuild } from './rebuild.js';
import { PREVIOUS } from './schemas.js';

const HELP = `npm run rebuild -- [--drop]

Builds the read models anew from the event store, beside the live ones and while everything runs, then puts them in
their place at one moment. The old ones stay in the schema ${PREVIOUS} until they are dropped.

  --drop              drops what a rebuild left: the models from before it, and those of one that was cut off
  EVENTSTORE_URL, POSTGRES_URL   the servers; else those of the platform that runs on
  CROUPIER_DATA_DIR   the platform's data folder (default .data)`;

/** An index of a large table takes its time; a server that is away is noticed by other means. */
const STATEMENT_TIMEOUT_MS = 3_600_000;
const SILENCE_IN_TRANSACTION_MS = 30_000;
const CONNECT_TIMEOUT_MS = 3_000;

export type Terminal = {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly screen: Screen;
};

/** `npm run rebuild`. Answers the exit code. */
export async function runRebuildCommand(
  args: readonly string[],
  env: Env,
  { out, err, screen }: Terminal,
  signal: AbortSignal,
): Promise<0 | 1> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { drop: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    if (values.help) out(HELP);
    else
      out(
        await aloneOn(findServers(env), (urls, postgres) =>
          values.drop ? dropLeftovers(postgres) : rebuildOn(urls, postgres, screen, signal),
        ),
      );
    return 0;
  } catch (error) {
    err(`The read models were not rebuilt: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function rebuildOn(urls: Urls, postgres: Postgres, screen: Screen, signal: AbortSignal): Promise<string> {
  const store = createEsdbEventStore({ connectionString: urls.eventStoreUrl });
  const bar = createProgressBar(screen);
  const since = performance.now();
  try {
    const { events, alarms } = await rebuild({
      ...{ store, postgres, signal },
      makeNextTables: () => makeNextTables(urls.postgresUrl, silentLogger),
      onProgress: bar.show,
    });
    const seconds = (performance.now() - since) / 1_000;
    const noted = alarms === 0 ? '' : ` ${alarms} transaction ids are at two players.`;
    return `The read models were rebuilt from ${events.toLocaleString('en')} events in ${seconds.toFixed(1)} s and are live; the old ones are in ${PREVIOUS}.${noted}`;
  } finally {
    bar.clear();
    await store.close();
  }
}

async function dropLeftovers(postgres: Postgres): Promise<string> {
  await dropNext(postgres);
  await postgres.query(`drop schema if exists ${PREVIOUS} cascade`);
  return 'Nothing but the live read models is left.';
}

/** Two rebuilds would take each other's tables away. The lock ends with its connection, so with us. */
async function aloneOn<T>(urls: Urls, work: (urls: Urls, postgres: Postgres) => Promise<T>): Promise<T> {
  const connectionString = urls.postgresUrl;
  if (connectionString === '') throw new RebuildFailed('POSTGRES_URL names no database');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true });
  client.on('error', () => {});
  const postgres = createPostgres({
    ...{ connectionString, applicationName: 'croupier-rebuild', logger: silentLogger, max: 4 },
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    silenceInTransactionMs: SILENCE_IN_TRANSACTION_MS,
    // It writes as the projector does, and its tables are empty at first.
    preparedByIndex: true,
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ ours: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('croupier rebuild', 0)) as ours`,
    );
    if (rows[0]?.ours !== true) throw new RebuildFailed('another rebuild is at work');
    return await work(urls, postgres);
  } finally {
    await postgres.stop();
    await client.end().catch(() => undefined);
  }
}
