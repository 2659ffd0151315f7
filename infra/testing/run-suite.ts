import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileInto } from '../build/compile.mjs';
import { sendSignal } from '../embedded/end-process.js';
import { spawnGuarded } from '../embedded/guarded-spawn.js';
import type { StackUrls } from '../embedded/stack.js';
import { aborted } from '../embedded/stop-request.js';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const AVA = fileURLToPath(new URL('./cli.mjs', import.meta.resolve('ava')));
const STOP_GRACE_MS = 5_000;

export type Servers = StackUrls & { stop(): Promise<void> };

/**
 * Runs test files, compiled once, on servers that `start` has started, and leaves nothing behind; answers the exit code.
 * @param args go to ava: test files, all of them unless there are any
 * @param start is given a folder for what the servers keep
 */
export async function runSuite(
  args: readonly string[],
  stop: AbortSignal,
  start: (folder: string) => Promise<Servers>,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'croupier-test-'));
  // Entered, though not listed, by everyone: Postgres under the user nobody is one of the things tested in it.
  await chmod(folder, 0o711);
  try {
    const copy = join(folder, 'checkout');
    // Every test file is a process of its own, too: none of them has to load a compiler first.
    await compileInto(copy, CHECKOUT, await readdir(CHECKOUT));
    const servers = await start(join(folder, 'stack'));
    try {
      return await runAva(args, copy, stop, {
        ...process.env,
        CROUPIER_TEST_COMPILED: '1',
        EVENTSTORE_URL: servers.eventStoreUrl,
        NATS_URL: servers.natsUrl,
        POSTGRES_URL: servers.postgresUrl,
        // Thousands of players register.
        CROUPIER_PASSWORD_COST: '1024',
        // Whatever a test that was cut short leaves lies in here, and goes with it.
        TMPDIR: folder,
      });
    } finally {
      await servers.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function runAva(args: readonly string[], cwd: string, stop: AbortSignal, env: NodeJS.ProcessEnv): Promise<number> {
  const command = [process.execPath, AVA, ...args.map((arg) => arg.replace(/\.ts$/, '.js'))] as const;
  // In a group of its own: Ctrl-C reaches us alone, and ava ends together with what its workers started.
  const ava = spawnGuarded({ command, cwd, env, stopSignal: 'SIGTERM' }, 'inherit');
  const end = (signal: NodeJS.Signals) => {
    if (ava.pid !== undefined) sendSignal(-ava.pid, signal);
  };
  void aborted(stop).then(() => {
    end('SIGTERM');
    setTimeout(() => end('SIGKILL'), STOP_GRACE_MS).unref();
  });
  return new Promise((resolve, reject) => {
    ava.once('error', reject);
    ava.once('exit', (code, signal) => {
      end('SIGKILL');
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
