import { z } from 'zod';
import { type Env, processVariables, readEnv } from '../../../shared/config/env.js';
import type { GatewayConfig } from './gateway.js';

const variables = z.object({
  ...processVariables,
  /** The base URL of the command service. */
  COMMAND_URL: z.url(),
  /** The base URL of the query service. */
  QUERY_URL: z.url(),
});

/** @throws Error that names each variable that is missing or wrong. */
export function readGatewayConfig(env: Env): GatewayConfig & { readonly logLevel: string } {
  const { HOST, PORT, LOG_LEVEL, COMMAND_URL, QUERY_URL } = readEnv(variables, env);
  return { host: HOST, port: PORT, logLevel: LOG_LEVEL, commandUrl: COMMAND_URL, queryUrl: QUERY_URL };
}
