import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../shared/telemetry/log.js';

export type Heartbeat = {
  /** The next turn comes at once. */
  hurry(): void;
  /** Resolves when no turn is under way any more. */
  stop(): Promise<void>;
};

/** Takes one turn after the other, `everyMs` apart or sooner when hurried; one that failed is followed by the next. */
export function startHeartbeat(turn: () => Promise<void>, everyMs: number, logger: Logger): Heartbeat {
  const stopping = new AbortController();
  let pause = new AbortController();
  let failures = 0;

  async function beat(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(everyMs, undefined, { signal: AbortSignal.any([stopping.signal, pause.signal]) }).catch(
        () => undefined,
      );
      if (stopping.signal.aborted) return;
      pause = new AbortController();
      try {
        await turn();
        failures = 0;
      } catch (err) {
        failures += 1;
        logger[failures === 1 ? 'warn' : 'debug']({ err }, 'the lease could not be renewed; trying again');
      }
    }
  }

  const running = beat();
  return {
    hurry: () => pause.abort(),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
