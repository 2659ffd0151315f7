/** A hash is made to be slow: more at once than the machine has to spare, and bets wait behind logins. */
const AT_ONCE = 2;

/** At the cost of a production some seconds of work; who came later would hear nothing in time. */
const WAITING_MAX = 64;

/** More passwords wait than can be looked at in time. This one was not. */
export class HashingBusy extends Error {
  override readonly name = 'HashingBusy';
}

/** Nobody waits for the answer any more, so the password was not looked at. */
export class CallerGone extends Error {
  override readonly name = 'CallerGone';
}

export type HashingLine = {
  /**
   * Runs the task in its turn. One whose caller is gone by then is not run.
   * @throws HashingBusy, CallerGone: the task was not run.
   */
  run<T>(task: () => Promise<T>, caller?: AbortSignal): Promise<T>;
};

type Waiting = { readonly begin: () => void };

/** In order of arrival, a few at once, and no more waiting than is worth while: whoever asks and hangs up costs no work. */
export function createHashingLine({ atOnce = AT_ONCE, waitingMax = WAITING_MAX } = {}): HashingLine {
  const waiting = new Set<Waiting>();
  let running = 0;

  return {
    async run(task, caller) {
      if (running < atOnce) running += 1;
      else await turn(caller);
      try {
        if (caller?.aborted === true) throw new CallerGone('the caller is gone');
        return await task();
      } finally {
        handOver();
      }
    },
  };

  function handOver(): void {
    const [next] = waiting;
    if (next === undefined) running -= 1;
    else next.begin();
  }

  /** Returns when somebody has handed over. */
  function turn(caller: AbortSignal | undefined): Promise<void> {
    if (waiting.size >= waitingMax) throw new HashingBusy(`${waitingMax} passwords wait`);
    return new Promise((resolve, reject) => {
      const place: Waiting = { begin: () => leave(resolve) };
      const onGone = () => leave(() => reject(new CallerGone('the caller is gone')));
      const leave = (then: () => void) => {
        waiting.delete(place);
        caller?.removeEventListener('abort', onGone);
        then();
      };
      waiting.add(place);
      caller?.addEventListener('abort', onGone);
    });
  }
}
