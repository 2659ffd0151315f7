/** Work that comes round again and again, one turn at a time. */
export type Turns = {
  /** Something may have become due: a turn soon rather than at its time. */
  wake(): void;
  start(): void;
  /** Waits for the turn that is under way. */
  stop(): Promise<void>;
};

/** Who wakes often within this time gets one turn for all of it. */
const WAKE_MS = 20;

/** A turn at once, and the next `everyMs` after its end. `turn` must not throw: what it could not do it does the next time. */
export function createTurns(turn: () => Promise<void>, everyMs: number): Turns {
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let running: Promise<void> | undefined;
  let isWoken = false;
  let stopped = true;

  function schedule(inMs: number): void {
    if (stopped || performance.now() + inMs >= dueAt) return;
    // Only ever sooner: whoever wakes without pause must not put the turn off for ever.
    clearTimeout(timer);
    dueAt = performance.now() + inMs;
    timer = setTimeout(run, inMs);
  }

  function run(): void {
    dueAt = Number.POSITIVE_INFINITY;
    running = turn().finally(() => {
      running = undefined;
      schedule(isWoken ? WAKE_MS : everyMs);
      isWoken = false;
    });
  }

  return {
    wake() {
      // What is under way may have looked already.
      if (running === undefined) schedule(WAKE_MS);
      else isWoken = true;
    },
    start() {
      stopped = false;
      schedule(0);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
