import type { EventStoreDBClient } from '@eventstore/db-client';
import { createGuardedClient, type GuardedClient } from './esdb-guarded-client.js';

/** Holds the client in use, and replaces it once it has failed. */
export type EsdbConnection = {
  client(): EventStoreDBClient;
  /** Replaces this client, unless that was done already, or only just. */
  renew(failed: EventStoreDBClient): void;
  /** Whether a failed append was the failure of this client, and not of another one in the process. */
  hasFailed(client: EventStoreDBClient): boolean;
  close(): Promise<void>;
};

const RENEW_INTERVAL_MS = 200;

/** Numbers are process-wide, since gRPC shares its connections process-wide. */
let generations = 0;

export function createEsdbConnection(connectionString: string): EsdbConnection {
  let current: GuardedClient | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;

  function create(): GuardedClient {
    generations += 1;
    return createGuardedClient(connectionString, generations);
  }

  return {
    client() {
      current ??= create();
      return current.client;
    },
    renew(failed) {
      if (current?.client !== failed || performance.now() - renewedAt < RENEW_INTERVAL_MS) return;
      renewedAt = performance.now();
      current.retire();
      current = create();
    },
    hasFailed: (client) => current?.client !== client || !current.isAppending(),
    async close() {
      await current?.close();
    },
  };
}
