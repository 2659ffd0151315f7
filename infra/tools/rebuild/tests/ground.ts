import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { createProjector } from '../../../../services/projector/service.js';
import { createMemoryStream, type MemoryStream } from '../../../../shared/bus/memory-publisher.js';
import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../../../shared/event-store/event-store.js';
import type { PlayerId } from '../../../../shared/ids/ids.js';
import { createPostgres, type Postgres } from '../../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../../shared/telemetry/log.js';
import { playerLife } from '../../../../shared/testing/player-life.js';
import { createScribe, type Scribe } from '../../../../shared/testing/scribe.js';
import { nodeCommand } from '../../../embedded/node-process.js';
import { eventStoreHere } from '../../../testing/event-store-here.js';
import { testDatabase } from '../../../testing/test-database.js';
import { testStack } from '../../../testing/test-stack.js';
import { until } from '../../../testing/until.js';

const [NODE, ...WORDS] = nodeCommand('infra/tools/rebuild/main.ts');

/** A projector at work on the lives of some players, and the tool beside it. */
export type Ground = {
  readonly store: EventStore;
  readonly scribe: Scribe;
  readonly postgres: Postgres;
  readonly postgresUrl: string;
  readonly jetStream: MemoryStream;
  /** Resolves when the live read models have all that is recorded now, and JetStream too. */
  caughtUp(): Promise<void>;
  /** `npm run rebuild` on this ground. */
  run(...args: readonly string[]): Running;
};

export type Running = {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly error: string }>;
};

export async function openGround(t: ExecutionContext, lives: number): Promise<Ground> {
  const eventStoreUrl = await eventStoreHere(t);
  const postgresUrl = await testDatabase(t, (await testStack(t, ['postgres'])).postgresUrl);
  const open = () =>
    createEsdbEventStore({ connectionString: eventStoreUrl, appendTimeoutMs: 20_000, readTimeoutMs: 20_000 });
  const store = open();
  t.teardown(store.close);
  const postgres = createPostgres({
    ...{ connectionString: postgresUrl, applicationName: 'test', logger: silentLogger, max: 4 },
    statementTimeoutMs: 20_000,
  });
  t.teardown(postgres.stop);
  const scribe = createScribe(store);
  for (let number = 1; number <= lives; number += 1) await scribe.write(playerLife(String(number) as PlayerId));
  const jetStream = createMemoryStream();
  const projector = createProjector(
    {
      ...{ host: '127.0.0.1', port: 0, logLevel: 'silent', postgresUrl },
      ...{ eventStoreUrl: 'unused', natsUrl: 'unused', natsReplicas: 1 },
    },
    { logger: silentLogger, store: open(), publisher: jetStream.publisher() },
  );
  t.teardown(projector.stop);
  await projector.start();

  async function caughtUp(): Promise<void> {
    const recorded = await recordedIn(store);
    await until('all is projected', async () => (await projectedIn(postgres)) >= recorded.length, 60_000);
    await until('all is published', () => jetStream.messages.length >= recorded.length, 60_000);
  }
  await caughtUp();

  return {
    ...{ store, scribe, postgres, postgresUrl, jetStream, caughtUp },
    run(...args) {
      const child = spawn(NODE, [...WORDS, ...args], {
        env: { ...process.env, EVENTSTORE_URL: eventStoreUrl, POSTGRES_URL: postgresUrl },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      t.teardown(() => child.kill('SIGKILL'));
      const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(([out, error]) => ({
        code: child.exitCode,
        out,
        error,
      }));
      return { child, ended };
    },
  };
}

/** Ids of all player events, in the order of the store. */
export async function recordedIn(store: EventStore): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of store.readAll({ streamPrefixes: ['player-'] })) ids.push(id);
  return ids;
}

async function projectedIn(postgres: Postgres): Promise<number> {
  const rows = await postgres.query<{ count: string }>('select count(*) from read_model.events').catch(() => []);
  return Number(rows[0]?.count ?? 0);
}
