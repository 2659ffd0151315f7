export type Plan<T> = {
  readonly outcome: T;
  /** What to write; left out when the outcome needs none. Must not throw: what was written before it stays. */
  readonly write?: () => void;
  /** Called once it is on disk, before the answer. */
  readonly written?: () => void;
};

export type Job<T> = {
  /** Two jobs with one stream in common are never in one group, so a plan sees all that was written before it. */
  readonly streams: readonly string[];
  plan(group: Group): Plan<T>;
};

/** What the plans of one group share. */
export type Group = {
  /** Of the last event, planned ones included. */
  lastPosition: number;
};

export type GroupCommit = {
  /** Resolves only after what was planned is on disk. */
  submit<T>(job: Job<T>): Promise<T>;
  /** Runs this while no group is planned or written; jobs wait for its end. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves once nothing waits and nothing is being written. */
  settled(): Promise<void>;
};

type WaitingJob = {
  readonly job: Job<unknown>;
  readonly resolve: (outcome: unknown) => void;
  readonly reject: (error: unknown) => void;
};

const JOBS_PER_GROUP_MAX = 512;

/**
 * Whatever arrives while one transaction is being flushed goes together into the next: one transaction, one flush,
 * then all are answered. So the groups grow as the disk slows.
 */
export function createGroupCommit(options: {
  readonly lastPosition: () => number;
  /** Resolves once all of it is on disk. */
  readonly commit: (write: () => void) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): GroupCommit {
  let waiting: WaitingJob[] = [];
  const alone: (() => Promise<void>)[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.length > 0 || alone.length > 0) {
      await alone.shift()?.();
      // The requests of one network packet arrive in one turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      await commitGroup(takeGroup());
    }
    running = undefined;
  }

  function takeGroup(): WaitingJob[] {
    const taken = new Set<string>();
    const group: WaitingJob[] = [];
    const left: WaitingJob[] = [];
    for (const entry of waiting) {
      const isFree = group.length < JOBS_PER_GROUP_MAX && !entry.job.streams.some((stream) => taken.has(stream));
      // Marked also when left over, so that jobs for one stream keep their order.
      for (const stream of entry.job.streams) taken.add(stream);
      (isFree ? group : left).push(entry);
    }
    waiting = left;
    return group;
  }

  async function commitGroup(entries: readonly WaitingJob[]): Promise<void> {
    const group: Group = { lastPosition: options.lastPosition() };
    const planned = entries.flatMap((entry) => {
      try {
        return [{ entry, plan: entry.job.plan(group) }];
      } catch (error) {
        entry.reject(error);
        return [];
      }
    });
    try {
      if (planned.some(({ plan }) => plan.write !== undefined)) {
        await options.commit(() => {
          for (const { plan } of planned) plan.write?.();
        });
      }
      for (const { plan } of planned) plan.written?.();
    } catch (error) {
      options.onFailure(error);
      for (const { entry } of planned) entry.reject(error);
      return;
    }
    // The order matters more than anything else here: nobody is answered before the commit is on disk.
    for (const { entry, plan } of planned) entry.resolve(plan.outcome);
  }

  return {
    submit: <T>(job: Job<T>) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ job, resolve: resolve as (outcome: unknown) => void, reject });
        running ??= run();
      }),
    alone: <T>(work: () => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        alone.push(() => work().then(resolve, reject));
        running ??= run();
      }),
    async settled() {
      while (running) await running;
    },
  };
}
