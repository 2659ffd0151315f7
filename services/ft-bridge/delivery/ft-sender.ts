import type { FtMessage } from '../fast-track/ft-message.js';

export type FtRequest = {
  readonly message: FtMessage;
  readonly idempotencyKey: string;
  /** The player's revision: Fast Track may order by it. */
  readonly sequence: number;
  /** W3C, of the attempt; undefined when the event is part of no trace. */
  readonly traceparent?: string | undefined;
};

export type FtAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfterMs: number | undefined;
      /** How an answer that is not 200 begins. */
      readonly text?: string;
    }
  | { readonly kind: 'unanswered'; readonly error: string };

/** Never throws: no answer is an answer too. */
export type FtSender = {
  send(request: FtRequest): Promise<FtAnswer>;
  /** Cuts what is still under way. */
  stop(): Promise<void>;
};
