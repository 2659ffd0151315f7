import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';
import { nodeCommand } from '../../../infra/embedded/node-process.js';
import type { FtBridgeConfig } from '../config.js';
import type { Tuning } from '../service.js';

export type BridgeProcess = { readonly child: ChildProcess; readonly url: string };

const MAIN = 'services/ft-bridge/tests/bridge-main.ts';

/** The service in a process of its own, once it listens. Its API key tells Fast Track who sent. */
export async function spawnBridge(
  t: ExecutionContext,
  config: FtBridgeConfig,
  tuning: Partial<Tuning> = {},
): Promise<BridgeProcess> {
  const [command, ...args] = nodeCommand(MAIN);
  const child = spawn(command, args, {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      // It ends when its pipe does, should the test be killed.
      CROUPIER_SUPERVISED: '1',
      LOG_LEVEL: 'info',
      POSTGRES_URL: config.postgresUrl,
      NATS_URL: config.natsUrl,
      EVENTSTORE_URL: config.eventStoreUrl,
      FT_BASE_URL: config.fastTrack.baseUrl,
      FT_API_KEY: config.fastTrack.apiKey,
      FT_ORIGIN: 'test',
      TEST_TUNING: JSON.stringify(tuning),
      ...(config.instance === undefined ? {} : { CROUPIER_INSTANCE: config.instance }),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the bridge exited with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('ft-bridge listens')) resolve((JSON.parse(line) as { url: string }).url);
    });
  });
  return { child, url };
}
