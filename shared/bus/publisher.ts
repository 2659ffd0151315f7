import type { BusMessage } from './messages.js';

/** Where the stream ends. */
export type StreamEnd = {
  /** Of the last message ever stored; 0 when there was none. */
  readonly sequence: number;
  /** The `Croupier-Position` of the last message; undefined when the stream is empty, or what it held has expired. */
  readonly position: bigint | undefined;
};

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
