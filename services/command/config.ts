import { z } from 'zod';
import { catalogueFile } from '../../shared/config/catalogue-file.js';
import { apiKeysVariable, type Env, jsonVariable, processVariables, readEnv } from '../../shared/config/env.js';
import { callerVariables } from '../../shared/http/admission.js';
import { issuerVariable } from '../../shared/http/external-issuer.js';
import { PASSWORD_COST } from './adapters/passwords.js';
import type { Catalogue } from './catalogue/catalogue.js';
import { readCatalogue } from './catalogue/read-catalogue.js';

const secretKey = z.string().regex(/^([0-9a-f]{2}){32,}$/, 'must be at least 32 bytes in lower-case hexadecimal');
const secrets = z.array(z.string().min(16)).min(1).max(2);

const COSTS = Array.from({ length: 9 }, (_, n) => 2 ** (10 + n));

const schema = z.object({
  ...processVariables,
  EVENTSTORE_URL: z.string().min(1),
  POSTGRES_URL: z.string().min(1),
  /** Names `email-*` streams. Losing it loses every login. */
  CROUPIER_EMAIL_KEY: secretKey,
  /** Signs players' tokens; query checks them with the same. */
  CROUPIER_TOKEN_KEY: secretKey,
  /** `[{"id":"mock","secrets":["…"]}]`; two secrets are live during a rotation. */
  CROUPIER_PROVIDERS: jsonVariable(z.array(z.object({ id: z.string(), secrets }))),
  /** As providers, and where to ask for payouts. */
  CROUPIER_PSPS: jsonVariable(z.array(z.object({ id: z.string(), secrets, url: z.url() }))),
  CROUPIER_OPERATOR_KEYS: apiKeysVariable,
  CROUPIER_BACKOFFICE_KEYS: apiKeysVariable,
  /** scrypt's N, a power of two. Less than the default is for tests: it is what a stolen hash costs to try. */
  CROUPIER_PASSWORD_COST: z.coerce
    .number()
    .refine((cost) => COSTS.includes(cost), `must be one of ${COSTS.join(', ')}`)
    .default(PASSWORD_COST),
  CROUPIER_OAUTH_CLIENTS: apiKeysVariable.default([]),
  CROUPIER_OAUTH_KEY: secretKey,
  CROUPIER_OPERATOR_ISSUER: issuerVariable,
  ...callerVariables,
  /** `auto`: a withdrawal is approved as soon as it is requested (the sandbox). `manual`: by the back office. */
  CROUPIER_WITHDRAWALS: z.enum(['auto', 'manual']).default('manual'),
  /**
   * Where players' states and old transactions are kept so that streams need not be read whole. A cache: it may be
   * deleted while command is down, and each instance makes a folder of its own in it.
   */
  CROUPIER_ARCHIVE_DIR: z.string().min(1).default('.data/archive'),
  /** A file with games and bonus templates, JSON: docs/bonuses.md. */
  CROUPIER_CATALOGUE: z.string().optional(),
});

export type CommandConfig = z.infer<typeof schema> & { readonly catalogue: Catalogue };

/** @throws Error naming each variable that is missing or wrong, or the catalogue's faults. */
export function readConfig(env: Env): CommandConfig {
  const config = readEnv(schema, env);
  const { text, file } = catalogueFile(config.CROUPIER_CATALOGUE);
  return { ...config, catalogue: readCatalogue(text, file) };
}
