import type { BusConsumer, BusDelivery } from './bus-consumer.js';
import { createDeliveryBuffer } from './delivery-buffer.js';
import type { BusMessage } from './messages.js';

const BUFFER_MAX = 5_000;

/** A durable consumer in memory, and the stream that feeds it. */
export type MemoryConsumer = BusConsumer & {
  publish(message: BusMessage): void;
  /** As when the time to acknowledge is over: whatever was not acknowledged comes again. */
  redeliver(): void;
};

export function createMemoryConsumer(): MemoryConsumer {
  const buffer = createDeliveryBuffer(BUFFER_MAX);
  const unacknowledged = new Set<BusMessage>();

  const deliveryOf = (message: BusMessage): BusDelivery => ({
    subject: message.subject,
    body: message.body,
    header: (name) => message.headers[name],
    ack: () => {
      unacknowledged.delete(message);
    },
  });

  return {
    publish(message) {
      unacknowledged.add(message);
      buffer.push(deliveryOf(message));
    },
    redeliver() {
      for (const message of unacknowledged) buffer.push(deliveryOf(message));
    },
    next: (max) => buffer.take(max),
    pending: async () => unacknowledged.size,
    missing: () => undefined,
    async stop() {
      buffer.close();
    },
  };
}
