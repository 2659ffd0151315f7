import type { PlayerId } from '../../../shared/ids/ids.js';
import type { LaneState } from '../inbox/inbox.js';
import type { Ownership } from '../instances/ownership.js';
import { hasWork, type Lane, newLane } from './lane.js';

export type LanesOptions = {
  readonly ownership: Pick<Ownership, 'epochOf'>;
  /** Whether all that the lane has reached is written. */
  readonly isSaved: (playerId: PlayerId) => boolean;
  readonly onCame: (lane: Lane) => void;
  readonly onLeft: (lane: Lane) => void;
};

/** The lanes in memory: those with something to do, and those whose last marks are not written yet. */
export type Lanes = {
  get(playerId: PlayerId): Lane | undefined;
  all(): Iterable<Lane>;
  count(): number;
  /** The lane of this player; from this row when it is not in memory. Undefined when it is another instance's. */
  of(row: LaneState): Lane | undefined;
  /** Whether it is the player's lane still, and not one that was let go. */
  has(lane: Lane): boolean;
  /** Lets go of a lane that is not ours any more, whatever it has to do. */
  remove(lane: Lane): void;
  /** Lets go of a lane that has nothing to do, unless it is needed still. */
  forget(lane: Lane): void;
  /**
   * Forgets nobody (or not this player) while rows are read. A lane that finished meanwhile would be gone by the time its
   * row comes, which may be older: what it delivered would be sent again.
   */
  keepWhile<T>(work: () => Promise<T>, playerId?: PlayerId): Promise<T>;
};

export function createLanes({ ownership, isSaved, onCame, onLeft }: LanesOptions): Lanes {
  const lanes = new Map<PlayerId, Lane>();
  const read = new Map<PlayerId | 'all', number>();

  function isRead(playerId: PlayerId): boolean {
    return read.has('all') || read.has(playerId);
  }

  function count(whom: PlayerId | 'all', by: number): void {
    const readers = (read.get(whom) ?? 0) + by;
    if (readers === 0) read.delete(whom);
    else read.set(whom, readers);
  }

  function forget(lane: Lane): void {
    const { playerId } = lane;
    if (lane.state !== 'resting' || lane.held || hasWork(lane) || !isSaved(playerId) || isRead(playerId)) return;
    onLeft(lane);
    lanes.delete(playerId);
  }

  return {
    get: (playerId) => lanes.get(playerId),
    all: () => lanes.values(),
    count: () => lanes.size,
    has: (lane) => lanes.get(lane.playerId) === lane,
    remove(lane) {
      if (lanes.get(lane.playerId) !== lane) return;
      onLeft(lane);
      lanes.delete(lane.playerId);
    },
    of(row) {
      const fence = ownership.epochOf(row.playerId);
      if (fence === undefined) return undefined;
      const known = lanes.get(row.playerId);
      if (known !== undefined) return known;
      const lane = newLane(row, fence);
      lanes.set(row.playerId, lane);
      onCame(lane);
      return lane;
    },
    forget,
    async keepWhile(work, playerId) {
      const whom = playerId ?? 'all';
      count(whom, 1);
      try {
        return await work();
      } finally {
        count(whom, -1);
        for (const lane of playerId === undefined ? lanes.values() : [lanes.get(playerId)]) {
          if (lane !== undefined) forget(lane);
        }
      }
    },
  };
}
