import { Server, ServerCredentials, type ServiceDefinition, status } from '@grpc/grpc-js';
import { createEventLog } from './event-log.js';
import { createAccess, OPEN_ACCESS } from './grpc/access.js';
import { append } from './grpc/append.js';
import { batchAppend } from './grpc/batch-append.js';
import { deleteStream, tombstoneStream } from './grpc/delete.js';
import { GossipService, ScavengeService, ServerFeaturesService, StreamsService } from './grpc/generated.js';
import { readGossip } from './grpc/gossip.js';
import { read } from './grpc/read.js';
import { startScavenge, stopScavenge } from './grpc/scavenge.js';
import { getSupportedMethods } from './grpc/server-features.js';
import { createScavenger } from './scavenger.js';
import { openStorage, type Storage } from './storage/storage.js';

export type EventStoreServer = {
  /** `esdb://host:port?tls=false`, for the real clients. */
  readonly url: string;
  readonly port: number;
  /** Answers what is accepted, drops subscriptions, closes the files. May be called twice. */
  stop(): Promise<void>;
};

export type EventStoreServerOptions = {
  readonly dataDir: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Set, calls are checked as EventStoreDB does, with one user, `admin`; else everybody may everything. */
  readonly adminPassword?: string | undefined;
  /** For tests: what time it is. */
  readonly clock?: () => number;
  /** A commit failed, so what is on disk is unknown: whoever runs the server must end and restart it. */
  readonly onFailure?: (error: unknown) => void;
  /** For tests: wraps the storage to watch or break its flushes. */
  readonly wrapStorage?: (storage: Storage) => Storage;
};

/** Above what one append may hold, so that a too large one is answered and does not end the call of the others. */
const MESSAGE_BYTES_MAX = 17 * 1024 * 1024;
const STOP_TIMEOUT_MS = 1_000;

/**
 * An EventStoreDB-compatible server over LMDB: one node, no TLS, at most one user. For development, tests and small pilots.
 *
 * @throws Error when the address is taken or the folder cannot be written.
 */
export async function startEventStoreServer(options: EventStoreServerOptions): Promise<EventStoreServer> {
  const clock = options.clock ?? Date.now;
  const opened = openStorage(options.dataDir, clock);
  const storage = options.wrapStorage?.(opened) ?? opened;
  const log = createEventLog({ storage, clock, onFailure: options.onFailure ?? (() => undefined) });
  const scavenger = createScavenger({ storage, log });
  const { adminPassword } = options;
  const access = adminPassword === undefined ? OPEN_ACCESS : createAccess({ storage, adminPassword });
  const server = new Server({ 'grpc.max_receive_message_length': MESSAGE_BYTES_MAX });
  const longCalls = new Set<{ emit(event: 'error', error: unknown): boolean }>();
  let port = options.port;

  /** Calls that never end by themselves are ended on stop. */
  function tracked<
    C extends { emit(event: 'error', error: unknown): boolean; on(event: string, listener: () => void): unknown },
  >(handle: (call: C) => void) {
    return (call: C): void => {
      longCalls.add(call);
      for (const event of ['close', 'cancelled', 'finish']) call.on(event, () => longCalls.delete(call));
      handle(call);
    };
  }

  // Stored records are already in wire format.
  const readDefinition = { ...StreamsService.read, responseSerialize: (wire: Buffer) => wire };
  server.addService({ ...StreamsService, read: readDefinition } as unknown as ServiceDefinition, {
    append: append(log, access),
    batchAppend: tracked(batchAppend(log, access)),
    read: tracked(read(log, storage, access)),
    delete: deleteStream(log, access),
    tombstone: tombstoneStream(log, access),
  });
  server.addService(ScavengeService as unknown as ServiceDefinition, {
    startScavenge: startScavenge(scavenger, access),
    stopScavenge: stopScavenge(scavenger, access),
  });
  server.addService(ServerFeaturesService, { getSupportedMethods });
  server.addService(GossipService, { read: readGossip(() => ({ host: options.host, port })) });

  try {
    port = await bind(server, `${options.host}:${options.port}`);
  } catch (error) {
    await storage.close();
    throw error;
  }

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    await log.settled();
    for (const call of longCalls)
      call.emit('error', { code: status.UNAVAILABLE, details: 'the event store is stopping' });
    await shutDown(server);
    await scavenger.close();
    await log.settled();
    await storage.close();
  }

  return {
    url: `esdb://${options.host}:${port}?tls=false`,
    port,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

async function shutDown(server: Server): Promise<void> {
  const gone = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  const force = setTimeout(() => server.forceShutdown(), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(force);
}
