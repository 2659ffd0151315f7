import { z } from 'zod';
import { type Env, processVariables, readEnv } from '../../shared/config/env.js';
import { type ProcessSettings, processSettings } from '../../shared/config/process-settings.js';

const schema = z.object({
  ...processVariables,
  EVENTSTORE_URL: z.string().min(1),
  POSTGRES_URL: z.string().min(1),
  NATS_URL: z.string().min(1),
  /** Copies of the stream CROUPIER in a NATS cluster; counts when the stream is made. */
  NATS_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
});

export type ProjectorConfig = ProcessSettings & {
  readonly eventStoreUrl: string;
  readonly postgresUrl: string;
  readonly natsUrl: string;
  readonly natsReplicas: number;
};

/** @throws Error that names each variable that is missing or wrong. */
export function readConfig(env: Env): ProjectorConfig {
  const read = readEnv(schema, env);
  return {
    ...processSettings(read),
    eventStoreUrl: read.EVENTSTORE_URL,
    postgresUrl: read.POSTGRES_URL,
    natsUrl: read.NATS_URL,
    natsReplicas: read.NATS_REPLICAS,
  };
}
