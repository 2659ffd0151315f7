import { EventStoreDBClient, START } from '@eventstore/db-client';
import type { OperationsClient as Operations } from '@eventstore/db-client/generated/operations_grpc_pb.js';
import type { ScavengeResp } from '@eventstore/db-client/generated/operations_pb.js';
import type { CallOptions, Metadata } from '@grpc/grpc-js';
import { OperationsClient, operations } from '../../embedded/event-store/grpc/generated.js';

/** What scavenging needs of a store, over the one real client: it finds the node, and knows TLS and passwords. */
export type ScavengeClient = {
  /** `isOurs` is false when another scavenge runs: the id is its. */
  start(): Promise<{ readonly scavengeId: string; readonly isOurs: boolean }>;
  /** The data of the scavenge's first event; undefined when there is none, or none for us. */
  beginning(scavengeId: string): Promise<unknown>;
  /** Waits for the data of its last event. */
  ending(scavengeId: string): Promise<unknown>;
  close(): Promise<void>;
};

/** The client offers no operations, but has what they need among its protected members (6.2.1, pinned). */
type Internals = {
  execute<T>(service: unknown, name: string, action: (client: Operations) => Promise<T>): Promise<T>;
  callArguments(options: object): [Metadata, CallOptions];
  getChannel(): Promise<{ close(): void }>;
};

/** @throws Error when this is no connection string */
export function openScavengeClient(connectionString: string): ScavengeClient {
  const client = EventStoreDBClient.connectionString(connectionString);
  const internals = client as unknown as Internals;

  return {
    async start() {
      const request = new operations.StartScavengeReq();
      const options = new operations.StartScavengeReq.Options();
      options.setThreadCount(1);
      request.setOptions(options);
      const response = await internals.execute(
        OperationsClient,
        'startScavenge',
        (grpc) =>
          new Promise<ScavengeResp>((resolve, reject) => {
            grpc.startScavenge(request, ...internals.callArguments({}), (error, answer) =>
              error ? reject(error) : resolve(answer),
            );
          }),
      );
      const { STARTED } = operations.ScavengeResp.ScavengeResult;
      return { scavengeId: response.getScavengeId(), isOurs: response.getScavengeResult() === STARTED };
    },

    async beginning(scavengeId) {
      let data: unknown;
      try {
        // To the end of the read: the client leaves a call open for ever whose reader went away early.
        for await (const { event } of client.readStream(streamOf(scavengeId), { maxCount: 1 })) data = event?.data;
      } catch {
        // A real EventStoreDB shows it to administrators only, and not always at once.
      }
      return data;
    },

    async ending(scavengeId) {
      const subscription = client.subscribeToStream(streamOf(scavengeId), { fromRevision: START });
      let data: unknown;
      for await (const { event } of subscription) {
        if (event?.type !== '$scavengeCompleted') continue;
        data = event.data;
        await subscription.unsubscribe();
      }
      if (data === undefined) throw new Error('the event store ended during the scavenge');
      return data;
    },

    async close() {
      (await internals.getChannel().catch(() => undefined))?.close();
    },
  };
}

function streamOf(scavengeId: string): string {
  return `$scavenges-${scavengeId}`;
}
