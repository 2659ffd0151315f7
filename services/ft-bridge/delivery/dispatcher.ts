import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { BridgeMetrics } from '../bridge-metrics.js';
import { type FtMessage, idempotencyKey } from '../fast-track/ft-message.js';
import type { Inbox, LaneState, TakeResult } from '../inbox/inbox.js';
import type { Backoff } from '../persist.js';
import type { FtAnswer, FtSender } from './ft-sender.js';
import { enqueue, hasWork, type Lane, newLane } from './lane.js';
import { createPageLoader } from './page-loader.js';
import { createProgressWriter } from './progress-writer.js';
import { createSlots, type Turn } from './slots.js';

export type DispatcherOptions = {
  readonly inbox: Inbox;
  readonly sender: FtSender;
  /** What Fast Track hears of an event. May read what is not in the event; throws when that cannot be read now. */
  readonly messagesOf: (event: Decoded<PlayerEvent>) => Promise<readonly FtMessage[]>;
  /** Requests under way at once. */
  readonly slots: number;
  readonly backoff: Backoff;
  readonly lingerMs: number;
  readonly now: () => number;
  readonly metrics: BridgeMetrics;
  readonly logger: Logger;
};

export type Dispatcher = {
  /** Picks up every lane that the inbox has something for. Before anything is offered. */
  resume(): Promise<void>;
  /** Wakes a lane with what has just been committed. */
  offer(result: TakeResult & { readonly rewound?: boolean }): void;
  retrying(): number;
  inFlight(): number;
  /** Starts nothing more, waits for what is under way, writes where every lane stands. */
  stop(timeoutMs: number): Promise<void>;
};

/** Events in memory, of all lanes together; what is beyond stays in the inbox until its lane asks. */
const BUFFERED_MAX = 20_000;
const PAGE_MAX = 32;
const LANES_PER_QUERY = 1_000;
const WAIT_MAX_MS = 30_000;
const CUT_GRACE_MS = 1_000;

/** Delivers what the inbox holds: one lane a player, one request in flight a lane, many lanes at once. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { inbox, sender, messagesOf, backoff, now, metrics, logger } = options;
  const lanes = new Map<PlayerId, Lane>();
  const slots = createSlots(options.slots);
  const loadPage = createPageLoader(inbox, () =>
    Math.max(1, Math.min(PAGE_MAX, Math.floor(BUFFERED_MAX / Math.max(1, lanes.size)))),
  );
  const progress = createProgressWriter({ ...options, onSaved: (playerId) => forget(lanes.get(playerId)) });
  let buffered = 0;
  let retrying = 0;
  let stopping = false;
  let onIdle: () => void = () => undefined;

  /** The one place that decides whether a request may go out now: the breaker and the lease are asked here. */
  function mayStart(): boolean {
    return !stopping;
  }

  function pump(): void {
    while (mayStart()) {
      const turn = slots.take();
      if (turn === undefined) return;
      void run(turn);
    }
  }

  async function run(turn: Turn): Promise<void> {
    const { lane } = turn;
    const { epoch } = lane;
    lane.state = 'busy';
    try {
      await deliverNext(lane, epoch);
    } catch (error) {
      // Not Fast Track's doing: the inbox or a profile could not be read. It will be, so the lane tries again.
      if (lane.epoch === epoch)
        fail(lane, undefined, error instanceof Error ? error.message : String(error), undefined);
    }
    slots.release(turn);
    goOn(lane);
    if (slots.inFlight() === 0) onIdle();
    pump();
  }

  async function deliverNext(lane: Lane, epoch: number): Promise<void> {
    const event = lane.queue[0] ?? (await load(lane, epoch));
    if (event === undefined) return;
    const messages = await messagesOf(event);
    let status: number | undefined;
    while (lane.partsDone < messages.length && lane.epoch === epoch) {
      if (!mayStart()) return;
      const index = lane.partsDone;
      const message = messages[index];
      if (message === undefined) throw new Error(`${event.id} has no message ${index}`);
      const answer = await sender.send({
        message,
        idempotencyKey: idempotencyKey(event.id, index, messages.length),
        sequence: event.revision,
      });
      if (lane.epoch !== epoch) return;
      lane.requests += 1;
      metrics.answers.inc({ status: answer.kind === 'answered' ? String(answer.status) : 'none' });
      if (answer.kind !== 'answered' || answer.status !== 200) return failWith(lane, answer);
      status = answer.status;
      lane.partsDone += 1;
      recovered(lane);
    }
    if (lane.epoch === epoch) finish(lane, event, status);
  }

  async function load(lane: Lane, epoch: number): Promise<Decoded<PlayerEvent> | undefined> {
    const { taken } = lane;
    lane.loading = true;
    try {
      const page = await loadPage(lane.playerId, lane.done);
      if (lane.epoch !== epoch) return undefined;
      if (page.unreadable !== undefined) {
        metrics.integrityAlarms.inc({ reason: 'unreadable' });
        logger.error({ playerId: lane.playerId, ...page.unreadable }, 'a lane is parked');
        await inbox.park(lane.playerId, page.unreadable);
      }
      if (lane.epoch !== epoch) return undefined;
      lane.queue = [...page.events];
      buffered += lane.queue.length;
      // Parked here: it rests until there is something new to look at.
      if (lane.queue.length === 0 && lane.taken === taken) lane.taken = lane.done;
      return lane.queue[0];
    } finally {
      lane.loading = false;
    }
  }

  function finish(lane: Lane, { id, revision, metadata }: Decoded<PlayerEvent>, status: number | undefined): void {
    lane.queue.shift();
    buffered -= 1;
    const at = now();
    progress.delivered({ playerId: lane.playerId, revision, eventId: id, at, attempts: lane.requests, status });
    lane.done = revision;
    lane.partsDone = 0;
    lane.requests = 0;
    recovered(lane);
    metrics.delivered.inc();
    if (status !== undefined) metrics.latency.observe(Math.max(0, at - Date.parse(metadata.recordedAt)) / 1_000);
  }

  function failWith(lane: Lane, answer: FtAnswer): void {
    if (answer.kind === 'unanswered') fail(lane, undefined, answer.error, undefined);
    else fail(lane, answer.status, `Fast Track answered ${answer.status}`, answer.retryAfterMs);
  }

  function fail(lane: Lane, status: number | undefined, error: string, retryAfterMs: number | undefined): void {
    const attempts = (lane.failing?.attempts ?? 0) + 1;
    if (lane.failing === undefined) {
      retrying += 1;
      const refused = status !== undefined && status >= 400 && status < 500;
      // The first lane that fails is news, and so is every refusal; in an outage thousands fail for the same reason.
      logger[refused || retrying === 1 ? 'warn' : 'debug'](
        { playerId: lane.playerId, revision: lane.done + 1, status, error },
        'a lane is failing',
      );
    }
    const at = now();
    lane.failing = {
      attempts,
      since: lane.failing?.since ?? at,
      nextAttemptAt: at + backoff(attempts, retryAfterMs),
      status,
      error,
    };
    save(lane);
    // A lane that waits holds no events: a thousand of them may wait for hours.
    drop(lane);
  }

  function recovered(lane: Lane): void {
    if (lane.failing === undefined) return;
    const { attempts, since } = lane.failing;
    lane.failing = undefined;
    retrying -= 1;
    const level = retrying === 0 ? 'info' : 'debug';
    logger[level]({ playerId: lane.playerId, attempts, forMs: now() - since, retrying }, 'a lane has recovered');
  }

  function drop(lane: Lane): void {
    buffered -= lane.queue.length;
    lane.queue = [];
  }

  function save({ playerId, done, partsDone, failing }: Lane): void {
    progress.standing({ playerId, delivered: done, partsDone, failing });
  }

  /** Queues a lane that has something to do, now or when its time comes; forgets one that has nothing. */
  function goOn(lane: Lane): void {
    lane.state = 'resting';
    if (!hasWork(lane)) {
      forget(lane);
      return;
    }
    // The clock may have been set back since: no lane stands still for that.
    const waitMs = Math.min(WAIT_MAX_MS, (lane.failing?.nextAttemptAt ?? 0) - now());
    if (waitMs <= 0) {
      lane.state = 'ready';
      slots.push(lane);
      return;
    }
    lane.state = 'waiting';
    lane.timer = setTimeout(() => {
      lane.timer = undefined;
      lane.state = 'ready';
      slots.push(lane);
      pump();
    }, waitMs);
  }

  /** Only once all of it is written: the next event would otherwise find an older state in the inbox. */
  function forget(lane: Lane | undefined): void {
    if (lane?.state !== 'resting' || hasWork(lane) || !progress.isSaved(lane.playerId)) return;
    if (lane.failing !== undefined) retrying -= 1;
    lanes.delete(lane.playerId);
  }

  function laneOf(state: LaneState): Lane {
    const known = lanes.get(state.playerId);
    if (known !== undefined) return known;
    const lane = newLane(state);
    if (lane.failing !== undefined) retrying += 1;
    lanes.set(state.playerId, lane);
    return lane;
  }

  function goBack(lane: Lane, state: LaneState): void {
    drop(lane);
    recovered(lane);
    lane.epoch += 1;
    lane.done = state.delivered;
    lane.partsDone = 0;
    lane.requests = 0;
    if (lane.state !== 'waiting') return;
    clearTimeout(lane.timer);
    lane.state = 'resting';
  }

  return {
    async resume() {
      let after: PlayerId | undefined;
      for (;;) {
        const states = await inbox.backlog(after, LANES_PER_QUERY);
        for (const state of states) {
          const lane = laneOf(state);
          lane.taken = state.taken;
          if (lane.state === 'resting') goOn(lane);
        }
        after = states.at(-1)?.playerId;
        if (after === undefined) break;
      }
      pump();
    },
    offer({ lane: state, taken, rewound }) {
      const lane = laneOf(state);
      if (rewound === true) goBack(lane, state);
      const room = Math.min(BUFFERED_MAX - buffered, PAGE_MAX - lane.queue.length);
      buffered += enqueue(
        lane,
        taken.map(({ event }) => event),
        room,
      );
      lane.taken = state.taken;
      if (lane.state === 'resting') goOn(lane);
      pump();
    },
    retrying: () => retrying,
    inFlight: slots.inFlight,
    async stop(timeoutMs) {
      stopping = true;
      for (const lane of lanes.values()) clearTimeout(lane.timer);
      if (slots.inFlight() > 0) {
        const idle = new Promise<void>((resolve) => {
          onIdle = resolve;
        });
        const cut = setTimeout(() => void sender.stop(), timeoutMs);
        // What is cut ends at once; whatever hangs elsewhere is left to what it hangs on.
        const over = setTimeout(() => onIdle(), timeoutMs + CUT_GRACE_MS);
        await idle;
        clearTimeout(cut);
        clearTimeout(over);
      }
      for (const lane of lanes.values()) {
        clearTimeout(lane.timer);
        if (lane.partsDone > 0) save(lane);
      }
      await progress.stop();
    },
  };
}
