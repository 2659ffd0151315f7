import type { EventStore } from '../../shared/event-store/event-store.js';
import type { ReadinessReport } from '../../shared/http/middleware.js';
import type { Sql } from '../../shared/postgres/postgres.js';

/** Longer than a read of the event store may take, so that a slow one is told from one that is away. */
const PROBE_TIMEOUT_MS = 2_500;

/** Without the event store nothing can be decided; without Postgres only payouts and markers wait. */
export async function readinessOf(store: EventStore, postgres: Sql): Promise<ReadinessReport> {
  const [missing, degraded] = await Promise.all([
    isAway(async () => {
      for await (const _event of store.readStream('croupier-readiness', { maxCount: 1 })) break;
    }),
    isAway(() => postgres.query('SELECT 1')),
  ]);
  return { missing: missing ? ['eventStore'] : [], degraded: degraded ? ['postgres'] : [] };
}

function isAway(ask: () => Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), PROBE_TIMEOUT_MS);
    ask()
      .then(
        () => resolve(false),
        () => resolve(true),
      )
      .finally(() => clearTimeout(timer));
  });
}
