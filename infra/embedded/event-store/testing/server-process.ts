import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';
import { nodeCommand } from '../../node-process.js';

/** The server as it runs in production, in a process of its own that a test may kill, stop and start again. */
export type ServerProcess = {
  readonly url: string;
  readonly child: ChildProcess;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
};

const [NODE, ...WORDS] = nodeCommand('infra/embedded/event-store/main.ts');

export async function startServerProcess(
  dataDir: string,
  port: number,
  env: NodeJS.ProcessEnv = {},
): Promise<ServerProcess> {
  const child = spawn(NODE, WORDS, {
    env: { ...process.env, ...env, HOST: '127.0.0.1', PORT: String(port), EVENT_STORE_DATA_DIR: dataDir },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const url = await firstUrl(child);
  return {
    url,
    child,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    },
  };
}

async function firstUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /esdb:\S+/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error(`the server ended with ${child.exitCode ?? child.signalCode} before it listened`);
}

export function portOf(url: string): number {
  return Number(new URL(url.replace('esdb:', 'http:')).port);
}

/** A folder that is gone after the test. */
export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'croupier-event-store-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
