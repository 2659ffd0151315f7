import type { Publisher } from '../../../shared/bus/publisher.js';
import type { EventStore } from '../../../shared/event-store/event-store.js';
import type { Health, Part } from '../health.js';
import { readLast } from '../read-models/read-last.js';

const LOOK_EVERY_MS = 2_000;

export type Lookout = {
  /** Looks for the servers, if it is time to; does not wait for what it finds. */
  look(): void;
  /** What is found from now on is the loops' to say. */
  end(): void;
};

/**
 * A standby does nothing with the event store and NATS, but it is ready only while it could: it connects to them, so that
 * it also starts the sooner.
 */
export function createLookout({
  store,
  publisher,
  health,
}: {
  readonly store: EventStore;
  readonly publisher: Publisher;
  readonly health: Health;
}): Lookout {
  let ended = false;
  let looking = false;
  let nextAtMs = 0;

  async function lookFor(part: Part, ask: () => Promise<unknown>): Promise<void> {
    const reason = await ask().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (ended) return;
    if (reason === undefined) health.found(part);
    else health.lost(part, reason);
  }

  async function lookAround(): Promise<void> {
    await Promise.all([lookFor('eventStore', () => readLast(store)), lookFor('nats', () => publisher.open())]);
    looking = false;
    nextAtMs = performance.now() + LOOK_EVERY_MS;
  }

  return {
    look() {
      if (looking || performance.now() < nextAtMs) return;
      looking = true;
      void lookAround();
    },
    end() {
      ended = true;
    },
  };
}
