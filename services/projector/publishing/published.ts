import type { Postgres } from '../../../shared/postgres/postgres.js';
import { readCheckpoint } from '../read-models/checkpoint.js';

const SAVE_INTERVAL_MS = 1_000;

/** Up to where JetStream was served, as last saved: where to go on when JetStream itself is empty. −1 at the start. */
export async function readPublished(postgres: Postgres): Promise<bigint> {
  return (await readCheckpoint(postgres, 'publishing')) ?? -1n;
}

/** Saves now and then, never two at once, never in the way of publishing: it may lag, as consumers know what they have. */
export function createPublishedSaver(postgres: Postgres): (position: bigint) => void {
  let saving = false;
  let savedAtMs = 0;
  return (position) => {
    if (saving || performance.now() - savedAtMs < SAVE_INTERVAL_MS) return;
    saving = true;
    savedAtMs = performance.now();
    void savePublished(postgres, position).finally(() => {
      saving = false;
    });
  };
}

/** Never back, and without a fault: what is not saved now is saved later. */
export async function savePublished(postgres: Postgres, position: bigint): Promise<void> {
  await postgres
    .query(
      `update read_model.checkpoints set position = $1, updated_at = now()
       where name = 'publishing' and position < $1`,
      [String(position)],
    )
    .catch(() => undefined);
}
