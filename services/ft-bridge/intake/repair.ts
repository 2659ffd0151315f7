import type { EventStore, StoredEvent } from '../../../shared/event-store/event-store.js';
import { UnreadableEvent } from '../../../shared/events/codec.js';
import { EMPTY_HEAD, type Head } from '../../../shared/events/envelope.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { BridgeMetrics } from '../bridge-metrics.js';
import { type Arrival, headOf } from '../inbox/arrival.js';
import type { Inbox, Parked, TakeResult } from '../inbox/inbox.js';
import { type Backoff, persist } from '../persist.js';
import type { Heads } from './heads.js';
import { readStored } from './read-arrival.js';

export type RepairOptions = {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly inbox: Inbox;
  readonly heads: Pick<Heads, 'revisionOf'>;
  readonly onTaken: (result: TakeResult & { readonly rewound: boolean }) => void;
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
  readonly metrics: BridgeMetrics;
  readonly logger: Logger;
};

export type Repair = {
  /**
   * Reads what the event store has of this player beyond the inbox, and takes it, as far as the read models are: Fast
   * Track must not hear of what a call back to us would not show yet. Answers the last revision that is now taken;
   * infinity when the player is parked for an event that cannot be read, for then there is nothing to wait for. Keeps trying while a server is away.
   * @throws Error when told to stop before.
   */
  request(playerId: PlayerId, options?: { readonly evenIfParked?: boolean }): Promise<number>;
};

const PLAYERS_AT_ONCE = 8;
const CHUNK = 500;

export function createRepair(options: RepairOptions): Repair {
  const { inbox, backoff, signal, metrics, logger } = options;
  /** The repair that has not begun yet, so that whoever asks now gets all that is known now. */
  const queued = new Map<PlayerId, Promise<number>>();
  const running = new Map<PlayerId, Promise<number>>();
  const waiting: (() => void)[] = [];
  let busy = 0;

  async function inTurn(playerId: PlayerId, evenIfParked: boolean): Promise<number> {
    await running.get(playerId)?.catch(() => undefined);
    if (busy >= PLAYERS_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy += 1;
    queued.delete(playerId);
    const work = untilDone(playerId, evenIfParked);
    running.set(playerId, work);
    try {
      return await work;
    } finally {
      running.delete(playerId);
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  }

  async function untilDone(playerId: PlayerId, evenIfParked: boolean): Promise<number> {
    const upTo = await persist(
      () => repair(playerId, evenIfParked),
      backoff,
      signal,
      (err, attempt) => {
        if (attempt === 1) logger.warn({ err, playerId }, 'a repair has to wait');
      },
    );
    if (upTo === undefined) throw new Error('stopped before the repair was done');
    return upTo;
  }

  async function repair(playerId: PlayerId, evenIfParked: boolean): Promise<number> {
    const parked = await inbox.parked(playerId);
    if (parked?.kind === 'unreadable' && !evenIfParked) return Number.POSITIVE_INFINITY;
    const shown = await options.heads.revisionOf(playerId);
    let head = await beginning(playerId, await inbox.markOf(playerId), options);
    let chunk: Arrival[] = [];
    const flush = async () => {
      if (chunk.length > 0) await takeChunk(playerId, chunk, parked, options);
      chunk = [];
    };
    const from = head.revision + 1;
    const maxCount = (shown ?? EMPTY_HEAD.revision) - head.revision;
    if (maxCount <= 0) return head.revision;
    for await (const stored of options.store.readStream(playerStream(playerId), { from, maxCount })) {
      const arrival = readNext(stored, head);
      if ('reason' in arrival) {
        await flush();
        metrics.integrityAlarms.inc({ reason: 'store' });
        metrics.parked.inc({ kind: arrival.kind });
        logger.error(
          { playerId, ...arrival },
          'the event store holds what this version cannot read; the lane is parked',
        );
        await inbox.park(playerId, arrival);
        return Number.POSITIVE_INFINITY;
      }
      chunk.push(arrival);
      head = headOf(arrival);
      if (chunk.length === CHUNK) await flush();
    }
    await flush();
    return head.revision;
  }

  return {
    request(playerId, { evenIfParked = false } = {}) {
      const already = queued.get(playerId);
      if (already !== undefined) return already;
      const work = inTurn(playerId, evenIfParked);
      queued.set(playerId, work);
      return work;
    },
  };
}

async function takeChunk(
  playerId: PlayerId,
  truth: readonly Arrival[],
  parked: Parked | undefined,
  { inbox, onTaken, metrics, logger }: RepairOptions,
): Promise<void> {
  const result = await inbox.takeTruth(playerId, truth);
  const unparked = parked !== undefined && result.taken.some(({ event }) => event.revision === parked.revision);
  if (unparked) await inbox.unpark(playerId);
  if (result.rewound) {
    metrics.integrityAlarms.inc({ reason: 'fork' });
    logger.error(
      { playerId, revision: truth[0]?.event.revision },
      'the inbox held events that the store does not; replaced',
    );
  }
  // Offered even if nothing was new: it may have been taken by a commit of which we never heard.
  onTaken(unparked ? { ...result, lane: { ...result.lane, parked: undefined } } : result);
  if (result.taken.length === 0) return;
  metrics.repaired.inc(result.taken.length);
  logger.info({ playerId, events: result.taken.length }, 'taken from the event store');
}

function readNext(stored: StoredEvent, head: Head): Arrival | Parked {
  try {
    const arrival = readStored(stored);
    if (stored.revision === head.revision + 1 && arrival.event.metadata.prevHash === head.hash) return arrival;
    const reason = `${stored.stream}@${stored.revision} does not follow its predecessor`;
    return { revision: stored.revision, kind: 'unreadable', reason };
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    return { revision: stored.revision, kind: 'unreadable', reason: error.message };
  }
}

/**
 * The last event that inbox and store agree on. As each event names its predecessor's hash, agreeing on one means
 * agreeing on all before it; mostly that is the mark itself.
 */
async function beginning(playerId: PlayerId, mark: Head, { store, inbox }: RepairOptions): Promise<Head> {
  if (mark.revision === EMPTY_HEAD.revision) return EMPTY_HEAD;
  const stream = playerStream(playerId);
  for (let from = mark.revision; from >= 0; from -= CHUNK) {
    const known = await inbox.hashes(playerId, Math.max(0, from - CHUNK + 1), from);
    for await (const stored of store.readStream(stream, { from, direction: 'backwards', maxCount: CHUNK })) {
      const ours = stored.revision === mark.revision ? mark.hash : known.get(stored.revision);
      const theirs = String(stored.metadata.hash);
      // What is no longer kept was delivered long ago: there is nothing to compare, nor to take back.
      if (ours === undefined || ours === theirs) return { revision: stored.revision, hash: theirs };
    }
  }
  return EMPTY_HEAD;
}
