import type { EventStore } from '../../shared/event-store/event-store.js';
import type { Postgres } from '../../shared/postgres/postgres.js';
import { faultOfProbe } from '../../shared/telemetry/probe.js';

export type BridgeReadiness = {
  /** The inbox is usable and the lanes are loaded. */
  started(): void;
  stopping(): void;
  missing(): Promise<readonly string[]>;
};

/** What we need of our own servers. A Fast Track that fails does not make us unready: waiting for it is our work. */
export function createReadiness(on: {
  readonly postgres: Postgres;
  readonly store: Pick<EventStore, 'readStream'>;
  /** What keeps us from our share of the work. */
  readonly membership: () => string | undefined;
  /** What keeps messages from coming, where we take them. */
  readonly intake: () => string | undefined;
}): BridgeReadiness {
  let hasStarted = false;
  let isStopping = false;
  return {
    started() {
      hasStarted = true;
    },
    stopping() {
      isStopping = true;
    },
    async missing() {
      if (isStopping) return ['the bridge is stopping'];
      const faults = await Promise.all([
        faultOfProbe(() => on.postgres.query('SELECT 1')).then((fault) => {
          if (fault !== undefined) return `postgres: ${fault}`;
          return hasStarted ? undefined : 'postgres: the lanes are not loaded yet';
        }),
        faultOfProbe(() => canRead(on.store)).then((fault) =>
          fault === undefined ? undefined : `eventStore: ${fault}`,
        ),
        on.membership(),
        on.intake(),
      ]);
      return faults.filter((fault) => fault !== undefined);
    },
  };
}

async function canRead(store: Pick<EventStore, 'readStream'>): Promise<void> {
  for await (const _event of store.readStream('croupier-readiness', { maxCount: 1 })) return;
}
