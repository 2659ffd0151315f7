import type { Head } from '../../../shared/events/envelope.js';
import { type Arrival, headOf } from './arrival.js';

/** What to make of one player's arrivals, given what was taken before. */
export type Judgement = {
  /** In order, each the successor of the one before. */
  readonly taken: readonly Arrival[];
  readonly head: Head;
  /** Taken before, with the same hash. */
  readonly duplicates: number;
  /** Another hash at a revision already taken, or another predecessor than the one taken: someone is wrong. */
  readonly mismatched: number;
  /** Something before an arrival never came. */
  readonly hole: boolean;
};

/**
 * An event is taken only when it names the last one taken as its predecessor. Arrival order is a hint: what came out of
 * order is sorted first. `knownHash`: of revisions below the mark; undefined when no longer kept.
 */
export function judge(
  mark: Head,
  knownHash: (revision: number) => string | undefined,
  arrivals: readonly Arrival[],
): Judgement {
  let head = mark;
  let duplicates = 0;
  let mismatched = 0;
  let hole = false;
  const taken: Arrival[] = [];
  const hashes = new Map<number, string>([[mark.revision, mark.hash]]);
  for (const arrival of [...arrivals].sort((a, b) => a.event.revision - b.event.revision)) {
    const { revision, metadata } = arrival.event;
    if (revision <= head.revision) {
      const known = hashes.get(revision) ?? knownHash(revision);
      if (known === undefined || known === metadata.hash) duplicates += 1;
      else mismatched += 1;
    } else if (revision > head.revision + 1) {
      hole = true;
    } else if (metadata.prevHash !== head.hash) {
      mismatched += 1;
    } else {
      taken.push(arrival);
      head = headOf(arrival);
      hashes.set(head.revision, head.hash);
    }
  }
  return { taken, head, duplicates, mismatched, hole };
}
