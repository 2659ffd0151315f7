export type Plan<T> = {
  readonly outcome: T;
  /** What to write; left out when the outcome needs none. Must not throw: what was written before it stays. */
  readonly write?: () => void;
  /** Called once it is on disk, before the answer. */
  readonly written?: () => void;
};

export type Job<G, T> = {
  /** Jobs with one stream in common are planned in the order they came. */
  readonly streams: readonly string[];
  /** Alone with its streams in a group: its plan looks at what is on disk, or writes what others could not see. */
  readonly exclusive: boolean;
  plan(group: G): Plan<T>;
};

export type GroupCommit<G> = {
  /** Resolves only after what was planned is on disk. */
  submit<T>(job: Job<G, T>): Promise<T>;
  /** Runs this while no group is planned or written; jobs wait for its end. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves once nothing waits and nothing is being written. */
  settled(): Promise<void>;
};

type WaitingJob<G> = {
  readonly job: Job<G, unknown>;
  readonly resolve: (outcome: unknown) => void;
  readonly reject: (error: unknown) => void;
};

const JOBS_PER_GROUP_MAX = 512;

/**
 * Whatever arrives while one transaction is being flushed goes together into the next: one transaction, one flush,
 * then all are answered. So the groups grow as the disk slows.
 */
export function createGroupCommit<G>(options: {
  /** What the plans of one group share, and by which each sees what those before it will have written. */
  readonly begin: () => G;
  /** Resolves once all of it is on disk. */
  readonly commit: (write: () => void) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): GroupCommit<G> {
  let waiting: WaitingJob<G>[] = [];
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

  function takeGroup(): WaitingJob<G>[] {
    const shared = new Set<string>();
    const closed = new Set<string>();
    const group: WaitingJob<G>[] = [];
    const left: WaitingJob<G>[] = [];
    for (const entry of waiting) {
      const { streams, exclusive } = entry.job;
      const isFree =
        group.length < JOBS_PER_GROUP_MAX &&
        !streams.some((stream) => closed.has(stream) || (exclusive && shared.has(stream)));
      // Closed also by one that is left over, so that jobs for one stream keep their order.
      for (const stream of streams) (isFree && !exclusive ? shared : closed).add(stream);
      (isFree ? group : left).push(entry);
    }
    waiting = left;
    return group;
  }

  async function commitGroup(entries: readonly WaitingJob<G>[]): Promise<void> {
    const planned = planGroup(entries);
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

  function planGroup(entries: readonly WaitingJob<G>[]): { entry: WaitingJob<G>; plan: Plan<unknown> }[] {
    const group = options.begin();
    const planned: { entry: WaitingJob<G>; plan: Plan<unknown> }[] = [];
    for (const [index, entry] of entries.entries()) {
      try {
        planned.push({ entry, plan: entry.job.plan(group) });
      } catch (error) {
        entry.reject(error);
        // What it left in the group is not written, so the others must not build on it.
        waiting = [...entries.slice(index + 1), ...waiting];
        break;
      }
    }
    return planned;
  }

  return {
    submit: <T>(job: Job<G, T>) =>
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
