import type { Logger } from '../../../shared/telemetry/log.js';
import { type Backoff, persist } from '../persist.js';

export type CatchUpOptions = {
  /** Reads every lane of ours that has something left to deliver. */
  readonly read: () => Promise<void>;
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
  readonly logger: Logger;
};

/**
 * Reads the lanes from the inbox when something may have been missed. Whoever asks while a reading runs gets the next
 * one, with everyone else who asked meanwhile. Resolves when it is done, or given up because we stop.
 */
export function createCatchUp({ read, backoff, signal, logger }: CatchUpOptions): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function readOnce(): Promise<void> {
    await persist(read, backoff, signal, (err, attempt) => {
      if (attempt === 1) logger.warn({ err }, 'the lanes cannot be read; trying again');
    });
  }

  function start(): Promise<void> {
    running = readOnce().finally(() => {
      running = undefined;
    });
    return running;
  }

  return () => {
    if (running === undefined) return start();
    next ??= running.then(() => {
      next = undefined;
      return start();
    });
    return next;
  };
}
