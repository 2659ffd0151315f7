import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Inbox, LaneState } from '../inbox/inbox.js';
import { type Backoff, persist } from '../persist.js';
import { gather } from './gather.js';
import { type Lane, onlyGrew } from './lane.js';
import type { Lanes } from './lanes.js';
import type { ProgressWriter } from './progress-writer.js';

export type ReloadOptions = {
  readonly inbox: Pick<Inbox, 'lanesOf'>;
  readonly lanes: Lanes;
  readonly progress: Pick<ProgressWriter, 'saved'>;
  /** Lets go of what the lane holds and is doing, and starts nothing of it. */
  readonly hold: (lane: Lane) => void;
  /** Goes on from what the row says. */
  readonly goOnFrom: (lane: Lane, row: LaneState) => void;
  /** There may be more of it. */
  readonly wake: (row: LaneState) => void;
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
};

/** Looks at a player's row again. Resolves when that is done, or at the stop. */
export type Reload = (playerId: PlayerId) => Promise<void>;

export function createReload(options: ReloadOptions): Reload {
  const { inbox, lanes, progress, backoff, signal } = options;
  /** Those that have not begun yet, and so will see all that is in the row now. */
  const queued = new Map<PlayerId, Promise<void>>();
  const running = new Map<PlayerId, Promise<void>>();

  const readRow = gather(async (playerIds: readonly PlayerId[]) => {
    const rows = new Map((await inbox.lanesOf([...new Set(playerIds)])).map((row) => [row.playerId, row]));
    return (playerId) => rows.get(playerId);
  });
  const read = (playerId: PlayerId) => persist(() => readRow(playerId), backoff, signal);

  async function reload(playerId: PlayerId): Promise<void> {
    const row = await read(playerId);
    if (row === undefined) return;
    const lane = lanes.get(playerId);
    if (lane === undefined || onlyGrew(lane, row)) return options.wake(row);
    options.hold(lane);
    // What we have done is in the row before it is read, or it would be done again.
    await progress.saved(playerId);
    const decided = await read(playerId);
    if (decided !== undefined) options.goOnFrom(lane, decided);
  }

  async function inTurn(playerId: PlayerId): Promise<void> {
    await running.get(playerId);
    queued.delete(playerId);
    const work = lanes.keepWhile(() => reload(playerId), playerId);
    running.set(playerId, work);
    await work;
    if (running.get(playerId) === work) running.delete(playerId);
  }

  return (playerId) => {
    const already = queued.get(playerId);
    if (already !== undefined) return already;
    const turn = inTurn(playerId);
    queued.set(playerId, turn);
    return turn;
  };
}
