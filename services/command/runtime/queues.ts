/** One at a time per key, in order of arrival; different keys do not wait for each other. */
export type Queues = {
  /** @throws QueueFull when too many wait already, or when the task's turn came too late. It has not run then. */
  run<T>(key: string, task: () => Promise<T>): Promise<T>;
};

/** The task was not run, and nothing of it happened. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

/** A player has one provider call at a time, or a few; whoever sends a thousand at once is told to slow down. */
const WAITING_MAX = 1_000;

/** Longer than any caller waits for its answer: what is answered later is answered to nobody, and would be work in vain. */
const WAIT_MAX_MS = 5_000;

export type Limits = { readonly waitingMax?: number; readonly waitMaxMs?: number; readonly nowMs?: () => number };

export const LIMITS: Required<Limits> = {
  waitingMax: WAITING_MAX,
  waitMaxMs: WAIT_MAX_MS,
  nowMs: () => performance.now(),
};

type Line = { tail: Promise<unknown>; length: number };

export function createQueues(limits: Limits = {}): Queues {
  const { waitingMax, waitMaxMs, nowMs } = { ...LIMITS, ...limits };
  const lines = new Map<string, Line>();

  return {
    async run(key, task) {
      const line = lines.get(key) ?? { tail: Promise.resolve(), length: 0 };
      if (line.length > waitingMax) throw new QueueFull(`${waitingMax} requests wait for ${key}`);
      lines.set(key, line);
      const arrivedAt = nowMs();
      const isFirst = line.length === 0;
      line.length += 1;
      const inTime = () => {
        if (nowMs() - arrivedAt > waitMaxMs) throw new QueueFull(`${key} was busy for ${waitMaxMs} ms`);
        return task();
      };
      // The first one starts at once: nothing is gained by a turn of the event loop.
      const result = isFirst ? task() : line.tail.then(inTime);
      line.tail = result.then(leave, leave);
      return result;

      function leave(): void {
        line.length -= 1;
        // The last one leaves nothing behind: a key per player would grow without end.
        if (line.length === 0) lines.delete(key);
      }
    },
  };
}
