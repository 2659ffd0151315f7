type Job<T> = {
  readonly run: () => T;
  readonly resolve: (result: T) => void;
  readonly reject: (error: unknown) => void;
};

export type GroupCommit = {
  /** Runs the work in a shared transaction. Resolves only after that transaction is on disk. */
  submit<T>(work: () => T): Promise<T>;
  /** Resolves once nothing waits any more. */
  settled(): Promise<void>;
};

/** Bounds how long one transaction holds the event loop; what is left over goes into the next. */
const JOBS_PER_COMMIT_MAX = 256;

/**
 * Gathers the work that arrived in one turn of the event loop into one transaction and one flush. While a flush runs,
 * requests wait in the sockets and make up the next group, so the groups grow as the disk slows.
 */
export function createGroupCommit(options: {
  readonly commit: (write: () => void) => void;
  readonly onFailure: (error: unknown) => void;
}): GroupCommit {
  let waiting: Job<unknown>[] = [];
  let scheduled = false;

  function flush(): void {
    const jobs = waiting.slice(0, JOBS_PER_COMMIT_MAX);
    waiting = waiting.slice(JOBS_PER_COMMIT_MAX);
    scheduled = waiting.length > 0;
    if (scheduled) setImmediate(flush);

    let results: unknown[] = [];
    try {
      options.commit(() => {
        results = jobs.map((job) => job.run());
      });
    } catch (error) {
      options.onFailure(error);
      for (const job of jobs) job.reject(error);
      return;
    }
    // The order matters more than anything else here: nobody is answered before the commit has returned.
    for (const [index, job] of jobs.entries()) job.resolve(results[index]);
  }

  return {
    submit: <T>(run: () => T) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ run, resolve: resolve as (result: unknown) => void, reject });
        if (scheduled) return;
        scheduled = true;
        setImmediate(flush);
      }),
    async settled() {
      while (scheduled) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
