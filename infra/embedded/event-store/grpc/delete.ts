import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Metadata, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type { DeleteRequest, EventLog, WriteOutcome } from '../event-log.js';
import type { Access } from './access.js';
import { expectedStateOf, expectedVersionText } from './expected-state.js';
import { type Failure, failureOf, failureOfError } from './failures.js';
import { shared, streams } from './generated.js';
import { BadRequest, streamNameOf } from './request-parts.js';

export function deleteStream(log: EventLog, access: Access) {
  return async (call: ServerUnaryCall<DeleteReq, DeleteResp>, done: sendUnaryData<DeleteResp>): Promise<void> => {
    const result = await attempt((request) => log.softDelete(request), call, access);
    if (!('kind' in result)) return done(result);
    const response = new streams.DeleteResp();
    if (result.position === undefined) response.setNoPosition(new shared.Empty());
    else response.setPosition(placeAt(new streams.DeleteResp.Position(), result.position));
    done(null, response);
  };
}

export function tombstoneStream(log: EventLog, access: Access) {
  return async (
    call: ServerUnaryCall<TombstoneReq, TombstoneResp>,
    done: sendUnaryData<TombstoneResp>,
  ): Promise<void> => {
    const result = await attempt((request) => log.tombstone(request), call, access);
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
  call: { readonly request: DeleteReq | TombstoneReq; readonly metadata: Metadata },
  access: Access,
): Promise<Written | Failure> {
  try {
    const options: DeleteReq.Options | TombstoneReq.Options | undefined = call.request.getOptions();
    if (options === undefined) throw new BadRequest('the options are missing');
    const stream = streamNameOf(options.getStreamIdentifier());
    access.check(access.userOf(call.metadata), 'delete', stream);
    const expected = expectedStateOf(options);
    const outcome = await write({ stream, expected });
    return outcome.kind === 'written' ? outcome : failureOf(outcome, stream, expectedVersionText(expected));
  } catch (error) {
    return failureOfError(error);
  }
}

function placeAt<P extends { setCommitPosition(value: string): P; setPreparePosition(value: string): P }>(
  place: P,
  position: number,
): P {
  return place.setCommitPosition(String(position)).setPreparePosition(String(position));
}
