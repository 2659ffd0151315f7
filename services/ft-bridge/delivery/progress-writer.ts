import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { Delivered, FailedAttempt, Inbox, Replayed, Standing } from '../inbox/inbox.js';
import type { Backoff } from '../persist.js';

export type ProgressWriterOptions = {
  readonly inbox: Inbox;
  /** How long marks are gathered before they are written together; until then, a crash repeats them. */
  readonly lingerMs: number;
  readonly backoff: Backoff;
  /** Called with every player once nothing of theirs waits to be written. */
  readonly onSaved: (playerId: PlayerId) => void;
  readonly logger: Logger;
};

export type ProgressWriter = {
  delivered(mark: Delivered): void;
  standing(lane: Standing): void;
  replayed(replay: Replayed): void;
  /** Written with the next marks. Beyond a bound the oldest are let go: they explain, they decide nothing. */
  attempt(failed: FailedAttempt): void;
  isSaved(playerId: PlayerId): boolean;
  /** Resolves once nothing of theirs waits to be written, or at the stop. */
  saved(playerId: PlayerId): Promise<void>;
  /** One last try to write what waits. */
  stop(): Promise<void>;
};

/** While nothing can be written, every lane may fail for hours. */
const ATTEMPTS_WAITING_MAX = 10_000;

/** Writes what many lanes have reached in one transaction: a mark each would cost more than the delivery. */
export function createProgressWriter(options: ProgressWriterOptions): ProgressWriter {
  const { inbox, lingerMs, backoff, onSaved, logger } = options;
  let delivered: Delivered[] = [];
  let standing = new Map<PlayerId, Standing>();
  let replayed = new Map<PlayerId, Replayed>();
  let attempts: FailedAttempt[] = [];
  let unsaved = new Set<PlayerId>();
  let writing: ReadonlySet<PlayerId> = new Set();
  let running: Promise<void> | undefined;
  const waiting = new Map<PlayerId, (() => void)[]>();
  const stopping = new AbortController();

  async function writeOnce(): Promise<void> {
    const marks = delivered;
    const lanes = standing;
    const replays = replayed;
    const failed = attempts;
    delivered = [];
    standing = new Map();
    replayed = new Map();
    attempts = [];
    writing = unsaved;
    unsaved = new Set();
    try {
      await inbox.settle(marks, [...lanes.values()], [...replays.values()], failed);
    } catch (error) {
      // Back where they were, before whatever came meanwhile.
      delivered = [...marks, ...delivered];
      standing = new Map([...lanes, ...standing]);
      replayed = new Map([...replays, ...replayed]);
      attempts = [...failed, ...attempts].slice(-ATTEMPTS_WAITING_MAX);
      for (const playerId of writing) unsaved.add(playerId);
      writing = new Set();
      throw error;
    }
    const saved = writing;
    writing = new Set();
    for (const playerId of saved) {
      if (unsaved.has(playerId)) continue;
      release(playerId);
      onSaved(playerId);
    }
  }

  function release(playerId: PlayerId): void {
    for (const resolve of waiting.get(playerId) ?? []) resolve();
    waiting.delete(playerId);
  }

  function isSaved(playerId: PlayerId): boolean {
    return !unsaved.has(playerId) && !writing.has(playerId);
  }

  async function writeAll(): Promise<void> {
    for (let failures = 0; unsaved.size > 0 && !stopping.signal.aborted; ) {
      await sleep(failures === 0 ? lingerMs : backoff(failures), undefined, { signal: stopping.signal }).catch(
        () => undefined,
      );
      if (stopping.signal.aborted) return;
      try {
        await writeOnce();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) logger.warn({ err: error }, 'delivery marks cannot be written; trying again');
      }
    }
  }

  function wake(playerId: PlayerId): void {
    unsaved.add(playerId);
    running ??= writeAll().finally(() => {
      running = undefined;
    });
  }

  return {
    delivered(mark) {
      delivered.push(mark);
      wake(mark.playerId);
    },
    standing(lane) {
      standing.set(lane.playerId, lane);
      wake(lane.playerId);
    },
    replayed(replay) {
      replayed.set(replay.playerId, replay);
      wake(replay.playerId);
    },
    attempt(failed) {
      attempts.push(failed);
      if (attempts.length > 2 * ATTEMPTS_WAITING_MAX) attempts = attempts.slice(-ATTEMPTS_WAITING_MAX);
      wake(failed.playerId);
    },
    isSaved,
    saved: (playerId) =>
      new Promise((resolve) => {
        if (isSaved(playerId)) return resolve();
        waiting.set(playerId, [...(waiting.get(playerId) ?? []), resolve]);
      }),
    async stop() {
      stopping.abort();
      await running;
      try {
        if (unsaved.size > 0) await writeOnce();
      } finally {
        for (const playerId of waiting.keys()) release(playerId);
      }
    },
  };
}
