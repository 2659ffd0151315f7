import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../telemetry/log.js';

/** A part of a service that has to be ended, and how long the others wait for it. */
export type Stop = {
  readonly part: string;
  readonly withinMs: number;
  readonly stop: () => Promise<unknown> | undefined;
};

/**
 * Ends the parts of a service one after the other. One that does not end in its time, since its server does not answer,
 * is left behind and ends with the process: a supervisor does not wait for ever, and what was promised is on disk.
 */
export async function stopInOrder(logger: Logger, stops: readonly Stop[]): Promise<void> {
  for (const { part, withinMs, stop } of stops) {
    const giveUp = new AbortController();
    const late = sleep(withinMs, 'late' as const, { signal: giveUp.signal }).catch(() => undefined);
    const stopped = Promise.resolve(stop()).catch((err: unknown) => logger.warn({ err, part }, 'it did not end well'));
    if ((await Promise.race([stopped, late])) === 'late') logger.warn({ part }, 'it did not end in time: left behind');
    giveUp.abort();
  }
}
