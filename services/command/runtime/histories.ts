import { LRUCache } from 'lru-cache';
import { type EventStore, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { decodePlayerEvent } from '../../../shared/events/codec.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import {
  type Aggregate,
  confirm,
  type DecodeEvent,
  follow,
  NotThisHistory,
  openAggregate,
  recordsIn,
  save,
} from './aggregate.js';
import type { Archive } from './archive.js';
import type { Queues } from './queues.js';

/** How long a request waits for a history to be read; a longer one is read on in the background meanwhile. */
const READ_MAX_MS = 1_500;

/**
 * Cached players count by what they remember, so that one with much of it takes the room of many. A record takes about
 * 400 bytes.
 */
const CACHED_RECORDS_MAX = 600_000;

/** What a player without any record takes, in records: 7 KB. */
const PLAYER_RECORDS = 18;

/** A player is saved whenever this many events are new: so many, about, a first touch has to read. */
const SAVE_EVENTS = 500;

/** While a long history is read, saves are this many times rarer. */
const READING_SAVE_FACTOR = 10;

export type HistoriesOptions = {
  readonly cachedRecordsMax?: number;
  readonly readMaxMs?: number;
  readonly saveEvents?: number;
  /** Default: the codec. Who reads the same events again and again (a simulation) may remember what they say. */
  readonly decode?: DecodeEvent;
  /** The archive could not be written; the player stays in memory, and saving is tried again some events later. */
  readonly onSaveFailed?: (error: unknown, playerId: PlayerId) => void;
};

/**
 * Players' histories, as far as this process has read them: in memory while they are in use, in the archive what is
 * older. Whatever changes one runs in the player's queue.
 */
export type Histories = {
  /** As this process last knew the player; other processes may have written since. */
  cached(playerId: PlayerId): Aggregate | undefined;
  /** Up to the head. @throws StoreUnavailable; what was read until then is kept. */
  load(playerId: PlayerId): Promise<Aggregate>;
  /** Reads on. True when there was anything new. @throws as `load` */
  catchUp(playerId: PlayerId, aggregate: Aggregate): Promise<boolean>;
  /** Caches the player as it is now, and saves it in its turn when it is time. */
  keep(playerId: PlayerId, aggregate: Aggregate): void;
  /** What is cached may be wrong: the next request reads anew. */
  discard(playerId: PlayerId): void;
  /** @throws StoreUnavailable while a long history is being read in the background. */
  assertAtHand(playerId: PlayerId): void;
};

export function createHistories(
  { store, archive, queues }: { readonly store: EventStore; readonly archive: Archive; readonly queues: Queues },
  options: HistoriesOptions = {},
): Histories {
  const { cachedRecordsMax = CACHED_RECORDS_MAX, readMaxMs = READ_MAX_MS, saveEvents = SAVE_EVENTS } = options;
  const { onSaveFailed = () => undefined, decode = decodePlayerEvent } = options;
  const beingRead = new Set<PlayerId>();
  const beingSaved = new Set<PlayerId>();
  const cache = new LRUCache<PlayerId, Aggregate>({
    maxSize: cachedRecordsMax,
    sizeCalculation: (aggregate) => PLAYER_RECORDS + recordsIn(aggregate),
    dispose(aggregate, playerId, reason) {
      if (reason === 'evict') saveEvicted(playerId, aggregate);
    },
  });

  return {
    cached: (playerId) => cache.get(playerId),
    load: (playerId) => load(playerId, readMaxMs),
    catchUp: (playerId, aggregate) => catchUp(playerId, aggregate, readMaxMs),
    keep,
    discard: (playerId) => void cache.delete(playerId),
    assertAtHand(playerId) {
      if (beingRead.has(playerId)) throw new StoreUnavailable(`the history of player ${playerId} is still being read`);
    },
  };

  async function load(playerId: PlayerId, maxMs: number): Promise<Aggregate> {
    const archived = archive.open(playerId);
    const aggregate = openAggregate(archived);
    if (aggregate.archivedTo < 0) {
      // Another version wrote it: nothing of it may be found any more.
      if (archived.revision() !== undefined) await archived.drop();
      await catchUp(playerId, aggregate, maxMs);
      return aggregate;
    }
    try {
      await readFrom(playerId, aggregate, { from: aggregate.head.revision, maxMs });
      return aggregate;
    } catch (error) {
      if (!(error instanceof NotThisHistory)) throw error;
      await archived.drop();
      return load(playerId, maxMs);
    }
  }

  async function catchUp(playerId: PlayerId, aggregate: Aggregate, maxMs: number): Promise<boolean> {
    const before = aggregate.head.revision;
    await readFrom(playerId, aggregate, { from: before + 1, maxMs });
    return aggregate.head.revision > before;
  }

  /** From the head itself, the first event has to be the one that the archive ends with. */
  async function readFrom(
    playerId: PlayerId,
    aggregate: Aggregate,
    { from, maxMs }: { readonly from: number; readonly maxMs: number },
  ): Promise<void> {
    const until = performance.now() + maxMs;
    let confirmed = from > aggregate.head.revision;
    try {
      for await (const stored of store.readStream(playerStream(playerId), { from })) {
        if (confirmed) follow(aggregate, stored, decode);
        else confirm(aggregate, stored);
        confirmed = true;
        if (unsaved(aggregate) >= saveEvents * READING_SAVE_FACTOR) await trySave(playerId, aggregate);
        if (performance.now() > until) {
          readInBackground(playerId);
          throw new StoreUnavailable(`the history of player ${playerId} takes long to read`);
        }
      }
      if (!confirmed) confirm(aggregate, undefined);
    } finally {
      // Also what a read got hold of before it failed: it is so much of the history, in order.
      if (confirmed && aggregate.head.revision >= 0) keep(playerId, aggregate);
    }
  }

  /** In one go, however long it takes; its requests are told to come back meanwhile. */
  function readInBackground(playerId: PlayerId): void {
    if (beingRead.has(playerId)) return;
    beingRead.add(playerId);
    const reading = queues.run(playerId, async () => {
      const aggregate = cache.get(playerId) ?? (await load(playerId, Number.POSITIVE_INFINITY));
      await catchUp(playerId, aggregate, Number.POSITIVE_INFINITY);
    });
    // Whatever stops it, the next request begins where it ended.
    reading.catch(() => undefined).finally(() => beingRead.delete(playerId));
  }

  function keep(playerId: PlayerId, aggregate: Aggregate): void {
    putInCache(playerId, aggregate);
    if (unsaved(aggregate) < saveEvents || beingSaved.has(playerId)) return;
    beingSaved.add(playerId);
    inItsTurn(playerId, async () => {
      const current = cache.get(playerId);
      if (current === undefined) return;
      await trySave(playerId, current);
      putInCache(playerId, current);
    });
  }

  /** The same object again would keep the size that it had when it came in, and the cache would grow without end. */
  function putInCache(playerId: PlayerId, aggregate: Aggregate): void {
    cache.delete(playerId);
    cache.set(playerId, aggregate);
  }

  /** What has to go for want of room goes into the archive, unless it is read again as quickly. */
  function saveEvicted(playerId: PlayerId, aggregate: Aggregate): void {
    if (unsaved(aggregate) < saveEvents / 2) return;
    inItsTurn(playerId, async () => {
      // Who came back meanwhile was read anew, and is saved for itself.
      if (!cache.has(playerId)) await trySave(playerId, aggregate);
    });
  }

  function inItsTurn(playerId: PlayerId, task: () => Promise<void>): void {
    const turn = queues.run(playerId, task);
    // A queue that is full lets it be: there will be another occasion.
    turn.catch(() => undefined).finally(() => beingSaved.delete(playerId));
  }

  async function trySave(playerId: PlayerId, aggregate: Aggregate): Promise<void> {
    try {
      await save(aggregate);
    } catch (error) {
      aggregate.unsavedFrom = aggregate.head.revision;
      onSaveFailed(error, playerId);
    }
  }
}

/** Events since the last save, or the last that failed. */
function unsaved({ head, unsavedFrom }: Aggregate): number {
  return head.revision - unsavedFrom;
}
