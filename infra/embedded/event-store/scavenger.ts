import { randomUUID } from 'node:crypto';
import { type EventLog, systemEvent } from './event-log.js';
import type { CompactingCopy } from './storage/compacting-copy.js';
import type { Storage } from './storage/storage.js';

/** Removes from the disk what can no longer be read, while the server serves; one scavenge at a time. */
export type Scavenger = {
  /** Answers once the beginning is on disk, with the id of the one that runs. */
  start(): Promise<{ readonly id: string; readonly result: 'started' | 'in-progress' }>;
  /** Resolves once it has stopped; false when no scavenge of this id runs. */
  stop(id: string): Promise<boolean>;
  /** Stops the one that runs. */
  close(): Promise<void>;
};

type Run = { readonly id: string; readonly abort: AbortController; readonly ended: Promise<void> };

/** A page that holds less is followed by the last one, for which the writers wait. */
const LEVEL_RECORDS = 64;

export function createScavenger({ storage, log }: { storage: Storage; log: EventLog }): Scavenger {
  let running: Run | undefined;
  let noted: Promise<void> = Promise.resolve();

  /** As EventStoreDB does: a stream a scavenge, by which clients wait for its end. */
  async function note(id: string, type: string, data: Record<string, unknown>): Promise<void> {
    const event = systemEvent(type, Buffer.from(JSON.stringify({ scavengeId: id, ...data })));
    await log.append({ stream: `$scavenges-${id}`, expected: 'any', events: [event] });
  }

  async function replaceByCopy(copy: CompactingCopy, signal: AbortSignal): Promise<() => Promise<void>> {
    await copy.copySnapshot(signal);
    while ((await copy.catchUp()) >= LEVEL_RECORDS) signal.throwIfAborted();
    return log.alone(async () => {
      while ((await copy.catchUp()) > 0);
      copy.verify();
      signal.throwIfAborted();
      try {
        return storage.replaceBy(copy);
      } catch (error) {
        log.fail(error);
        throw error;
      }
    });
  }

  async function scavenge(signal: AbortSignal): Promise<void> {
    const copy = storage.startCopy();
    let releaseOld: () => Promise<void>;
    try {
      releaseOld = await replaceByCopy(copy, signal);
    } catch (error) {
      await copy.discard();
      throw error;
    }
    await releaseOld();
  }

  async function run(id: string, signal: AbortSignal): Promise<void> {
    const before = storage.size();
    const outcome = await scavenge(signal).then(
      () => ({ result: 'Success', error: '' }),
      (error: unknown) => ({ result: signal.aborted ? 'Stopped' : 'Errored', error: String(error) }),
    );
    const after = storage.size();
    // A client that reads of the end may start the next one at once.
    running = undefined;
    noted = note(id, '$scavengeCompleted', {
      ...outcome,
      spaceSaved: before.bytes - after.bytes,
      eventsKept: after.events,
      bytesBefore: before.bytes,
      bytesAfter: after.bytes,
    });
    await noted;
  }

  return {
    async start() {
      if (running) return { id: running.id, result: 'in-progress' };
      const id = randomUUID();
      const abort = new AbortController();
      const begun = note(id, '$scavengeStarted', { bytesBefore: storage.size().bytes });
      const ended = begun
        .then(() => run(id, abort.signal))
        .catch(() => {
          // The log has failed, which it has said itself.
          running = undefined;
        });
      running = { id, abort, ended };
      await begun;
      return { id, result: 'started' };
    },

    async stop(id) {
      if (running?.id !== id) return false;
      const { abort, ended } = running;
      abort.abort();
      await ended;
      return true;
    },

    async close() {
      running?.abort.abort();
      await running?.ended;
      await noted.catch(() => undefined);
    },
  };
}
