/** The slots that may be used after an outage: few at first, one more for each success, and twice as many each second. */
export type Ramp = {
  begin(at: number): void;
  succeeded(): void;
  /** How many may be used now. */
  limit(at: number): number;
  isOver(): boolean;
};

const FIRST = 16;
const DOUBLES_EVERY_MS = 1_000;

/** A Fast Track that has just come back is not met by everything that waited, all at the same moment. */
export function createRamp(slots: number): Ramp {
  let begunAt: number | undefined;
  let successes = 0;
  return {
    begin(at) {
      begunAt = at;
      successes = 0;
    },
    succeeded() {
      successes += 1;
    },
    limit(at) {
      if (begunAt === undefined) return slots;
      // Also by time alone: requests that hang must not hold the others up.
      const byTime = FIRST * 2 ** Math.floor((at - begunAt) / DOUBLES_EVERY_MS);
      const limit = Math.max(FIRST + successes, byTime);
      if (limit < slots) return limit;
      begunAt = undefined;
      return slots;
    },
    isOver: () => begunAt === undefined,
  };
}
