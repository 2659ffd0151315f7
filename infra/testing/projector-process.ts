import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import { nodeCommand } from '../embedded/node-process.js';

/** The projector for tests of what reads its tables, without NATS; it ends with the test. */
export function startProjector(
  t: ExecutionContext,
  { eventStoreUrl, postgresUrl }: { readonly eventStoreUrl: string; readonly postgresUrl: string },
): void {
  const [node, ...words] = nodeCommand('services/projector/main.ts');
  const child = spawn(node, words, {
    env: {
      ...process.env,
      PORT: '0',
      LOG_LEVEL: 'silent',
      EVENTSTORE_URL: eventStoreUrl,
      POSTGRES_URL: postgresUrl,
      NATS_URL: 'nats://127.0.0.1:1',
    },
    stdio: 'ignore',
  });
  t.teardown(async () => {
    const exit = once(child, 'exit');
    if (child.kill('SIGKILL')) await exit;
  });
}
