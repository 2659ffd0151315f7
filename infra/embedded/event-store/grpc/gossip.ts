import { randomUUID } from 'node:crypto';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { gossip, shared } from './generated.js';

const TICKS_PER_MS = 10_000n;
const INSTANCE_ID = randomUUID();

/** A cluster of one, which is its own leader: for clients that discover their node. */
export function readGossip(address: () => { readonly host: string; readonly port: number }) {
  return (_call: ServerUnaryCall<Empty, ClusterInfo>, done: sendUnaryData<ClusterInfo>): void => {
    const { host, port } = address();
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress(host);
    endPoint.setPort(port);
    const instanceId = new shared.UUID();
    instanceId.setString(INSTANCE_ID);
    const member = new gossip.MemberInfo();
    member.setInstanceId(instanceId);
    member.setTimeStamp((BigInt(Date.now()) * TICKS_PER_MS).toString());
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPoint);
    const answer = new gossip.ClusterInfo();
    answer.addMembers(member);
    done(null, answer);
  };
}
