import { connectPostgres } from '../connections.js';
import { createEsdbSource } from './esdb-source.js';
import { auditPart } from './part.js';
import type { Progress } from './part-task.js';
import type { FromPart, ToPart } from './process-part.js';

const PROGRESS_INTERVAL_MS = 200;

/** The second reader's process: one task, one result. */
process.once('message', ({ connections, task }: ToPart) => {
  const source = createEsdbSource(connections.eventStoreUrl);
  const postgres = connections.postgresUrl === undefined ? undefined : connectPostgres(connections.postgresUrl);
  auditPart(task, source, postgres, sendNowAndThen)
    .then(
      (result) => send({ kind: 'result', result }),
      (error: unknown) => send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
    )
    .finally(() => Promise.all([source.close(), postgres?.stop()]))
    .finally(() => process.disconnect());
});

// Whoever asked is gone, so nobody wants the answer.
process.on('disconnect', () => process.exit());

let sentAt = Number.NEGATIVE_INFINITY;

function sendNowAndThen(progress: Progress): void {
  if (performance.now() - sentAt < PROGRESS_INTERVAL_MS) return;
  sentAt = performance.now();
  send({ kind: 'progress', progress });
}

function send(message: FromPart): void {
  process.send?.(message);
}
