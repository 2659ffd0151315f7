import { join } from 'node:path';
import { nodeCommand } from './node-process.js';
import { HOST } from './ports.js';
import { isListening } from './readiness.js';
import type { ServerSpec } from './server-spec.js';
import { systemEnv } from './system-env.js';

/** The EventStoreDB-compatible server of `infra/embedded/event-store`, with its files in `folder`. */
export function eventStoreServer({ folder, port }: { folder: string; port: number }): ServerSpec {
  return {
    name: 'eventStore',
    after: [],
    command: nodeCommand('infra/embedded/event-store/main.ts'),
    env: {
      ...systemEnv(),
      CROUPIER_SUPERVISED: '1',
      HOST,
      PORT: String(port),
      EVENT_STORE_DATA_DIR: join(folder, 'data'),
    },
    stopSignal: 'SIGTERM',
    isReady: () => isListening(port),
  };
}

/** What clients connect to. */
export function eventStoreUrl(port: number): string {
  return `esdb://${HOST}:${port}?tls=false`;
}
