import { partitionOf } from '../../../shared/bus/messages.js';
import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { Tracer } from '../../../shared/telemetry/tracing.js';
import type { BridgeMetrics } from '../bridge-metrics.js';
import type { FtMessage } from '../fast-track/ft-message.js';
import type { Inbox, LaneState, TakeResult } from '../inbox/inbox.js';
import type { Growth } from '../inbox/lane-news.js';
import type { Ownership } from '../instances/ownership.js';
import type { Backoff } from '../persist.js';
import { createAttempt, type Outcome } from './attempt.js';
import { BREAKER_LIMITS, type BreakerLimits } from './breaker.js';
import { createBuffer } from './buffer.js';
import { createDestination } from './destination.js';
import { createFailures, type Failure } from './failures.js';
import type { FtSender } from './ft-sender.js';
import { createGrowth } from './growth.js';
import { createHandover } from './handover.js';
import { hasWork, type Lane, lastSent, placeOf } from './lane.js';
import { createLanes } from './lanes.js';
import { createProgressWriter } from './progress-writer.js';
import { createReload } from './reload.js';
import { createSlots, type Turn } from './slots.js';

export type DispatcherOptions = {
  readonly inbox: Inbox;
  readonly sender: FtSender;
  readonly ownership: Ownership;
  /** What Fast Track hears of an event. May read what is not in the event; throws when that cannot be read now. */
  readonly messagesOf: (event: Decoded<PlayerEvent>) => Promise<readonly FtMessage[]>;
  /** Requests under way at once. */
  readonly slots: number;
  readonly backoff: Backoff;
  readonly breaker?: BreakerLimits;
  readonly lingerMs: number;
  readonly now: () => number;
  /** Ms of a clock that is never set back. */
  readonly steadyNow?: () => number;
  readonly metrics: BridgeMetrics;
  readonly tracer: Tracer;
  readonly logger: Logger;
};

export type Dispatcher = {
  /** Picks up every lane of ours that the inbox has something for. */
  resume(): Promise<void>;
  /** Wakes a lane with what has just been committed. */
  offer(result: TakeResult & { readonly rewound?: boolean }): void;
  /**
   * Someone else changed this player's row: an operator, or an instance that took more events. Does what the row says
   * from now on. Resolves when that has been read, or at the stop.
   */
  reload(playerId: PlayerId): Promise<void>;
  /** Another instance took more events of this player. */
  grow(growth: Growth): void;
  /** The lease has been renewed: what waited for that may start. */
  leaseRenewed(): void;
  /** Lets go of the lanes of these partitions, each as soon as nothing is under way there and all is written. */
  handOver(partitions: ReadonlySet<number>, done: (partition: number) => void): void;
  /** These are another instance's already. */
  lose(partitions: ReadonlySet<number>): void;
  retrying(): number;
  inFlight(): number;
  isBreakerOpen(): boolean;
  /** Starts nothing more, waits for what is under way, writes where every lane stands. */
  stop(timeoutMs: number): Promise<void>;
};

const LANES_PER_QUERY = 1_000;
const WAIT_MAX_MS = 30_000;
const CUT_GRACE_MS = 1_000;

/** Delivers what the inbox holds: one lane a player, one request in flight a lane, many lanes at once. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { inbox, sender, ownership, backoff, now, metrics, logger } = options;
  const stopping = new AbortController();
  const slots = createSlots();
  const destination = createDestination({
    ...options,
    breaker: options.breaker ?? BREAKER_LIMITS,
    steadyNow: options.steadyNow ?? (() => performance.now()),
    onClosed: wakeAll,
  });
  const failures = createFailures({ ...options, destination });
  const progress = createProgressWriter({ ...options, onSaved: forgetSaved });
  const lanes = createLanes({
    ownership,
    isSaved: progress.isSaved,
    onCame: failures.came,
    onLeft: failures.left,
  });
  const buffer = createBuffer({ ...options, laneCount: lanes.count, onReplayOver: endReplay });
  const attempt = createAttempt({ ...options, nextEvent: buffer.fill, mayStart: mayGoOn, onTaken: taken });
  const handover = createHandover({ lanes, saved: progress.saved, letGo });
  const reload = createReload({
    inbox,
    lanes,
    progress,
    backoff,
    signal: stopping.signal,
    hold,
    goOnFrom,
    wake: wakeRow,
  });
  let pumpTimer: NodeJS.Timeout | undefined;
  let onIdle: () => void = () => undefined;

  /** The one place that decides whether a request may go out now. */
  function mayStart(): boolean {
    return !stopping.signal.aborted && ownership.mayStart();
  }

  function mayGoOn({ playerId, fence }: Lane): boolean {
    return mayStart() && ownership.epochOf(playerId) === fence;
  }

  function pump(): void {
    while (mayStart()) {
      const turn = slots.take(destination.slots(), destination.isOpen() ? mayProbe : undefined);
      if (turn === undefined) break;
      void run(turn);
    }
    const waitMs = mayStart() && slots.waiting() > 0 ? destination.moreInMs() : undefined;
    if (waitMs === undefined || pumpTimer !== undefined) return;
    pumpTimer = setTimeout(() => {
      pumpTimer = undefined;
      pump();
    }, Math.ceil(waitMs) + 1);
  }

  function mayProbe({ playerId, failing }: Lane): boolean {
    return destination.admit(playerId, failing === undefined);
  }

  async function run(turn: Turn): Promise<void> {
    const { lane } = turn;
    lane.state = 'busy';
    // It may have been parked, held, or let go while it waited for its turn.
    if (lanes.has(lane) && hasWork(lane) && !lane.held) await follow(lane, await attempt(lane));
    destination.ended(lane.playerId);
    slots.release(turn);
    goOn(lane);
    if (slots.inFlight() === 0) onIdle();
    pump();
  }

  async function follow(lane: Lane, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'failed') await fail(lane, outcome.failure);
    if (outcome.kind !== 'confirmed') return;
    buffer.shift(lane);
    failures.recovered(lane);
    if (lane.replay === undefined) finish(lane, outcome.event, outcome.status);
    else finishAgain(lane, lane.replay, outcome.event);
  }

  function taken(lane: Lane): void {
    failures.recovered(lane);
    destination.succeeded(lane.playerId);
  }

  function finish(lane: Lane, { id, revision, metadata }: Decoded<PlayerEvent>, status: number | undefined): void {
    const at = now();
    const { playerId, fence, requests } = lane;
    progress.delivered({ playerId, fence, revision, eventId: id, at, attempts: requests, status });
    lane.done = revision;
    lane.partsDone = 0;
    lane.requests = 0;
    metrics.delivered.inc();
    if (status !== undefined) metrics.latency.observe(Math.max(0, at - Date.parse(metadata.recordedAt)) / 1_000);
  }

  function finishAgain(lane: Lane, { last }: { readonly last: number }, { revision }: Decoded<PlayerEvent>): void {
    metrics.replayed.inc();
    save(lane);
    if (revision >= last) {
      endReplay(lane);
      return;
    }
    lane.replay = { next: revision + 1, last, partsDone: 0, requests: 0 };
    progress.replayed({ playerId: lane.playerId, fence: lane.fence, next: revision + 1, last });
  }

  /** What is new of the player comes next. */
  function endReplay(lane: Lane): void {
    if (lane.replay === undefined) return;
    const { last } = lane.replay;
    lane.replay = undefined;
    buffer.drop(lane);
    progress.replayed({ playerId: lane.playerId, fence: lane.fence, next: last + 1, last });
    logger.info({ playerId: lane.playerId, last }, 'a replay is over');
  }

  async function fail(lane: Lane, failure: Failure): Promise<void> {
    const { kind, status, error, retryAfterMs, request } = failure;
    if (request !== undefined) {
      const { playerId } = lane;
      progress.attempt({ playerId, revision: lastSent(lane) + 1, at: now(), status, error, ...request });
    }
    const next = failures.failed(lane, failure);
    save(lane);
    // A lane that waits holds no events: a thousand of them may wait for hours.
    buffer.drop(lane);
    if (kind !== 'ours') destination.failed(lane.playerId, { refused: kind === 'refused', retryAfterMs });
    if (next === 'give-up') await giveUp(lane, failure);
  }

  async function giveUp(lane: Lane, { error }: Failure): Promise<void> {
    const { playerId, epoch, failing, replay } = lane;
    const reason = `refused ${failing?.refusals} times in a row, while other players' messages were taken: ${error}`;
    if (replay !== undefined) {
      // What it repeats was confirmed once, and what is new of the player must not wait for it.
      logger.error({ playerId, revision: replay.next, reason }, 'a replay is given up');
      metrics.replaysGivenUp.inc();
      failures.recovered(lane);
      save(lane);
      endReplay(lane);
      return;
    }
    const revision = lane.done + 1;
    try {
      await inbox.park(playerId, { revision, kind: 'refused', reason }, lane.fence);
    } catch (err) {
      // It goes on failing, and is parked at its next refusal.
      logger.warn({ err, playerId }, 'a lane could not be parked');
      return;
    }
    metrics.parked.inc({ kind: 'refused' });
    logger.error({ playerId, revision, reason }, 'a lane is parked');
    if (lane.epoch === epoch) lane.parked = revision;
  }

  function save({ playerId, fence, done, partsDone, failing }: Lane): void {
    progress.standing({ playerId, fence, delivered: done, partsDone, failing });
  }

  /** Queues a lane that has something to do, now or when its time comes; forgets one that has nothing. */
  function goOn(lane: Lane): void {
    lane.state = 'resting';
    if (handover.isOver(lane) || lane.held) return;
    if (!hasWork(lane)) {
      lanes.forget(lane);
      return;
    }
    // The clock may have been set back since: no lane stands still for that.
    const waitMs = Math.min(WAIT_MAX_MS, (lane.failing?.nextAttemptAt ?? 0) - now());
    if (waitMs <= 0) {
      getReady(lane);
      return;
    }
    lane.state = 'waiting';
    lane.timer = setTimeout(() => {
      getReady(lane);
      pump();
    }, waitMs);
  }

  function getReady(lane: Lane): void {
    clearTimeout(lane.timer);
    lane.timer = undefined;
    lane.state = 'ready';
    slots.push(lane);
  }

  function wake(lane: Lane, taken: number): void {
    // Two that took of the same player may tell of it in either order.
    lane.taken = Math.max(lane.taken, taken);
    if (lane.state === 'resting') goOn(lane);
    pump();
  }

  function wakeRow(row: LaneState): void {
    const lane = lanes.of(row);
    if (lane !== undefined) wake(lane, row.taken);
  }

  /** No lane sleeps once the destination is known to be well, those that have waited longest go first. */
  function wakeAll(): void {
    const waiting: Lane[] = [];
    for (const lane of lanes.all()) {
      failures.beginAnew(lane);
      if (lane.state === 'waiting') waiting.push(lane);
    }
    waiting.sort((a, b) => (a.failing?.since ?? 0) - (b.failing?.since ?? 0));
    for (const lane of waiting) getReady(lane);
  }

  function forgetSaved(playerId: PlayerId): void {
    const lane = lanes.get(playerId);
    if (lane !== undefined) lanes.forget(lane);
  }

  function hold(lane: Lane): void {
    buffer.drop(lane);
    lane.epoch += 1;
    lane.held = true;
    if (lane.state !== 'waiting') return;
    clearTimeout(lane.timer);
    lane.state = 'resting';
  }

  function goOnFrom(lane: Lane, row: LaneState): void {
    if (!lanes.has(lane)) return;
    hold(lane);
    failures.left(lane);
    Object.assign(lane, placeOf(row));
    failures.came(lane);
    lane.held = false;
    wake(lane, row.taken);
  }

  /** Where it stands is written, if it is ours to write still. */
  function letGo(lane: Lane): void {
    clearTimeout(lane.timer);
    if (lane.partsDone > 0) save(lane);
    buffer.drop(lane);
    lanes.remove(lane);
  }

  return {
    async resume() {
      await lanes.keepWhile(async () => {
        let after: PlayerId | undefined;
        for (;;) {
          const rows = await inbox.backlog(after, LANES_PER_QUERY);
          for (const row of rows) wakeRow(row);
          after = rows.at(-1)?.playerId;
          if (after === undefined) break;
        }
      });
    },
    offer({ lane: row, taken, rewound }) {
      const lane = lanes.of(row);
      if (lane === undefined) return;
      if (rewound === true) goOnFrom(lane, row);
      lane.parked = row.parked;
      buffer.offer(lane, taken);
      wake(lane, row.taken);
    },
    reload,
    grow: createGrowth({ inbox, lanes, ownership, wake, wakeRow, backoff, signal: stopping.signal }),
    leaseRenewed: pump,
    handOver: handover.begin,
    lose(partitions) {
      for (const lane of lanes.all()) {
        if (!partitions.has(partitionOf(lane.playerId))) continue;
        lane.epoch += 1;
        letGo(lane);
      }
    },
    retrying: failures.retrying,
    inFlight: slots.inFlight,
    isBreakerOpen: destination.isOpen,
    async stop(timeoutMs) {
      stopping.abort();
      clearTimeout(pumpTimer);
      for (const lane of lanes.all()) clearTimeout(lane.timer);
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
      for (const lane of lanes.all()) {
        clearTimeout(lane.timer);
        if (lane.partsDone > 0) save(lane);
      }
      await progress.stop();
    },
  };
}
