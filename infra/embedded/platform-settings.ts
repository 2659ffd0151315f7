import { join } from 'node:path';
import { eventStoreUrl } from './event-store-server.js';
import { natsUrl } from './nats.js';
import { HOST, type PortName } from './ports.js';
import { postgresUrl } from './postgres.js';
import type { Ground } from './run-servers.js';
import { STACK_NAMES, type StackName } from './stack.js';

export const PROVIDER_ID = 'mock';
export const PSP_ID = 'fake';

/** Everything that the processes are told, worked out once. */
export type PlatformSettings = {
  readonly ground: Ground;
  readonly env: NodeJS.ProcessEnv;
  /** The three stores, embedded or the user's. */
  readonly stores: Readonly<Record<StackName, string>>;
  readonly embedded: readonly StackName[];
  readonly url: (name: PortName) => string;
  readonly sandboxFolder: string;
  readonly fastTrack: {
    readonly baseUrl: string;
    readonly apiKey: string;
    readonly keyHeader: string;
    readonly profile: string;
    readonly origin: string;
  };
};

const STORE_VARIABLES: Record<StackName, string> = {
  eventStore: 'EVENTSTORE_URL',
  nats: 'NATS_URL',
  postgres: 'POSTGRES_URL',
};

/** The stores that have no connection string in the environment, and so are ours to start. */
export function embeddedStores(env: NodeJS.ProcessEnv): StackName[] {
  return STACK_NAMES.filter((name) => !env[STORE_VARIABLES[name]]);
}

/** @param env what the user set; never the whole environment of a test */
export function platformSettings(ground: Ground, env: NodeJS.ProcessEnv): PlatformSettings {
  const { ports, secrets, folder } = ground;
  const url = (name: PortName) => `http://${HOST}:${ports[name]}`;
  return {
    ground,
    env,
    url,
    embedded: embeddedStores(env),
    sandboxFolder: join(folder, 'sandbox'),
    stores: {
      eventStore: env.EVENTSTORE_URL || eventStoreUrl(ports.eventStore),
      nats: env.NATS_URL || natsUrl(ports.nats),
      postgres: env.POSTGRES_URL || postgresUrl(ports.postgres, secrets.postgresPassword),
    },
    fastTrack: {
      baseUrl: env.FT_BASE_URL || url('fastTrack'),
      apiKey: env.FT_API_KEY || secrets.fastTrackApiKey,
      keyHeader: env.FT_KEY_HEADER || 'X-Api-Key',
      profile: env.FT_PROFILE || 'guide',
      origin: env.FT_ORIGIN || 'localhost',
    },
  };
}
