import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM, type ReadAllOptions } from '@eventstore/db-client';
import type { ExecutionContext } from 'ava';
import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import { scavenge } from '../../../tools/scavenge/scavenge.js';
import { type EventStoreServerOptions, startEventStoreServer } from '../server.js';
import type { CompactingCopy } from '../storage/compacting-copy.js';
import type { Storage } from '../storage/storage.js';
import { temporaryFolder } from './server-process.js';

/** A server in this process, with clients, that a test scavenges and starts again. */
export async function startScavenged(t: ExecutionContext, options: Partial<EventStoreServerOptions> = {}) {
  const dataDir = await temporaryFolder(t);
  const serverOptions = { dataDir, host: '127.0.0.1', port: 0, ...options };
  let server = await startEventStoreServer(serverOptions);
  const store = createEsdbEventStore({ connectionString: server.url, appendTimeoutMs: 20_000, readTimeoutMs: 20_000 });
  const clients: EventStoreDBClient[] = [];
  const connect = () => {
    const client = EventStoreDBClient.connectionString(server.url);
    clients.push(client);
    return client;
  };
  t.teardown(async () => {
    await store.close();
    await server.stop();
    for (const client of clients) await client.dispose();
  });
  return {
    dataDir,
    store,
    url: server.url,
    port: server.port,
    client: connect(),
    scavenge: () => scavenge(server.url),
    stop: () => server.stop(),
    async restart() {
      await server.stop();
      server = await startEventStoreServer(serverOptions);
      return connect();
    },
  };
}

/** For `wrapStorage`: every copy that a scavenge makes is this one. */
export function withCopies(change: (copy: CompactingCopy) => CompactingCopy): (storage: Storage) => Storage {
  return (storage) => ({ ...storage, startCopy: () => change(storage.startCopy()) });
}

export function event(data: Record<string, string | number | boolean> = {}) {
  return jsonEvent({ id: randomUUID(), type: 'Tested', data });
}

/** Streams of one event each, `fill-0` and on. */
export async function fill(client: EventStoreDBClient, streams: number): Promise<void> {
  for (let index = 0; index < streams; index += 1) {
    await client.appendToStream(`fill-${index}`, event({ text: 'x'.repeat(200) }), { expectedRevision: NO_STREAM });
  }
}

/** All that a reader of `$all` can tell of the events, but not what scavenges say of themselves. */
export async function everything(client: EventStoreDBClient, options: ReadAllOptions = {}) {
  const found = [];
  for await (const { event: stored } of client.readAll(options)) {
    if (stored === undefined || stored.streamId.startsWith('$scavenges')) continue;
    const { streamId, revision, id, type, data, metadata, created, position } = stored;
    found.push({ streamId, revision, id, type, data, metadata, created, position: position?.commit ?? -1n });
  }
  return found;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
