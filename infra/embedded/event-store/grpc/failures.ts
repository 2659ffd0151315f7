import { status as code, Metadata, type StatusObject } from '@grpc/grpc-js';
import type { WriteOutcome } from '../event-log.js';

export type Failure = Partial<StatusObject>;

/** The errors of the one-call methods carry their facts in trailers that every EventStoreDB client reads. */
export function failure(status: code, details: string, trailers: Readonly<Record<string, string>> = {}): Failure {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code: status, details, metadata };
}

export function streamDeleted(stream: string): Failure {
  return failure(code.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': headerText(stream),
  });
}

export function wrongExpectedVersion(stream: string, expected: string, current: number | undefined): Failure {
  return failure(
    code.FAILED_PRECONDITION,
    `Append failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': headerText(stream),
      'expected-version': expected,
      ...(current === undefined ? {} : { 'actual-version': String(current) }),
    },
  );
}

/** Headers hold visible ASCII only; what is beyond is percent-encoded. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}

export function invalidArgument(details: string): Failure {
  return failure(code.INVALID_ARGUMENT, details);
}

/** The commit failed, or the server is stopping: what became of the request is for the client to find out. */
export function unavailable(error: unknown): Failure {
  return failure(
    code.UNAVAILABLE,
    `the event store cannot write: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** Error of a delete, a tombstone or a plain append. */
export function failureOf(outcome: Exclude<WriteOutcome, { kind: 'written' }>, stream: string, expected = ''): Failure {
  if (outcome.kind === 'stream-deleted') return streamDeleted(stream);
  if (outcome.kind === 'too-late')
    return failure(code.DEADLINE_EXCEEDED, 'the deadline had passed before the write began');
  return wrongExpectedVersion(stream, expected, outcome.currentRevision);
}
