import { status as code, Metadata, type StatusObject } from '@grpc/grpc-js';
import type { WriteOutcome } from '../event-log.js';
import { AccessDenied, NotAuthenticated } from './access.js';
import { BadRequest, MetadataMissing, NotOffered } from './request-parts.js';

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
  const actual = String(current ?? -1);
  return failure(
    code.FAILED_PRECONDITION,
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': headerText(stream),
      'expected-version': expected,
      'actual-version': actual,
    },
  );
}

/** Events need a type and a content type; the trailer says so once for both. */
export function requiredMetadataMissing(property: string): Failure {
  return failure(code.INVALID_ARGUMENT, `Required Metadata Property '${property}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
}

export function scavengeNotFound(id: string): Failure {
  return failure(code.NOT_FOUND, 'Scavenge id was invalid.', {
    exception: 'scavenge-not-found',
    'scavenge-id': headerText(id),
  });
}

function accessDenied(): Failure {
  return failure(code.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
}

/** What the request asks for is not offered here; see docs/event-store-fidelity.md. */
export function unimplemented(what: string): Failure {
  return failure(code.UNIMPLEMENTED, what);
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

/** What a refused request is answered with: the sender's mistakes by name, everything else as a failure of ours. */
export function failureOfError(error: unknown, otherwise = code.UNAVAILABLE): Failure {
  if (error instanceof MetadataMissing) return requiredMetadataMissing(error.property);
  if (error instanceof NotOffered) return unimplemented(error.message);
  if (error instanceof NotAuthenticated) return failure(code.UNAUTHENTICATED, 'who calls is not known here');
  if (error instanceof AccessDenied) return accessDenied();
  if (error instanceof BadRequest) return invalidArgument(error.message);
  return otherwise === code.UNAVAILABLE ? unavailable(error) : failure(otherwise, String(error));
}

/** Error of a delete, a tombstone or a plain append. */
export function failureOf(outcome: Exclude<WriteOutcome, { kind: 'written' }>, stream: string, expected = ''): Failure {
  if (outcome.kind === 'stream-deleted') return streamDeleted(stream);
  if (outcome.kind === 'too-late')
    return failure(code.DEADLINE_EXCEEDED, 'the deadline had passed before the write began');
  return wrongExpectedVersion(stream, expected, outcome.currentRevision);
}
