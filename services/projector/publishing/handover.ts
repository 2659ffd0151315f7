import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { PLAYER_STREAMS } from '../../../shared/ids/streams.js';
import type { Committed } from '../read-models/follow.js';

const EVENTS_MAX = 4_000;
const NOTHING = -1n;

/** What the read models have committed, kept for publishing: the newest events in memory, older ones are in the store. */
export type Handover = {
  /** The read models are at this checkpoint; what led there is not in memory. */
  reset(checkpoint: bigint | undefined): void;
  /** Resolves once it was reset for the first time: the tables are there. */
  readonly started: Promise<void>;
  add(committed: Committed): void;
  /** Up to where the read models are committed: nothing beyond it may be published. −1 before the first event. */
  upTo(): bigint;
  /** Resolves once something is committed beyond this position, or the signal aborts. */
  beyond(position: bigint, signal: AbortSignal): Promise<void>;
  /** The next player events after this position; undefined when memory does not reach back to it. */
  after(position: bigint, max: number): readonly StoredEvent[] | undefined;
  /** These were published: memory need not keep them. */
  forget(upTo: bigint): void;
  readonly length: number;
};

export function createHandover(): Handover {
  /** All player events in (from, to], oldest first. */
  let events: StoredEvent[] = [];
  let from = NOTHING;
  let to = NOTHING;
  let wake: () => void = () => undefined;
  let start: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });

  return {
    started,

    reset(checkpoint) {
      start();
      events = [];
      from = checkpoint ?? NOTHING;
      to = from;
      wake();
    },

    add(committed) {
      for (const event of committed.events) if (event.stream.startsWith(PLAYER_STREAMS)) events.push(event);
      to = committed.position;
      const surplus = events.length - EVENTS_MAX;
      if (surplus > 0) from = events.splice(0, surplus).at(-1)?.position ?? from;
      wake();
    },

    upTo: () => to,

    async beyond(position, signal) {
      const onAbort = () => wake();
      signal.addEventListener('abort', onAbort);
      while (to <= position && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      signal.removeEventListener('abort', onAbort);
    },

    after(position, max) {
      if (position < from) return undefined;
      const start = events.findIndex((event) => event.position > position);
      return start === -1 ? [] : events.slice(start, start + max);
    },

    forget(upTo) {
      const kept = events.findIndex((event) => event.position > upTo);
      events = kept === -1 ? [] : events.slice(kept);
      if (upTo > from) from = upTo;
    },

    get length() {
      return events.length;
    },
  };
}
