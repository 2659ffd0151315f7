import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { status as code, type ServerReadableStream, type sendUnaryData } from '@grpc/grpc-js';
import type { ExpectedState } from '../append-decision.js';
import type { EventLog, WriteOutcome } from '../event-log.js';
import type { NewEvent } from '../storage/stored-record.js';
import type { Access } from './access.js';
import { expectedStateOf } from './expected-state.js';
import { failure, failureOf, failureOfError } from './failures.js';
import { shared, streams } from './generated.js';
import { APPEND_BYTES_MAX, BadRequest, newEventOf, sizeOf, streamNameOf } from './request-parts.js';

/** One append per call: options first, then its events. Clients use it when a call has credentials of its own. */
export function append(log: EventLog, access: Access) {
  return async (call: ServerReadableStream<AppendReq, AppendResp>, done: sendUnaryData<AppendResp>): Promise<void> => {
    try {
      let options: AppendReq.Options | undefined;
      const events: NewEvent[] = [];
      let size = 0;
      for await (const request of call as AsyncIterable<AppendReq>) {
        const message = request.getProposedMessage();
        if (message === undefined) {
          options = request.getOptions();
          access.check(access.userOf(call.metadata), 'write', streamNameOf(options?.getStreamIdentifier()));
        } else {
          const event = newEventOf(message);
          size += sizeOf([event]);
          if (size > APPEND_BYTES_MAX) return done(appendSizeExceeded());
          events.push(event);
        }
      }
      if (options === undefined) throw new BadRequest('an append must begin with its options');
      const expected = expectedStateOf(options);
      const stream = streamNameOf(options.getStreamIdentifier());
      const outcome = await log.append({ stream, expected, events });
      if (outcome.kind === 'wrong-expected-version') done(null, conflict(outcome, expected));
      else if (outcome.kind === 'written') done(null, success(outcome));
      else done(failureOf(outcome, stream));
    } catch (error) {
      done(failureOfError(error));
    }
  };
}

function appendSizeExceeded() {
  return failure(code.INVALID_ARGUMENT, `Maximum Append Size of ${APPEND_BYTES_MAX} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(APPEND_BYTES_MAX),
  });
}

function success({ revision, position }: Extract<WriteOutcome, { kind: 'written' }>): AppendResp {
  const body = new streams.AppendResp.Success();
  if (revision === undefined) body.setNoStream(new shared.Empty());
  else body.setCurrentRevision(String(revision));
  if (position === undefined) body.setNoPosition(new shared.Empty());
  else {
    const place = new streams.AppendResp.Position();
    place.setCommitPosition(String(position));
    place.setPreparePosition(String(position));
    body.setPosition(place);
  }
  const response = new streams.AppendResp();
  response.setSuccess(body);
  return response;
}

function conflict(
  outcome: Extract<WriteOutcome, { kind: 'wrong-expected-version' }>,
  expected: ExpectedState,
): AppendResp {
  const body = new streams.AppendResp.WrongExpectedVersion();
  if (outcome.currentRevision === undefined) body.setCurrentNoStream(new shared.Empty());
  else body.setCurrentRevision(String(outcome.currentRevision));
  if (expected === 'any') body.setExpectedAny(new shared.Empty());
  else if (expected === 'no_stream') body.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream_exists') body.setExpectedStreamExists(new shared.Empty());
  else body.setExpectedRevision(String(expected));
  const response = new streams.AppendResp();
  response.setWrongExpectedVersion(body);
  return response;
}
