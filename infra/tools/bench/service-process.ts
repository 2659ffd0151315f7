import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { spawnGuarded } from '../../embedded/guarded-spawn.js';
import { nodeCommand } from '../../embedded/node-process.js';
import { answersOk } from '../../embedded/readiness.js';
import { freePort } from '../../testing/free-port.js';
import { type Memory, memoryOf } from './process-figures.js';

const HOST = '127.0.0.1';
const START_MS = 30_000;

export type ServiceProcess = {
  readonly url: string;
  readonly pid: number;
  memory(): Memory;
  kill(): Promise<void>;
};

/** One service as it runs in production, in a process of its own, once it is ready. */
export async function startServiceProcess(
  name: 'command' | 'ft-bridge' | 'projector',
  env: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const port = await freePort(HOST);
  const url = `http://${HOST}:${port}`;
  const child = spawnGuarded(
    {
      command: nodeCommand(`services/${name}/main.ts`),
      stopSignal: 'SIGTERM',
      env: {
        ...process.env,
        ...{ HOST, PORT: String(port), LOG_LEVEL: 'fatal', NODE_ENV: 'production', CROUPIER_SUPERVISED: '1' },
        // The embedded servers are on loopback.
        CROUPIER_PLAINTEXT: 'allow',
        ...env,
      },
    },
    'inherit',
  );
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started`);
  const until = performance.now() + START_MS;
  while (!(await answersOk(`${url}/health/ready`).catch(() => false))) {
    if (child.exitCode !== null || performance.now() > until) throw new Error(`${name} did not become ready`);
    await wait(20);
  }
  return {
    url,
    pid,
    memory: () => memoryOf(pid),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
