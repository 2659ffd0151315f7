import type { BusMessage } from './messages.js';

/** Where the stream ends. */
export type StreamEnd = {
  /** Of the last message ever stored; 0 when there was none. */
  readonly sequence: number;
  /** Undefined when the stream is empty, or what it held has expired. */
  readonly last: LastMessage | undefined;
};

/** Which event the last message is, by its own headers. */
export type LastMessage = {
  readonly eventId: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
};

/** @throws BusUnavailable when the headers are not those of an event: somebody else writes here. */
export function lastMessageOf(header: (name: string) => string): LastMessage {
  const [position, revision] = [header('Croupier-Position'), header('Croupier-Revision')];
  if (!/^\d+$/.test(position) || !/^\d+$/.test(revision)) throw new BusUnavailable('the last message is no event');
  return {
    eventId: header('Nats-Msg-Id'),
    stream: header('Croupier-Stream'),
    revision: Number(revision),
    position: BigInt(position),
  };
}

/**
 * The writing side of the stream CROUPIER.
 *
 * @throws StreamMoved when the stream does not end where the caller said.
 * @throws BusUnavailable for all else; whether the message was stored is then unknown until `open` tells.
 */
export type Publisher = {
  /** Makes the stream (or brings its settings up to date) and tells where it ends. */
  open(): Promise<StreamEnd>;
  /** Stores a message right after the one at `sequence`. Several may be under way: each names the one before it. */
  publish(message: BusMessage, sequence: number): Promise<void>;
  isConnected(): boolean;
  stop(): Promise<void>;
};

/** Somebody else publishes, or an earlier message of ours was stored though its answer was lost. */
export class StreamMoved extends Error {
  override readonly name = 'StreamMoved';
}

export class BusUnavailable extends Error {
  override readonly name = 'BusUnavailable';
}
