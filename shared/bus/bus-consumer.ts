/** A message of the stream, until it is acknowledged. */
export type BusDelivery = {
  readonly subject: string;
  readonly body: string;
  header(name: string): string | undefined;
  /** Not to be delivered again. A lost acknowledgement only means that it comes once more. */
  ack(): void;
};

/**
 * A durable consumer of the whole stream, from its first message. What is not acknowledged in time comes again, after
 * others: arrival order is a hint, never a promise. It survives its server: what drops is opened again by itself.
 */
export type BusConsumer = {
  /** Waits until there is something, then answers all that is here, at most `max`. Empty only once stopped. */
  next(max: number): Promise<readonly BusDelivery[]>;
  /** Messages that were never delivered, or delivered and not acknowledged. @throws BusUnavailable */
  pending(): Promise<number>;
  /** What keeps messages from coming, in words for an operator; undefined when nothing does. */
  missing(): string | undefined;
  stop(): Promise<void>;
};
