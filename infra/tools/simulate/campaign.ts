import { createHash } from 'node:crypto';
import { generate } from './generate.js';
import type { Script } from './script.js';
import type { Violation } from './violation.js';
import { runScript } from './world.js';

/** What came of many seeds: the first failure ends them. */
export type Campaign = {
  readonly seeds: number;
  readonly steps: number;
  readonly failure:
    | {
        readonly seed: number;
        readonly script: Script;
        readonly step: number;
        readonly trace: string;
        readonly violation: Violation;
      }
    | undefined;
  /** Of all of them together. */
  readonly trace: string;
  readonly counts: ReadonlyMap<string, number>;
};

/** Runs seeds until they end, one fails, or `wanted` says that it is enough. */
export async function runSeeds(
  seeds: Iterable<number>,
  steps: number,
  wanted: (done: Omit<Campaign, 'failure'>) => boolean = () => true,
): Promise<Campaign> {
  const counts = new Map<string, number>();
  const together = createHash('sha256');
  let done = { seeds: 0, steps: 0, trace: '', counts };
  for (const seed of seeds) {
    if (!wanted(done)) break;
    const script = generate(seed, steps);
    const result = await runScript(script);
    for (const [what, times] of result.counts) counts.set(what, (counts.get(what) ?? 0) + times);
    const { violation, trace, steps: step } = result;
    together.update(trace);
    const traces = together.copy().digest('hex').slice(0, 16);
    done = { seeds: done.seeds + 1, steps: done.steps + step, trace: traces, counts };
    if (violation !== undefined) return { ...done, failure: { seed, script, step, trace, violation } };
  }
  return { ...done, failure: undefined };
}
