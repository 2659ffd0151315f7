import type { PlayerId } from '../../../shared/ids/ids.js';

/** Which lanes this instance may deliver, and for how long. */
export type Ownership = {
  /**
   * The epoch under which this player's lane is ours; undefined when it is not. What we write about the lane names it,
   * so that it changes nothing once another instance has taken the lane over.
   */
  epochOf(playerId: PlayerId): number | undefined;
  /** Whether the lease outlives a request that starts now. To be asked right before each. */
  mayStart(): boolean;
};

/** Where there is one instance, for ever. */
export const ownsAll: Ownership = { epochOf: () => 1, mayStart: () => true };
