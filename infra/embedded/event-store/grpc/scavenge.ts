import type { ScavengeResp, StartScavengeReq, StopScavengeReq } from '@eventstore/db-client/generated/operations_pb.js';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type { Scavenger } from '../scavenger.js';
import type { Access } from './access.js';
import { failureOfError, invalidArgument, scavengeNotFound } from './failures.js';
import { operations } from './generated.js';

type Result = ScavengeResp.ScavengeResult;

/** There are neither threads nor chunks here: their numbers are checked, and then of no effect. */
export function startScavenge(scavenger: Scavenger, access: Access) {
  return async (
    call: ServerUnaryCall<StartScavengeReq, ScavengeResp>,
    done: sendUnaryData<ScavengeResp>,
  ): Promise<void> => {
    const options = call.request.getOptions();
    const threads = options?.getThreadCount() ?? 0;
    const fromChunk = options?.getStartFromChunk() ?? 0;
    if (threads < 0) return done(invalidArgument(`not a number of threads: ${threads}`));
    if (fromChunk < 0) return done(invalidArgument(`not a number of a chunk: ${fromChunk}`));
    const { STARTED, INPROGRESS } = operations.ScavengeResp.ScavengeResult;
    try {
      access.checkAdmin(access.userOf(call.metadata));
      const { id, result } = await scavenger.start();
      done(null, response(id, result === 'started' ? STARTED : INPROGRESS));
    } catch (error) {
      done(failureOfError(error));
    }
  };
}

export function stopScavenge(scavenger: Scavenger, access: Access) {
  return async (
    call: ServerUnaryCall<StopScavengeReq, ScavengeResp>,
    done: sendUnaryData<ScavengeResp>,
  ): Promise<void> => {
    const id = call.request.getOptions()?.getScavengeId() ?? '';
    try {
      access.checkAdmin(access.userOf(call.metadata));
      if (await scavenger.stop(id)) return done(null, response(id, operations.ScavengeResp.ScavengeResult.STOPPED));
      done(scavengeNotFound(id));
    } catch (error) {
      done(failureOfError(error));
    }
  };
}

function response(id: string, result: Result): ScavengeResp {
  const answer = new operations.ScavengeResp();
  answer.setScavengeId(id);
  answer.setScavengeResult(result);
  return answer;
}
