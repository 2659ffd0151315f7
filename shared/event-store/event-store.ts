/** JSON as the event store keeps it: no undefined, no bigint, no Date. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** An event as it is appended. The id decides idempotency: the same id at the same place is the same append. */
export type EventToAppend = {
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
};

/** An event as it was stored: `revision` counts from 0 in its stream, `position` grows over the whole store. */
export type StoredEvent = EventToAppend & {
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
};

/** What the writer saw: nothing at all, or the revision of the last event it read. There is no "any". */
export type ExpectedRevision = 'no_stream' | number;

export type AppendResult = { readonly revision: number; readonly position: bigint };

export type ReadStreamOptions = {
  /** First revision to return; default the start (or the end, backwards). */
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  readonly maxCount?: number;
};

export type ReadAllOptions = {
  /** Events strictly after this position (strictly before it, backwards); undefined = from the start (the end). */
  readonly after?: bigint | undefined;
  readonly direction?: 'forwards' | 'backwards';
  readonly maxCount?: number;
  /** Only streams whose name begins with one of these. */
  readonly streamPrefixes?: readonly string[];
};

export type SubscriptionMessage =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  /** Everything up to `position` was looked at, matching or not: a restart may go on from here. */
  | { readonly kind: 'checkpoint'; readonly position: bigint };

export type SubscribeOptions = {
  readonly after: bigint | undefined;
  readonly streamPrefixes: readonly string[];
  readonly signal: AbortSignal;
};

/**
 * The truth. One append is atomic and durable when it returns.
 *
 * @throws RevisionConflict when the stream is not at the expected revision.
 * @throws StreamDeleted when the stream was deleted for ever.
 * @throws AppendOutcomeUnknown when no answer came in time even after the same bytes were sent again.
 * @throws StoreUnavailable when a read (or a deletion) could not be finished in time; a subscription throws it when it drops.
 */
export type EventStore = {
  append(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): Promise<AppendResult>;
  /** A stream that does not exist, or was deleted, reads as empty. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<StoredEvent>;
  readAll(options?: ReadAllOptions): AsyncIterable<StoredEvent>;
  /** Catch-up, then live, in order, until the signal aborts. Does not resume by itself: the caller has the checkpoint. */
  subscribeToAll(options: SubscribeOptions): AsyncIterable<SubscriptionMessage>;
  /** Hard delete (tombstone): the stream can never be written again. Deleting what does not exist is no error. */
  deleteStream(stream: string): Promise<void>;
  /** True when the stream was deleted for ever: a read of it looks like one of a stream that never was. */
  isDeleted(stream: string): Promise<boolean>;
  close(): Promise<void>;
};

export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';
  readonly actual: ExpectedRevision;

  constructor(stream: string, expected: ExpectedRevision, actual: ExpectedRevision, options?: ErrorOptions) {
    super(`stream ${stream} is at ${actual}, expected ${expected}`, options);
    this.actual = actual;
  }
}

export class StreamDeleted extends Error {
  override readonly name = 'StreamDeleted';

  constructor(stream: string, options?: ErrorOptions) {
    super(`stream ${stream} is deleted`, options);
  }
}

export class AppendOutcomeUnknown extends Error {
  override readonly name = 'AppendOutcomeUnknown';

  constructor(stream: string, options?: ErrorOptions) {
    super(`no answer to an append to ${stream}: it may or may not be stored`, options);
  }
}

export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
