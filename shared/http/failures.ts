import { LRUCache } from 'lru-cache';

/** Counts what failed under a name, and says when there was too much of it. */
export type Failures = {
  /** Seconds until the name may be tried again; 0 when it may now. */
  waitS(name: string): number;
  note(name: string): void;
  /** What failed under it before no longer counts. */
  forget(name: string): void;
};

export type FailuresOptions = {
  readonly max: number;
  readonly windowMs: number;
  readonly nowMs: () => number;
};

/** So many names are remembered: about 10 MB. Whoever fills it with invented ones lets real ones out, and gains a few tries. */
const NAMES_MAX = 100_000;

/** In memory, per process: several instances together allow so many times more. */
export function createFailures({ max, windowMs, nowMs }: FailuresOptions): Failures {
  const counts = new LRUCache<string, { count: number; endsMs: number }>({ max: NAMES_MAX });

  function standing(name: string) {
    const entry = counts.get(name);
    return entry === undefined || entry.endsMs <= nowMs() ? undefined : entry;
  }

  return {
    waitS(name) {
      const entry = standing(name);
      return entry === undefined || entry.count < max ? 0 : Math.max(1, Math.ceil((entry.endsMs - nowMs()) / 1000));
    },
    note(name) {
      const entry = standing(name);
      if (entry === undefined) counts.set(name, { count: 1, endsMs: nowMs() + windowMs });
      else entry.count += 1;
    },
    forget(name) {
      counts.delete(name);
    },
  };
}
