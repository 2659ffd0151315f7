import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { BridgeMetrics } from '../bridge-metrics.js';
import type { Arrival } from '../inbox/arrival.js';
import type { Inbox, Page } from '../inbox/inbox.js';
import { enqueue, type Lane, lastSent } from './lane.js';
import { createPageLoader } from './page-loader.js';

export type BufferOptions = {
  readonly inbox: Pick<Inbox, 'pages' | 'park'>;
  readonly laneCount: () => number;
  /** There is nothing more of its replay. */
  readonly onReplayOver: (lane: Lane) => void;
  readonly metrics: BridgeMetrics;
  readonly logger: Logger;
};

/** The events in memory, of all lanes together; what is beyond stays in the inbox until its lane asks. */
export type Buffer = {
  /** Straight from their commit. */
  offer(lane: Lane, arrivals: readonly Arrival[]): void;
  /** Fills the queue of a lane from the inbox, and answers its first event; undefined when there is none after all. */
  fill(lane: Lane): Promise<Decoded<PlayerEvent> | undefined>;
  /** The first event of the lane is done with. */
  shift(lane: Lane): void;
  drop(lane: Lane): void;
};

const BUFFERED_MAX = 20_000;
const PAGE_MAX = 32;

export function createBuffer({ inbox, laneCount, onReplayOver, metrics, logger }: BufferOptions): Buffer {
  const loadPage = createPageLoader(inbox, () =>
    Math.max(1, Math.min(PAGE_MAX, Math.floor(BUFFERED_MAX / Math.max(1, laneCount())))),
  );
  let buffered = 0;

  function put(lane: Lane, events: readonly Decoded<PlayerEvent>[]): void {
    lane.queue = [...events];
    buffered += events.length;
  }

  async function putNew(lane: Lane, { events, unreadable }: Page, taken: number): Promise<void> {
    const { epoch } = lane;
    if (unreadable !== undefined) {
      metrics.integrityAlarms.inc({ reason: 'unreadable' });
      metrics.parked.inc({ kind: unreadable.kind });
      logger.error({ playerId: lane.playerId, ...unreadable }, 'a lane is parked');
      await inbox.park(lane.playerId, unreadable, lane.fence);
      if (lane.epoch !== epoch) return;
    }
    put(lane, events);
    // Parked here: it rests until there is something new to look at.
    if (events.length === 0 && lane.taken === taken) lane.taken = lane.done;
  }

  function putAgain(lane: Lane, { next, last }: { next: number; last: number }, page: Page): void {
    const events = page.events.filter(({ revision }) => revision <= last);
    const first = events[0]?.revision;
    if (first !== next) {
      logger.error(
        { playerId: lane.playerId, next, last, first, unreadable: page.unreadable?.reason },
        'events that were to be sent again are not there any more',
      );
    }
    if (events.length === 0) onReplayOver(lane);
    else put(lane, events);
  }

  return {
    offer(lane, arrivals) {
      const room = Math.min(BUFFERED_MAX - buffered, PAGE_MAX - lane.queue.length);
      const events = arrivals.map(({ event }) => event);
      buffered += enqueue(lane, events, room);
    },
    async fill(lane) {
      const { epoch, taken, replay } = lane;
      lane.loading = true;
      try {
        const page = await loadPage(lane.playerId, lastSent(lane));
        if (lane.epoch !== epoch) return undefined;
        if (replay === undefined) await putNew(lane, page, taken);
        else putAgain(lane, replay, page);
        return lane.queue[0];
      } finally {
        lane.loading = false;
      }
    },
    shift(lane) {
      lane.queue.shift();
      buffered -= 1;
    },
    drop(lane) {
      buffered -= lane.queue.length;
      lane.queue = [];
    },
  };
}
