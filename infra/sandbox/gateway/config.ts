import { z } from 'zod';
import { type Env, processVariables, readEnv } from '../../../shared/config/env.js';
import { processSettings } from '../../../shared/config/process-settings.js';
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
  const read = readEnv(variables, env);
  return {
    ...processSettings(read),
    commandUrl: read.COMMAND_URL,
    queryUrl: read.QUERY_URL,
  };
}
