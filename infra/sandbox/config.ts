import { z } from 'zod';
import { type Env, portVariable, processVariables, readEnv } from '../../shared/config/env.js';
import { type TlsFiles, tlsFiles } from '../../shared/http/tls.js';
import type { AuditedServers } from './backoffice/audit-run.js';
import { type ProfileName, profiles } from './fast-track/profiles.js';

export type SandboxConfig = {
  readonly host: string;
  readonly tls?: TlsFiles | undefined;
  readonly ports: {
    readonly fastTrack: number;
    readonly casino: number;
    readonly psp: number;
    readonly provider: number;
  };
  readonly gatewayUrl: string;
  readonly dataDir: string;
  readonly profile: ProfileName;
  readonly keyHeader: string;
  readonly fastTrackApiKey: string;
  readonly operatorApiKey: string;
  /** Undefined: there is no back office page. */
  readonly backofficeApiKey: string | undefined;
  /** Undefined: the back office page retries and skips nothing. */
  readonly bridgeUrl: string | undefined;
  /** Undefined: the back office page starts no audit. */
  readonly audited: AuditedServers | undefined;
  readonly provider: { readonly id: string; readonly secret: string };
  readonly psp: { readonly id: string; readonly secret: string };
  readonly seed: number;
  readonly logLevel: string;
};

const secret = z.string().min(1);
const profileNames = Object.keys(profiles) as [ProfileName, ...ProfileName[]];

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const variables = z
  .object({
    HOST: processVariables.HOST,
    TLS_CERTIFICATE_FILE: processVariables.TLS_CERTIFICATE_FILE,
    TLS_KEY_FILE: processVariables.TLS_KEY_FILE,
    LOG_LEVEL: processVariables.LOG_LEVEL,
    FAST_TRACK_PORT: portVariable,
    CASINO_PORT: portVariable,
    PSP_PORT: portVariable,
    PROVIDER_PORT: portVariable,
    /** Where Croupier is reached: the sandbox knows nothing else of it. */
    GATEWAY_URL: z.url(),
    /** The journals of Fast Track staging, the provider and the PSP. */
    SANDBOX_DATA_DIR: z.string().min(1),
    /** Which of Fast Track's dialects staging speaks. */
    FT_PROFILE: z.enum(profileNames).default('guide'),
    /** The header that carries the key of the sender. */
    FT_KEY_HEADER: z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be a header name')
      .default('X-Api-Key'),
    FT_API_KEY: secret,
    /** The key that Fast Track shows to Croupier's Operator API. */
    OPERATOR_API_KEY: secret,
    /**
     * The key that the back office page's calls are given by the casino's server, so that no browser holds it. Whoever
     * reaches that server is then in the back office: it must listen on this machine only.
     */
    BACKOFFICE_API_KEY: secret.optional(),
    /** Whose operations API the back office page uses. */
    BRIDGE_URL: z.url().optional(),
    /** Both together: what an audit that the back office page starts looks at. Nothing else in the sandbox sees them. */
    EVENTSTORE_URL: secret.optional(),
    POSTGRES_URL: secret.optional(),
    PROVIDER_ID: secret,
    PROVIDER_SECRET: secret,
    PSP_ID: secret,
    PSP_SECRET: secret,
    /** Of the reels and of the faults. */
    SANDBOX_SEED: z.coerce.number().int().default(1),
  })
  .refine(({ HOST, BACKOFFICE_API_KEY }) => BACKOFFICE_API_KEY === undefined || LOOPBACK.has(HOST), {
    path: ['BACKOFFICE_API_KEY'],
    message: 'would let in whoever reaches HOST, which is more than this machine',
  });

/** @throws Error that names each variable that is missing or wrong. */
export function readSandboxConfig(env: Env): SandboxConfig {
  const read = readEnv(variables, env);
  return {
    host: read.HOST,
    tls: tlsFiles(read),
    ports: {
      fastTrack: read.FAST_TRACK_PORT,
      casino: read.CASINO_PORT,
      psp: read.PSP_PORT,
      provider: read.PROVIDER_PORT,
    },
    gatewayUrl: read.GATEWAY_URL.replace(/\/$/, ''),
    dataDir: read.SANDBOX_DATA_DIR,
    profile: read.FT_PROFILE,
    keyHeader: read.FT_KEY_HEADER,
    fastTrackApiKey: read.FT_API_KEY,
    operatorApiKey: read.OPERATOR_API_KEY,
    backofficeApiKey: read.BACKOFFICE_API_KEY,
    bridgeUrl: read.BRIDGE_URL?.replace(/\/$/, ''),
    audited:
      read.EVENTSTORE_URL === undefined || read.POSTGRES_URL === undefined
        ? undefined
        : { eventStoreUrl: read.EVENTSTORE_URL, postgresUrl: read.POSTGRES_URL },
    provider: { id: read.PROVIDER_ID, secret: read.PROVIDER_SECRET },
    psp: { id: read.PSP_ID, secret: read.PSP_SECRET },
    seed: read.SANDBOX_SEED,
    logLevel: read.LOG_LEVEL,
  };
}
