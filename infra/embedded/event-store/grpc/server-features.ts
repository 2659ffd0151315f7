import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { features, GossipService, ScavengeService, ServerFeaturesService, StreamsService } from './generated.js';

/** The release whose behaviour is followed. Clients decide by the methods, not by this. */
const SERVER_VERSION = '23.10.0';
/** The names EventStoreDB gives to the options that not every method of every release takes. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  '/event_store.client.streams.streams/read': ['position', 'events'],
  // Not `deadline_duration`: the definitions that the Node client ships do not have that field.
  '/event_store.client.streams.streams/batchappend': ['deadline_21_10_0'],
};

export function getSupportedMethods(
  _call: ServerUnaryCall<Empty, SupportedMethods>,
  done: sendUnaryData<SupportedMethods>,
): void {
  const answer = new features.SupportedMethods();
  answer.setEventStoreServerVersion(SERVER_VERSION);
  for (const service of [StreamsService, GossipService, ServerFeaturesService, ScavengeService]) {
    for (const { path } of Object.values(service) as { path: string }[]) {
      const name = path.toLowerCase();
      const [, serviceName = '', methodName = ''] = name.split('/');
      const method = new features.SupportedMethod();
      method.setServiceName(serviceName);
      method.setMethodName(methodName);
      method.setFeaturesList([...(FEATURES[name] ?? [])]);
      answer.addMethods(method);
    }
  }
  done(null, answer);
}
