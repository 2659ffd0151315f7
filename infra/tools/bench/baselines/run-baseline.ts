import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const TIMES = 3;

/** What a fixed script prints. */
export async function runBaseline(script: string, ...args: readonly (string | number)[]): Promise<string> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path, ...args.map(String)]);
  return stdout;
}

/** The best of three runs of a script that prints its rate: a limit is what the machine can do, not what it did. */
export async function bestOfThree(script: string, ...args: readonly (string | number)[]): Promise<number> {
  let best = 0;
  for (let n = 0; n < TIMES; n += 1) best = Math.max(best, Number(await runBaseline(script, ...args)));
  return best;
}
