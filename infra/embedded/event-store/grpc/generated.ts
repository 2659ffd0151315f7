/**
 * The one place that touches the client's generated CommonJS code. The `_pb` modules fill their exports at run time,
 * so only a default import finds them.
 */
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import operationsService from '@eventstore/db-client/generated/operations_grpc_pb.js';
import operations from '@eventstore/db-client/generated/operations_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';

export { any, empty, features, gossip, operations, shared, status, streams };

export const GossipService = gossipService.GossipService;
/** Of the operations only these. */
export const ScavengeService = {
  startScavenge: operationsService.OperationsService.startScavenge,
  stopScavenge: operationsService.OperationsService.stopScavenge,
};
export const OperationsClient = operationsService.OperationsClient;
export const ServerFeaturesService = featuresService.ServerFeaturesService;
export const StreamsService = streamsService.StreamsService;

export const StreamsClient = streamsService.StreamsClient;
