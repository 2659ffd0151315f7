import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';
import { sendSignal } from '../embedded/end-process.js';

export type LaunchOptions = { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string };
export type Launched<Ready> = { readonly child: ChildProcess; readonly pid: number; readonly ready: Ready };

const READY = 'READY ';

/** Runs a command in a process group of its own until it prints `READY {json}`; what is left of it ends with the test. */
export async function launch<Ready>(
  t: ExecutionContext,
  [command, ...args]: readonly [string, ...string[]],
  { env = process.env, cwd }: LaunchOptions = {},
): Promise<Launched<Ready>> {
  const child = spawn(command, args, {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} could not be run`);
  t.teardown(() => sendSignal(-pid, 'SIGKILL'));
  const lines: string[] = [];
  const said = (line: string) => void lines.push(line);
  createInterface({ input: child.stderr }).on('line', said);
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${command} exited with ${code}:\n${lines.join('\n')}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith(READY)) resolve(JSON.parse(line.slice(READY.length)) as Ready);
      else said(line);
    });
  });
  return { child, pid, ready };
}
