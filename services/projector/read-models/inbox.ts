/** A bounded queue between one that reads and one that writes in batches. */
export type Inbox<T> = {
  /** Resolves when there is room for more. */
  put(item: T): Promise<void>;
  /** All that waits, at most `max`; waits for the first. Empty once the inbox was closed and emptied. @throws what it was closed with */
  take(max: number): Promise<readonly T[]>;
  /** No more will come. What is in it can still be taken; then `take` throws the error, if any. */
  close(error?: unknown): void;
  readonly length: number;
};

export function createInbox<T>(capacity: number): Inbox<T> {
  let items: T[] = [];
  let closed: { error?: unknown } | undefined;
  let wakeTaker: () => void = () => undefined;
  let wakePutter: () => void = () => undefined;

  return {
    async put(item) {
      items.push(item);
      wakeTaker();
      while (items.length >= capacity && closed === undefined) {
        await new Promise<void>((resolve) => {
          wakePutter = resolve;
        });
      }
    },

    async take(max) {
      while (items.length === 0 && closed === undefined) {
        await new Promise<void>((resolve) => {
          wakeTaker = resolve;
        });
      }
      if (items.length === 0 && closed?.error !== undefined) throw closed.error;
      const taken = items.slice(0, max);
      items = items.slice(max);
      wakePutter();
      return taken;
    },

    close(error) {
      closed ??= { error };
      wakeTaker();
      wakePutter();
    },

    get length() {
      return items.length;
    },
  };
}
