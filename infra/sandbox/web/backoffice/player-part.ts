import type { Player } from './answers.js';

/** What each list of a player's page is given. */
export type PlayerPart = {
  readonly player: Player;
  /** The player as a whole, after something was done to it. */
  readonly again: () => void;
};
