import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readBrandCatalogue } from '../../shared/catalogue/brand-catalogue.js';
import { catalogueFile } from '../../shared/config/catalogue-file.js';
import { apiKeysVariable, type Env, jsonVariable, processVariables, readEnv } from '../../shared/config/env.js';
import { type ProcessSettings, processSettings } from '../../shared/config/process-settings.js';
import { type AdmissionOptions, callerVariables } from '../../shared/http/admission.js';
import type { ApiKeyHolder } from '../../shared/http/api-key.js';
import type { Brand } from './fast-track/brand.js';
import { createExchangeRate, currencyCode, exchangeRatesSchema } from './fast-track/exchange-rates.js';
import { FT_PROFILES, type FtProfile, isFtProfile } from './fast-track/profiles.js';

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
  /** A PEM file with the authorities that may vouch for Fast Track; instead of the public ones that Node knows. */
  FT_CA_FILE: z.string().min(1).optional(),
  FT_API_KEY: z.string().min(1),
  FT_KEY_HEADER: z.string().regex(HEADER_NAME).default('X-Api-Key'),
  /** The dialect that Fast Track is spoken to in. */
  FT_PROFILE: z
    .string()
    .default('guide')
    .transform((name, context): FtProfile => {
      if (isFtProfile(name)) return name;
      context.addIssue(`is no profile; ${Object.keys(FT_PROFILES).join(' and ')} are`);
      return z.NEVER;
    }),
  /** The brand's name in Fast Track, sent as `origin`. */
  FT_ORIGIN: z.string().min(1),
  /** The brand's own currency, in which Fast Track reports. Only the profile native says it. */
  FT_BASE_CURRENCY: currencyCode.default('EUR'),
  /** `{"SEK":"0.0885"}`: by what an amount is multiplied to be one of the base currency. Only the profile native. */
  FT_EXCHANGE_RATES: jsonVariable(exchangeRatesSchema).default({}),
  /** The file with the names of games, providers and PSPs, the same that command has: docs/bonuses.md. */
  CROUPIER_CATALOGUE: z.string().optional(),
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

const consistent = schema.refine(
  ({ FT_BASE_CURRENCY: base, FT_EXCHANGE_RATES: rates }) => !Object.hasOwn(rates, base),
  {
    path: ['FT_EXCHANGE_RATES'],
    message: 'must not list the base currency, which is worth 1',
  },
);

export type FtBridgeConfig = ProcessSettings & {
  readonly postgresUrl: string;
  readonly natsUrl: string;
  readonly eventStoreUrl: string;
  readonly instance: string | undefined;
  readonly backofficeKeys: readonly ApiKeyHolder[];
  readonly admission?: Pick<AdmissionOptions, 'policies' | 'trustedProxies'>;
  readonly retentionHours: number;
  readonly fastTrack: {
    readonly baseUrl: string;
    /** PEM; undefined: the public authorities. */
    readonly ca?: string | undefined;
    readonly apiKey: string;
    readonly keyHeader: string;
    readonly profile: FtProfile;
    readonly origin: string;
    readonly brand: Brand;
  };
};

/** @throws Error that names every variable that is missing or wrong, or the faults of a file that one names. */
export function readConfig(env: Env): FtBridgeConfig {
  const read = readEnv(consistent, env);
  const { text, file } = catalogueFile(read.CROUPIER_CATALOGUE);
  return {
    ...processSettings(read),
    postgresUrl: read.POSTGRES_URL,
    natsUrl: read.NATS_URL,
    eventStoreUrl: read.EVENTSTORE_URL,
    instance: read.CROUPIER_INSTANCE,
    backofficeKeys: read.CROUPIER_BACKOFFICE_KEYS,
    admission: { policies: read.CROUPIER_CALLER_POLICIES, trustedProxies: read.CROUPIER_TRUSTED_PROXIES },
    retentionHours: read.CROUPIER_BRIDGE_RETENTION_HOURS,
    fastTrack: {
      baseUrl: read.FT_BASE_URL,
      ca: read.FT_CA_FILE === undefined ? undefined : readAuthorities(read.FT_CA_FILE),
      apiKey: read.FT_API_KEY,
      keyHeader: read.FT_KEY_HEADER,
      profile: read.FT_PROFILE,
      origin: read.FT_ORIGIN,
      brand: {
        catalogue: readBrandCatalogue(text, file),
        exchangeRate: createExchangeRate(read.FT_BASE_CURRENCY, read.FT_EXCHANGE_RATES),
      },
    },
  };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs;

/** Looked at here: a connection believes nobody, and says nothing about it, when the file holds no certificate. */
function readAuthorities(file: string): string {
  try {
    const certificates = readFileSync(file, 'utf8').match(CERTIFICATE) ?? [];
    if (certificates.length === 0) throw new Error('it holds no certificate');
    return certificates.map((pem) => new X509Certificate(pem).toString()).join('');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`FT_CA_FILE: ${file} cannot be used: ${why}`, { cause });
  }
}
