import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type { DeleteRequest, EventLog, WriteOutcome } from '../event-log.js';
import { expectedStateOf, expectedVersionText } from './expected-state.js';
import { type Failure, failureOf, invalidArgument, unavailable } from './failures.js';
import { shared, streams } from './generated.js';
import { BadRequest, streamNameOf } from './request-parts.js';

export function deleteStream(log: EventLog) {
  return async (call: ServerUnaryCall<DeleteReq, DeleteResp>, done: sendUnaryData<DeleteResp>): Promise<void> => {
    const result = await attempt((request) => log.softDelete(request), call.request.getOptions());
    if (!('kind' in result)) return done(result);
    const response = new streams.DeleteResp();
    if (result.position === undefined) response.setNoPosition(new shared.Empty());
    else response.setPosition(placeAt(new streams.DeleteResp.Position(), result.position));
    done(null, response);
  };
}

export function tombstoneStream(log: EventLog) {
  return async (
    call: ServerUnaryCall<TombstoneReq, TombstoneResp>,
    done: sendUnaryData<TombstoneResp>,
  ): Promise<void> => {
    const result = await attempt((request) => log.tombstone(request), call.request.getOptions());
    if (!('kind' in result)) return done(result);
    const response = new streams.TombstoneResp();
    if (result.position === undefined) response.setNoPosition(new shared.Empty());
    else response.setPosition(placeAt(new streams.TombstoneResp.Position(), result.position));
    done(null, response);
  };
}

type Written = Extract<WriteOutcome, { kind: 'written' }>;

async function attempt(
  write: (request: DeleteRequest) => Promise<WriteOutcome>,
  options: DeleteReq.Options | TombstoneReq.Options | undefined,
): Promise<Written | Failure> {
  try {
    if (options === undefined) throw new BadRequest('the options are missing');
    const stream = streamNameOf(options.getStreamIdentifier());
    const expected = expectedStateOf(options);
    const outcome = await write({ stream, expected });
    return outcome.kind === 'written' ? outcome : failureOf(outcome, stream, expectedVersionText(expected));
  } catch (error) {
    return error instanceof BadRequest ? invalidArgument(error.message) : unavailable(error);
  }
}

function placeAt<P extends { setCommitPosition(value: string): P; setPreparePosition(value: string): P }>(
  place: P,
  position: number,
): P {
  return place.setCommitPosition(String(position)).setPreparePosition(String(position));
}
