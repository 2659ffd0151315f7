import type { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedState } from '../append-decision.js';
import { streams } from './generated.js';
import { BadRequest } from './request-parts.js';

/** What append, delete and tombstone options have in common: the expectation, and its numbers of the oneof. */
type ExpectationOptions = {
  hasRevision(): boolean;
  getRevision(): string;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
  hasAny(): boolean;
};

export function expectedStateOf(options: ExpectationOptions): ExpectedState {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  if (options.hasAny()) return 'any';
  if (options.hasRevision()) return revisionOf(options.getRevision());
  throw new BadRequest('the expected revision is missing');
}

export function expectedStateOfBatch(options: BatchAppendReq.Options): ExpectedState {
  const { ExpectedStreamPositionCase: Case } = streams.BatchAppendReq.Options;
  switch (options.getExpectedStreamPositionCase()) {
    case Case.NO_STREAM:
      return 'no_stream';
    case Case.STREAM_EXISTS:
      return 'stream_exists';
    case Case.ANY:
      return 'any';
    case Case.STREAM_POSITION:
      return revisionOf(options.getStreamPosition());
    default:
      throw new BadRequest('the expected revision is missing');
  }
}

/** As EventStoreDB writes it in the `expected-version` trailer. */
export function expectedVersionText(expected: ExpectedState): string {
  if (expected === 'no_stream') return '-1';
  if (expected === 'any') return '-2';
  if (expected === 'stream_exists') return '-4';
  return String(expected);
}

function revisionOf(text: string): number {
  const revision = Number(text);
  // Beyond what a number holds exactly, no stream can be: such an expectation is simply never met.
  return Number.isSafeInteger(revision) ? revision : Number.MAX_SAFE_INTEGER;
}
