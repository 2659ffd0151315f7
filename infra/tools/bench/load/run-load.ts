import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { nodeCommand } from '../../../embedded/node-process.js';
import type { LoadPlan, LoadResult } from './load-plan.js';

const [NODE, ...WORDS] = nodeCommand('infra/tools/bench/load/load-main.ts');

/** Runs the generator to its end. @throws when it fails, or when a request was not answered with 200. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const child = spawn(NODE, WORDS, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(plan));
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the load generator ended with ${code}`);
  // Our own generator wrote it.
  const result = JSON.parse(said) as LoadResult;
  const failures = Object.entries(result.failures).map(([kind, times]) => `${times} × ${kind}`);
  if (failures.length > 0) throw new Error(`beside ${result.answered} bets that were taken: ${failures.join(', ')}`);
  return result;
}
