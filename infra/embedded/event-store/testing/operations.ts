import { credentials, type ServiceError } from '@grpc/grpc-js';
import type { ExecutionContext } from 'ava';
import { OperationsClient, operations } from '../grpc/generated.js';

/** The operations as they go over the wire. */
export function openOperations(t: ExecutionContext, port: number) {
  const client = new OperationsClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    // Or it would inherit the reconnect backoff of a client whose server was killed.
    'grpc.use_local_subchannel_pool': 1,
  });
  t.teardown(() => client.close());
  return {
    start({ threads = 1, fromChunk = 0 } = {}) {
      const request = new operations.StartScavengeReq();
      request.setOptions(
        new operations.StartScavengeReq.Options().setThreadCount(threads).setStartFromChunk(fromChunk),
      );
      return answerOf((done) => client.startScavenge(request, done));
    },
    stop(id: string) {
      const request = new operations.StopScavengeReq();
      request.setOptions(new operations.StopScavengeReq.Options().setScavengeId(id));
      return answerOf((done) => client.stopScavenge(request, done));
    },
  };
}

type Response = { toObject(): { scavengeId: string; scavengeResult: 0 | 1 | 2 } };

function answerOf(call: (done: (error: ServiceError | null, response: Response) => void) => void) {
  return new Promise<{ id: string; result: string }>((resolve, reject) => {
    call((error, response) => {
      if (error) return reject(error);
      const { scavengeId, scavengeResult } = response.toObject();
      resolve({ id: scavengeId, result: (['started', 'in-progress', 'stopped'] as const)[scavengeResult] });
    });
  });
}
