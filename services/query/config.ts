import { z } from 'zod';
import { apiKeysVariable, type Env, processVariables, readEnv } from '../../shared/config/env.js';
import { callerVariables } from '../../shared/http/admission.js';
import { issuerVariable } from '../../shared/http/external-issuer.js';

const secretKey = z.string().regex(/^([0-9a-f]{2}){32,}$/, 'must be at least 32 bytes in lower-case hexadecimal');

const schema = z.object({
  ...processVariables,
  POSTGRES_URL: z.string().min(1),
  /** Checks players' tokens; command signs them with the same. */
  CROUPIER_TOKEN_KEY: secretKey,
  CROUPIER_OPERATOR_KEYS: apiKeysVariable,
  CROUPIER_BACKOFFICE_KEYS: apiKeysVariable,
  /** OAuth2 clients of the Operator API: id and hashed secret. */
  CROUPIER_OAUTH_CLIENTS: apiKeysVariable.default([]),
  /** Signs the access tokens of `/token`. */
  CROUPIER_OAUTH_KEY: secretKey,
  CROUPIER_OPERATOR_ISSUER: issuerVariable,
  ...callerVariables,
  /** The brand's name in Fast Track; the same as ft-bridge's. Answered as `origin`. */
  FT_ORIGIN: z.string().optional(),
  /** How this tenant of Fast Track spells the consents' types: `email` and `postMail`, or, of old, `Email` and `PostMail`. */
  FT_CONSENT_CASING: z.enum(['schema', 'capitalised']).optional(),
  /** The 256-bit secret that Fast Track's front end shares with us; without it, players' pages get no token for it. */
  FT_JWT_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in lower-case hexadecimal')
    .optional(),
  /** Where the bonuses that Fast Track lists are: the same file as command's. */
  CROUPIER_CATALOGUE: z.string().optional(),
});

export type QueryConfig = z.infer<typeof schema>;

/** @throws Error that names each variable that is missing or wrong. */
export function readConfig(env: Env): QueryConfig {
  return readEnv(schema, env);
}
