/** The clock that queues and reads measure their patience with. */
export type VirtualClock = {
  /** Jumps ahead, as if so much time had gone by. */
  pass(milliseconds: number): void;
  /** Puts the real one back. */
  restore(): void;
};

/**
 * Takes the place of `performance.now` for as long as a simulation runs: how long this machine takes must not change
 * what a script does. (Whatever a decision looks at comes in with the request, and is the script's anyway.)
 */
export function installVirtualClock(): VirtualClock {
  let now = 0;
  Object.defineProperty(performance, 'now', { configurable: true, value: () => now });
  return {
    pass(milliseconds) {
      now += milliseconds;
    },
    restore() {
      // The one of the prototype shows again.
      Reflect.deleteProperty(performance, 'now');
    },
  };
}
