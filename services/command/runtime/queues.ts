/** One at a time per key, in order of arrival; different keys do not wait for each other. */
export type Queues = { run<T>(key: string, task: () => Promise<T>): Promise<T> };

export function createQueues(): Queues {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(key, task) {
      const before = tails.get(key);
      const result = before === undefined ? task() : before.then(task, task);
      const tail = result.catch(() => undefined);
      tails.set(key, tail);
      void tail.then(() => {
        // The last one leaves nothing behind: a key per player would grow without end.
        if (tails.get(key) === tail) tails.delete(key);
      });
      return result;
    },
  };
}
