import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { createProjector } from '../../../../services/projector/service.js';
import { createMemoryStream } from '../../../../shared/bus/memory-publisher.js';
import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../../shared/event-store/memory-event-store.js';
import { migrate } from '../../../../shared/postgres/migrate.js';
import type { Postgres } from '../../../../shared/postgres/postgres.js';
import { createPostgres } from '../../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../../shared/telemetry/log.js';
import { startStack } from '../../../embedded/stack.js';
import { testDatabase } from '../../../testing/test-database.js';
import { testStack } from '../../../testing/test-stack.js';
import { until } from '../../../testing/until.js';
import { writeLives } from '../testing/audited.js';

const BRIDGE_MIGRATIONS = fileURLToPath(new URL('../../../../services/ft-bridge/migrations', import.meta.url));

export type LedgerGround = {
  readonly store: EventStore;
  readonly postgres: Postgres;
  readonly postgresUrl: string;
};

/** Two whole lives in a store, projected by the real projector, and taken by ft-bridge as its marks say. */
export async function ledgerGround(
  t: ExecutionContext,
  store: EventStore = createMemoryEventStore(),
): Promise<LedgerGround> {
  const postgresUrl = await testDatabase(t, (await testStack(t, ['postgres'])).postgresUrl);
  const postgres = createPostgres({
    ...{ connectionString: postgresUrl, applicationName: 'test', logger: silentLogger, max: 2 },
    statementTimeoutMs: 20_000,
  });
  t.teardown(postgres.stop);
  await writeLives(store);
  await project(t, { store, postgres, postgresUrl });
  await migrate({ connectionString: postgresUrl, schema: 'bridge', folder: BRIDGE_MIGRATIONS, logger: silentLogger });
  await postgres.query(
    `insert into bridge.lanes (player_id, taken_revision, taken_hash, taken_position)
     select player_id, revision, hash, position from read_model.heads`,
  );
  return { store, postgres, postgresUrl };
}

/** The same in a real event store of the test's own. */
export async function realLedgerGround(
  t: ExecutionContext,
): Promise<LedgerGround & { readonly eventStoreUrl: string }> {
  const stack = await startStack({ only: ['eventStore'] });
  t.teardown(stack.stop);
  const { eventStoreUrl } = stack;
  const store = createEsdbEventStore({
    ...{ connectionString: eventStoreUrl, appendTimeoutMs: 20_000, readTimeoutMs: 20_000 },
  });
  t.teardown(store.close);
  return { ...(await ledgerGround(t, store)), eventStoreUrl };
}

/** Runs the projector until it has caught up, and stops it. */
async function project(t: ExecutionContext, { store, postgres, postgresUrl }: LedgerGround): Promise<void> {
  let end = -1n;
  for await (const { position } of store.readAll({ direction: 'backwards', maxCount: 1 })) end = position;
  const projector = createProjector(
    {
      ...{ host: '127.0.0.1', port: 0, logLevel: 'silent', postgresUrl },
      ...{ eventStoreUrl: 'unused', natsUrl: 'unused', natsReplicas: 1 },
    },
    { logger: silentLogger, store: shared(store), publisher: createMemoryStream().publisher() },
  );
  t.teardown(projector.stop);
  await projector.start();
  await until(
    'the read models have caught up',
    async () => {
      const rows = await postgres
        .query<{ position: string }>(`select position::text from read_model.checkpoints where name = 'read-models'`)
        .catch(() => []);
      return BigInt(rows[0]?.position ?? -1) >= end;
    },
    60_000,
  );
  await projector.stop();
}

/** The projector closes what it is given, and the test reads on. */
function shared(store: EventStore): EventStore {
  return { ...store, close: async () => undefined };
}
