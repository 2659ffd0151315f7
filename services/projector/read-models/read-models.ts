import { type EventStore, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { NewerEvent } from '../../../shared/events/codec.js';
import { NewerDatabase } from '../../../shared/postgres/known-migrations.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import { createBackoff } from '../backoff.js';
import type { Health } from '../health.js';
import type { ProjectorMetrics } from '../projector-metrics.js';
import { CheckpointMoved, createCheckpoint, readCheckpoint } from './checkpoint.js';
import { BrokenHistory } from './fact.js';
import { type Committed, follow } from './follow.js';
import { readLast } from './read-last.js';

export type ReadModelsOptions = {
  readonly store: EventStore;
  readonly postgres: Postgres;
  readonly migrate: () => Promise<void>;
  readonly health: Health;
  readonly metrics: ProjectorMetrics;
  readonly logger: Logger;
  /** The tables are there, and the rows are at this checkpoint: before anything else, and again after a fault. */
  readonly onReset: (checkpoint: bigint | undefined) => void;
  readonly onCommitted: (committed: Committed) => void;
  /** What is there is a newer version's: one of those has to go on. */
  readonly onOutdated: (error: Outdated) => void;
};

export type Outdated = NewerEvent | NewerDatabase;

/**
 * The first loop: from the event store into the read models, for ever. Only a broken history, or
 * one that is newer than this version, ends it before the signal.
 */
export async function runReadModels(options: ReadModelsOptions, signal: AbortSignal): Promise<void> {
  const { health, metrics, logger } = options;
  const backoff = createBackoff();
  const onCommitted = (committed: Committed) => {
    backoff.reset();
    observe(metrics, committed);
    if (committed.alarms > 0) logger.error({ alarms: committed.alarms }, 'a transaction id is at two players');
    options.onCommitted(committed);
  };
  while (!signal.aborted) {
    try {
      await followOnce(options, onCommitted, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof BrokenHistory) {
        health.lost('readModels', `stopped, the history is broken: ${error.message}`);
        metrics.halted.set(1);
        logger.error({ err: error }, 'the history is broken: the read models stopped');
        return;
      }
      if (error instanceof NewerEvent || error instanceof NewerDatabase) {
        health.lost('readModels', error.message);
        logger.error({ err: error }, 'a newer version has to go on here');
        options.onOutdated(error);
        return;
      }
      report(error, health, logger);
      await backoff.wait(signal);
    }
  }
}

async function followOnce(
  { store, postgres, migrate, health, onReset }: ReadModelsOptions,
  onCommitted: (committed: Committed) => void,
  signal: AbortSignal,
): Promise<void> {
  await migrate();
  // Both before the first event: what is recorded before NATS is there must still be published.
  await createCheckpoint(postgres, 'read-models', undefined);
  const after = await readCheckpoint(postgres, 'read-models');
  await createCheckpoint(postgres, 'publishing', after);
  health.found('postgres');
  onReset(after);
  await readLast(store);
  health.found('eventStore');
  await follow({ store, postgres, after, signal, onCommitted });
}

function report(error: unknown, health: Health, logger: Logger): void {
  if (error instanceof CheckpointMoved) {
    logger.warn({ err: error }, 'another projector is at work, or a commit went through unheard');
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StoreUnavailable) {
    health.lost('eventStore', message);
    logger.warn({ err: error }, 'the event store is not available');
  } else {
    health.lost('postgres', message);
    logger.error({ err: error }, 'the read models could not be written');
  }
}

function observe(metrics: ProjectorMetrics, { events, position, alarms }: Committed): void {
  metrics.projected.inc(events.length);
  metrics.integrityAlarms.inc(alarms);
  metrics.position.set({ loop: 'read_models' }, Number(position));
  const recordedAt = events.at(-1)?.metadata.recordedAt;
  if (typeof recordedAt === 'string') {
    metrics.lag.observe({ loop: 'read_models' }, Math.max(0, Date.now() - Date.parse(recordedAt)) / 1000);
  }
}
