import { PARTITIONS } from '../../../shared/bus/messages.js';

export type Share = {
  /** How many of those that nobody owns are to be taken. */
  readonly take: number;
  /** Which of ours others are waiting for. */
  readonly release: readonly number[];
};

/**
 * What one instance is to do about its partitions, knowing how many instances there are. Fair is the same whole number
 * for each, rounded up: together they have room for all, and nobody gives up what another could not take.
 */
export function shareOf(held: readonly number[], instances: number, free: number): Share {
  const fair = Math.ceil(PARTITIONS / Math.max(1, instances));
  return { take: Math.max(0, Math.min(free, fair - held.length)), release: held.slice(fair) };
}
