import { mix } from './rng.js';

/** Who an operation belongs to: an instance's go with it when it crashes; the network's do not. */
export type Owner = object;

/** Operations that somebody awaits. Nothing runs until it is its turn, so every order of them can be had again. */
export type Scheduler = {
  readonly pending: number;
  /** Runs `operation` in its turn and resolves with what it returns, or rejects with what it throws. */
  enqueue<T>(owner: Owner, operation: () => T): Promise<T>;
  /** One of the pending operations, and everything that follows from it up to the next one. */
  runOne(order: number): Promise<void>;
  /** Drops what this owner waits for: its promises never settle. */
  drop(owner: Owner): void;
};

type Pending = { readonly owner: Owner; readonly run: () => void };

/** So often the event loop has its turn: for Ctrl-C, and for whoever shares the process. */
const BREATHE_EVERY = 512;

export function createScheduler(): Scheduler {
  let pending: Pending[] = [];
  let count = 0;
  return {
    get pending() {
      return pending.length;
    },
    enqueue: (owner, operation) =>
      new Promise((resolve, reject) => {
        const run = () => {
          try {
            resolve(operation());
          } catch (error) {
            reject(error);
          }
        };
        pending.push({ owner, run });
      }),
    async runOne(order) {
      const [next] = pending.splice(mix(order) % pending.length, 1);
      next?.run();
      count += 1;
      await (count % BREATHE_EVERY === 0 ? new Promise<void>(setImmediate) : settled());
    },
    drop(owner) {
      pending = pending.filter((each) => each.owner !== owner);
    },
  };
}

/** Resolves when nothing can go on without an operation: a tick comes after all promises that can settle have done so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
