import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { Registry } from 'prom-client';
import { PARTITIONS } from '../../../shared/bus/messages.js';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import { createBridgeMetrics } from '../bridge-metrics.js';
import type { Failing, Inbox } from '../inbox/inbox.js';
import { createPostgresInbox } from '../inbox/postgres-inbox.js';
import { ownsAll } from '../instances/ownership.js';
import { createPostgresRoster } from '../instances/postgres-roster.js';
import { createRepair } from '../intake/repair.js';
import { createOperations, type Operations } from '../operations/operations.js';
import { bridgeDatabase } from './bridge-database.js';
import { arrivals, storeOf } from './stories.js';

export type OperationsGround = {
  readonly postgresUrl: string;
  readonly postgres: Postgres;
  readonly inbox: Inbox;
  readonly operations: Operations;
  /** What the event store holds: a test adds to it. */
  readonly stored: StoredEvent[];
  /** Players whose lanes were said to have changed, in order. */
  readonly changed: readonly PlayerId[];
  /** Stored and taken; the first so many delivered. */
  begin(events: readonly StoredEvent[], delivered: number): Promise<void>;
  fail(playerId: PlayerId, delivered: number, failing?: Partial<Failing>, partsDone?: number): Promise<void>;
  /** One row of `bridge.lanes`. */
  row(playerId: PlayerId): Promise<Record<string, unknown> | undefined>;
};

const LEASE_MS = 600_000;
/** The first epoch of every partition. */
export const FENCE = 1;

export const FAILING: Failing = {
  ...{ attempts: 8, refusals: 8, since: 1_000, nextAttemptAt: Date.parse('2100-01-01T00:00:00Z') },
  ...{ status: 400, error: 'Fast Track answered 400' },
};

/** Operations on a Postgres of the test's own, over an event store in memory. Nothing is delivered. */
export async function operationsGround(t: ExecutionContext): Promise<OperationsGround> {
  const { postgres, connectionString } = await bridgeDatabase(t);
  const roster = createPostgresRoster(postgres);
  const id = randomUUID();
  await roster.join({ id, name: undefined, leaseMs: LEASE_MS });
  await roster.take(id, PARTITIONS);
  const stored: StoredEvent[] = [];
  const store = storeOf(stored);
  const inbox = createPostgresInbox(postgres, ownsAll);
  const stopping = new AbortController();
  t.teardown(() => stopping.abort());
  const repair = createRepair({
    ...{ store, inbox, onTaken: () => undefined, backoff: () => 1, signal: stopping.signal, logger },
    heads: {
      revisionOf: async (playerId) => stored.findLast(({ stream }) => stream === playerStream(playerId))?.revision,
    },
    metrics: createBridgeMetrics(new Registry()),
  });
  const changed: PlayerId[] = [];
  const operations = createOperations({
    ...{ postgres, store, repair },
    onLaneChanged: (playerId) => void changed.push(playerId),
  });

  return {
    ...{ postgresUrl: connectionString, postgres, inbox, operations, stored, changed },
    async begin(events, delivered) {
      stored.push(...events);
      const taken = arrivals(events);
      await inbox.take(taken);
      await inbox.settle(
        taken.slice(0, delivered).map(({ playerId, event }) => ({
          ...{ playerId, fence: FENCE, revision: event.revision, eventId: event.id },
          ...{ at: Date.now(), attempts: 1, status: 200 },
        })),
        [],
      );
    },
    fail: (playerId, delivered, failing = {}, partsDone = 0) =>
      inbox.settle([], [{ playerId, fence: FENCE, delivered, partsDone, failing: { ...FAILING, ...failing } }]),
    async row(playerId) {
      const [row] = await postgres.query('SELECT l.* FROM bridge.lanes l WHERE player_id = $1', [playerId]);
      return row;
    },
  };
}
