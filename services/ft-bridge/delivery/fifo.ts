export type Fifo<T> = { push(value: T): void; shift(): T | undefined; size(): number };

/** First in, first out, in constant time: an array's own `shift` moves all that is behind it. */
export function createFifo<T>(): Fifo<T> {
  let incoming: T[] = [];
  let outgoing: T[] = [];
  return {
    push(value) {
      incoming.push(value);
    },
    shift() {
      if (outgoing.length === 0) {
        outgoing = incoming.reverse();
        incoming = [];
      }
      return outgoing.pop();
    },
    size: () => incoming.length + outgoing.length,
  };
}
