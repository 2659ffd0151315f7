import { join } from 'node:path';
import { eventStoreServer, eventStoreUrl } from './event-store-server.js';
import { natsServer, natsUrl } from './nats.js';
import { postgresServer, postgresUrl } from './postgres.js';
import { type Ground, runServers } from './run-servers.js';
import type { ServerSpec } from './server-spec.js';

/** The three servers that the services talk to. */
export const STACK_NAMES = ['eventStore', 'nats', 'postgres'] as const;
export type StackName = (typeof STACK_NAMES)[number];

export type StackOptions = {
  /** Left out: a temporary folder, removed at stop. */
  readonly dataDir?: string;
  /** Left out: all three. The URL of one that was not started leads nowhere. */
  readonly only?: readonly StackName[];
  /** Aborting it while the servers start stops them again. */
  readonly signal?: AbortSignal;
};

export type StackUrls = { readonly eventStoreUrl: string; readonly natsUrl: string; readonly postgresUrl: string };
export type Stack = StackUrls & { pids(): Partial<Record<string, number>>; stop(): Promise<void> };

/** Starts real servers on free ports, without any of Croupier's services. */
export async function startStack({ dataDir, only = STACK_NAMES, signal }: StackOptions = {}): Promise<Stack> {
  const running = await runServers({
    dataDir,
    portBase: 0,
    neededPorts: [],
    specsOn: (ground) => stackSpecs(ground, only),
    ...(signal === undefined ? {} : { signal }),
  });
  return { ...stackUrls(running), pids: running.pids, stop: running.stop };
}

/** The specifications of these servers, with their files in folders of their own. */
export function stackSpecs(ground: Ground, names: readonly StackName[]): Promise<ServerSpec[]> {
  const { folder, ports, secrets } = ground;
  const make: Record<StackName, () => Promise<ServerSpec>> = {
    eventStore: async () => eventStoreServer({ folder: join(folder, 'event-store'), port: ports.eventStore }),
    nats: () => natsServer({ folder: join(folder, 'nats'), port: ports.nats }),
    postgres: () =>
      postgresServer({ folder: join(folder, 'postgres'), port: ports.postgres, password: secrets.postgresPassword }),
  };
  return Promise.all(names.map((name) => make[name]()));
}

/** What the real clients connect to. */
export function stackUrls({ ports, secrets }: Ground): StackUrls {
  return {
    eventStoreUrl: eventStoreUrl(ports.eventStore),
    natsUrl: natsUrl(ports.nats),
    postgresUrl: postgresUrl(ports.postgres, secrets.postgresPassword),
  };
}
