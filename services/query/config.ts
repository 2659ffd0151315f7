import { z } from 'zod';
import { apiKeysVariable, type Env, processVariables, readEnv } from '../../shared/config/env.js';

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
});

export type QueryConfig = z.infer<typeof schema>;

/** @throws Error that names each variable that is missing or wrong. */
export function readConfig(env: Env): QueryConfig {
  return readEnv(schema, env);
}
