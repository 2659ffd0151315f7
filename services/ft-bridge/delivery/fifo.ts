export type Fifo<T> = { push(value: T): void; peek(): T | undefined; shift(): T | undefined; size(): number };

/** First in, first out, in constant time: an array's own `shift` moves all that is behind it. */
export function createFifo<T>(): Fifo<T> {
  let incoming: T[] = [];
  let outgoing: T[] = [];

  function turnOver(): void {
    if (outgoing.length > 0) return;
    outgoing = incoming.reverse();
    incoming = [];
  }

  return {
    push(value) {
      incoming.push(value);
    },
    peek() {
      turnOver();
      return outgoing.at(-1);
    },
    shift() {
      turnOver();
      return outgoing.pop();
    },
    size: () => incoming.length + outgoing.length,
  };
}
