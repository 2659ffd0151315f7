import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { spawnGuarded } from '../../embedded/guarded-spawn.js';
import { nodeCommand } from '../../embedded/node-process.js';
import { answersOk } from '../../embedded/readiness.js';
import { type Answer, callSigned, type Signer } from '../../sandbox/http-call.js';

const HOST = '127.0.0.1';
const KEY = 'ab'.repeat(32);
const SECRET = 'bench-secret-0123456789';
const SIGNER: Signer = { idHeader: 'X-Provider-Id', id: 'mock', secret: SECRET };
const START_MS = 30_000;
const CALL_MS = 10_000;

export type CommandProcess = {
  /** One signed provider call; undefined when there was no answer. */
  call(route: 'bet' | 'win', body: object): Promise<Answer | undefined>;
  memory(): Memory;
  kill(): Promise<void>;
};

/** Resident memory, in MiB; `anonymous` is without the pages of mapped files, which the system takes back when it needs them. */
export type Memory = { readonly total: number; readonly anonymous: number };

/** The command service as it runs in production, on this event store and without Postgres (nothing here needs it). */
export async function startCommandProcess(eventStoreUrl: string, archiveDir: string): Promise<CommandProcess> {
  const port = await freePort();
  const url = `http://${HOST}:${port}`;
  const child = spawnGuarded(
    {
      command: nodeCommand('services/command/main.ts'),
      stopSignal: 'SIGTERM',
      env: {
        ...process.env,
        ...{ HOST, PORT: String(port), LOG_LEVEL: 'fatal', NODE_ENV: 'production', CROUPIER_SUPERVISED: '1' },
        ...{
          EVENTSTORE_URL: eventStoreUrl,
          POSTGRES_URL: `postgres://${HOST}:1/none`,
          CROUPIER_ARCHIVE_DIR: archiveDir,
        },
        ...{ CROUPIER_EMAIL_KEY: KEY, CROUPIER_TOKEN_KEY: KEY, CROUPIER_OAUTH_KEY: KEY },
        CROUPIER_PROVIDERS: JSON.stringify([{ id: 'mock', secrets: [SECRET] }]),
        CROUPIER_PSPS: '[]',
        CROUPIER_OPERATOR_KEYS: '[]',
        CROUPIER_BACKOFFICE_KEYS: '[]',
      },
    },
    'inherit',
  );
  const { pid } = child;
  if (pid === undefined) throw new Error('command could not be started');
  const until = performance.now() + START_MS;
  while (!(await answersOk(`${url}/health/ready`).catch(() => false))) {
    if (child.exitCode !== null || performance.now() > until) throw new Error('command did not become ready');
    await wait(20);
  }
  return {
    call: (route, body) => callSigned(SIGNER, `${url}/provider/v1/${route}`, JSON.stringify(body), CALL_MS),
    memory: () => memoryOf(pid),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** Linux only: where there is no /proc, it is not known. */
function memoryOf(pid: number): Memory {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mebibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
    return { total: mebibytes('VmRSS'), anonymous: mebibytes('RssAnon') };
  } catch {
    return { total: Number.NaN, anonymous: Number.NaN };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
