import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireNatsServer, isAtLeast } from './nats-binary.js';
import { HOST } from './ports.js';
import { hasJetStream } from './readiness.js';
import type { ServerSpec } from './server-spec.js';

/** A real nats-server with JetStream in files under `folder`. */
export async function natsServer({ folder, port }: { folder: string; port: number }): Promise<ServerSpec> {
  const binary = await acquireNatsServer();
  const configFile = join(folder, 'nats-server.conf');
  const prepare = async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(configFile, natsConfig({ folder, port, version: binary.version }));
  };
  return {
    name: 'nats',
    after: [],
    command: [binary.path, '--config', configFile],
    env: {},
    stopSignal: 'SIGTERM',
    prepare,
    isReady: () => hasJetStream(port),
  };
}

/** The server's configuration file: loopback only, everything it keeps in the folder. */
export function natsConfig({ folder, port, version }: { folder: string; port: number; version: string }): string {
  // Since 2.10 a message can be on disk before its ack; older servers flush every two minutes and refuse the option.
  const sync = isAtLeast(version, [2, 10]) ? '\n  sync_interval: always' : '';
  return `listen: "${HOST}:${port}"
server_name: croupier
jetstream {
  store_dir: ${JSON.stringify(folder)}
  max_memory_store: 64MB${sync}
}
`;
}

/** What clients connect to. */
export function natsUrl(port: number): string {
  return `nats://${HOST}:${port}`;
}
