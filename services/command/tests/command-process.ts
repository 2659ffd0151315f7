import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';
import { nodeCommand } from '../../../infra/embedded/node-process.js';
import { temporaryFolder } from '../../../infra/testing/temporary-folder.js';
import { envOfTests } from './command-client.js';

/** A command service in a process of its own, so that it can be paused as a process is; it ends with the test. */
export async function startCommandProcess(
  t: ExecutionContext,
  urls: { readonly EVENTSTORE_URL: string; readonly POSTGRES_URL: string },
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const [node, ...words] = nodeCommand('services/command/main.ts');
  const archive = { CROUPIER_ARCHIVE_DIR: await temporaryFolder(t) };
  const child = spawn(node, words, {
    // It says where it listens.
    env: { ...process.env, ...envOfTests(urls), ...archive, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(async () => {
    const exit = once(child, 'exit');
    // Also one that is paused.
    if (child.kill('SIGKILL')) await exit;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code, signal) => reject(new Error(`command ended with ${signal ?? code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as { readonly msg?: string; readonly url?: string };
      if (said.msg === 'command listens' && said.url !== undefined) resolve(said.url);
    });
  });
  return { url, child };
}
