/** One at a time per key, in order of arrival; different keys do not wait for each other. */
export type Queues = {
  /**
   * @throws QueueFull when too many wait already, when the task's turn came too late, or when one before it met an outage:
   * each would otherwise wait for the same server anew, one after the other. It has not run then.
   */
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

type Limits = {
  readonly waitingMax?: number;
  readonly waitMaxMs?: number;
  readonly nowMs?: () => number;
  /** Whether a task failed over something that fails those behind it as well. */
  readonly isOutage?: (error: unknown) => boolean;
};

/** `arrived` and `inVain` count arrivals: who came when an outage was not over yet is refused. */
type Line = { tail: Promise<unknown>; length: number; arrived: number; inVain: number };

export function createQueues(limits: Limits = {}): Queues {
  const { waitingMax = WAITING_MAX, waitMaxMs = WAIT_MAX_MS, nowMs = () => performance.now(), isOutage } = limits;
  const lines = new Map<string, Line>();

  return {
    async run(key, task) {
      const line = lines.get(key) ?? { tail: Promise.resolve(), length: 0, arrived: 0, inVain: 0 };
      if (line.length > waitingMax) throw new QueueFull(`${waitingMax} requests wait for ${key}`);
      lines.set(key, line);
      const arrivedAt = nowMs();
      const isFirst = line.length === 0;
      line.length += 1;
      line.arrived += 1;
      const place = line.arrived;
      const inTime = () => {
        if (nowMs() - arrivedAt > waitMaxMs) throw new QueueFull(`${key} was busy for ${waitMaxMs} ms`);
        if (place <= line.inVain) throw new QueueFull(`${key}: an outage met whoever was before`);
        return task();
      };
      // The first one starts at once: nothing is gained by a turn of the event loop.
      const result = isFirst ? task() : line.tail.then(inTime);
      line.tail = result.then(leave, (error) => {
        if (isOutage?.(error)) line.inVain = line.arrived;
        leave();
      });
      return result;

      function leave(): void {
        line.length -= 1;
        // The last one leaves nothing behind: a key per player would grow without end.
        if (line.length === 0) lines.delete(key);
      }
    },
  };
}
