import { z } from 'zod';
import { apiKeysVariable, type Env, processVariables, readEnv } from '../../shared/config/env.js';
import { type AdmissionOptions, callerVariables } from '../../shared/http/admission.js';
import type { ApiKeyHolder } from '../../shared/http/api-key.js';
import { type FtProfile, isFtProfile } from './fast-track/profiles.js';

const HEADER_NAME = /^[A-Za-z0-9-]+$/;
const INSTANCE_NAME = /^[\x21-\x7e]{1,128}$/;

const schema = z.object({
  ...processVariables,
  POSTGRES_URL: z.string().min(1),
  NATS_URL: z.string().min(1),
  /**
   * What this instance is called among several; each has its own. One that is started under the name of another takes
   * its place at once: after a kill -9, its partitions need not wait until the lease has run out.
   */
  CROUPIER_INSTANCE: z.string().regex(INSTANCE_NAME).optional(),
  EVENTSTORE_URL: z.string().min(1),
  /** Where Fast Track is; may end in a path. */
  FT_BASE_URL: z.url({ protocol: /^https?$/ }),
  FT_API_KEY: z.string().min(1),
  FT_KEY_HEADER: z.string().regex(HEADER_NAME).default('X-Api-Key'),
  /** The dialect that Fast Track is spoken to in. */
  FT_PROFILE: z
    .string()
    .default('guide')
    .transform((name, context): FtProfile => {
      if (isFtProfile(name)) return name;
      context.addIssue(name === 'native' ? 'native is not spoken yet; guide is' : 'is no profile; guide is');
      return z.NEVER;
    }),
  /** The brand's name in Fast Track, sent as `origin`. */
  FT_ORIGIN: z.string().min(1),
  /** Who may use the operations API; without any, nobody may. */
  CROUPIER_BACKOFFICE_KEYS: apiKeysVariable.default([]),
  ...callerVariables,
  /** How long the inbox keeps what Fast Track has confirmed; the default is as long as JetStream keeps it. */
  CROUPIER_BRIDGE_RETENTION_HOURS: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, 'must be a number of hours, 1 to 99999')
    .transform(Number)
    .default(72),
});

export type FtBridgeConfig = {
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly postgresUrl: string;
  readonly natsUrl: string;
  readonly eventStoreUrl: string;
  readonly instance: string | undefined;
  readonly backofficeKeys: readonly ApiKeyHolder[];
  readonly admission?: Pick<AdmissionOptions, 'policies' | 'trustedProxies'>;
  readonly retentionHours: number;
  readonly fastTrack: {
    readonly baseUrl: string;
    readonly apiKey: string;
    readonly keyHeader: string;
    readonly profile: FtProfile;
    readonly origin: string;
  };
};

/** @throws Error that names every variable that is missing or wrong. */
export function readConfig(env: Env): FtBridgeConfig {
  const read = readEnv(schema, env);
  return {
    host: read.HOST,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    postgresUrl: read.POSTGRES_URL,
    natsUrl: read.NATS_URL,
    eventStoreUrl: read.EVENTSTORE_URL,
    instance: read.CROUPIER_INSTANCE,
    backofficeKeys: read.CROUPIER_BACKOFFICE_KEYS,
    admission: { policies: read.CROUPIER_CALLER_POLICIES, trustedProxies: read.CROUPIER_TRUSTED_PROXIES },
    retentionHours: read.CROUPIER_BRIDGE_RETENTION_HOURS,
    fastTrack: {
      baseUrl: read.FT_BASE_URL,
      apiKey: read.FT_API_KEY,
      keyHeader: read.FT_KEY_HEADER,
      profile: read.FT_PROFILE,
      origin: read.FT_ORIGIN,
    },
  };
}
