import type { ExecutionContext } from 'ava';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { readSandboxConfig } from '../config.js';
import { type Sandbox, startSandbox } from '../sandbox.js';

/** The environment of a sandbox on free ports, with keys that a test knows. */
export function sandboxEnv(dataDir: string, gatewayUrl: string): Record<string, string> {
  return {
    FAST_TRACK_PORT: '0',
    CASINO_PORT: '0',
    PSP_PORT: '0',
    PROVIDER_PORT: '0',
    GATEWAY_URL: gatewayUrl,
    SANDBOX_DATA_DIR: dataDir,
    FT_API_KEY: 'ft-key',
    OPERATOR_API_KEY: 'operator-key',
    PROVIDER_ID: 'mock',
    PROVIDER_SECRET: 'provider-secret',
    PSP_ID: 'fake',
    PSP_SECRET: 'psp-secret',
  };
}

/** Nothing listens here: for a test in which nobody should call the gateway. */
export const NO_GATEWAY = 'http://127.0.0.1:9';

/** A whole sandbox in this process, stopped at the end of the test if not before. */
export async function sandboxInTest(
  t: ExecutionContext,
  dataDir: string,
  gatewayUrl: string,
  more: Record<string, string> = {},
): Promise<Sandbox> {
  const config = readSandboxConfig({ ...sandboxEnv(dataDir, gatewayUrl), ...more });
  const sandbox = await startSandbox(config, silentLogger);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= sandbox.stop();
    return stopped;
  };
  t.teardown(stop);
  return { ...sandbox, stop };
}
