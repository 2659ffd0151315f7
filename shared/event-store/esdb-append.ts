import { setTimeout as pause } from 'node:timers/promises';
import {
  AccessDeniedError,
  type EventStoreDBClient,
  InvalidArgumentError,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  StreamDeletedError,
  UnsupportedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import type { EsdbConnection } from './esdb-connection.js';
import {
  AppendOutcomeUnknown,
  type AppendResult,
  type EventToAppend,
  type ExpectedRevision,
  RevisionConflict,
  StreamDeleted,
} from './event-store.js';

export type AppendTimeouts = {
  /** For the whole append, with everything sent again. */
  readonly appendTimeoutMs: number;
  /** For one try; then the same bytes go out again over a new connection. */
  readonly appendTryTimeoutMs: number;
};

const PAUSE_MS = 50;

class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Appends, and while the outcome is unknown sends the same bytes again. That is safe at an expected revision: the
 * store knows the ids and answers as the first time, or someone else wrote there and it never was stored.
 */
export async function appendUntilKnown(
  connection: EsdbConnection,
  timeouts: AppendTimeouts,
  stream: string,
  events: readonly EventToAppend[],
  expected: ExpectedRevision,
): Promise<AppendResult> {
  if (events.length === 0) throw new Error(`an append to ${stream} without an event`);
  const proposed = events.map((event) => jsonEvent({ ...event }));
  const giveUpAt = performance.now() + timeouts.appendTimeoutMs;
  for (;;) {
    const client = connection.client();
    const timeoutMs = Math.min(timeouts.appendTryTimeoutMs, giveUpAt - performance.now());
    try {
      return await withTimeout(timeoutMs, stream, appendOnce(client, stream, proposed, expected));
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) {
        throw new RevisionConflict(stream, expected, actualRevision(error), { cause: error });
      }
      if (error instanceof StreamDeletedError) throw new StreamDeleted(stream, { cause: error });
      if (isRefusal(error)) throw error;
      // The client fails every append of the process when one connection breaks; ours may be as good as ever.
      if (error instanceof NoAnswer || connection.hasFailed(client)) connection.renew(client);
      if (performance.now() + PAUSE_MS >= giveUpAt) throw new AppendOutcomeUnknown(stream, { cause: error });
      await pause(PAUSE_MS);
    }
  }
}

async function appendOnce(
  client: EventStoreDBClient,
  stream: string,
  events: ReturnType<typeof jsonEvent>[],
  expected: ExpectedRevision,
): Promise<AppendResult> {
  const result = await client.appendToStream(stream, events, {
    // Never left out: the client's default is ANY, which overwrites nothing but notices nothing either.
    expectedRevision: expected === 'no_stream' ? NO_STREAM : BigInt(expected),
  });
  if (result.position === undefined) throw new Error(`the store gave no position for an append to ${stream}`);
  return { revision: Number(result.nextExpectedRevision), position: result.position.commit };
}

/** The client's own promise may never settle (its append stream has no deadline), so it is left behind, not awaited. */
function withTimeout<T>(timeoutMs: number, stream: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new NoAnswer(`no answer within ${Math.round(timeoutMs)} ms to an append to ${stream}`)),
      timeoutMs,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Answers that say for certain that nothing was stored, and that a second try would bring again. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof AccessDeniedError ||
    error instanceof InvalidArgumentError ||
    error instanceof MaxAppendSizeExceededError ||
    error instanceof UnsupportedError
  );
}

function actualRevision({ actualVersion }: WrongExpectedVersionError): ExpectedRevision {
  return typeof actualVersion === 'bigint' ? Number(actualVersion) : 'no_stream';
}
