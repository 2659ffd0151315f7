import type { BusDelivery } from './bus-consumer.js';

export type DeliveryBuffer = {
  push(delivery: BusDelivery): void;
  /** Waits for something, then takes at most `max`; empty once closed. One taker at a time. */
  take(max: number): Promise<readonly BusDelivery[]>;
  close(): void;
};

/**
 * Between a server that pushes and a reader that takes. What does not fit is let go unacknowledged: the server sends it
 * again. So a reader that cannot commit for minutes costs no memory.
 */
export function createDeliveryBuffer(capacity: number): DeliveryBuffer {
  let buffered: BusDelivery[] = [];
  let closed = false;
  let wake: () => void = () => undefined;
  return {
    push(delivery) {
      if (closed || buffered.length >= capacity) return;
      buffered.push(delivery);
      wake();
    },
    async take(max) {
      if (buffered.length === 0 && !closed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (closed) return [];
      const taken = buffered.slice(0, max);
      buffered = buffered.slice(max);
      return taken;
    },
    close() {
      closed = true;
      buffered = [];
      wake();
    },
  };
}
