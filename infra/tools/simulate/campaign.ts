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
  /** Of the last seed. */
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
  let done = { seeds: 0, steps: 0, trace: '', counts };
  for (const seed of seeds) {
    if (!wanted(done)) break;
    const script = generate(seed, steps);
    const result = await runScript(script);
    for (const [what, times] of result.counts) counts.set(what, (counts.get(what) ?? 0) + times);
    done = { seeds: done.seeds + 1, steps: done.steps + result.steps, trace: result.trace, counts };
    const { violation, trace, steps: step } = result;
    if (violation !== undefined) return { ...done, failure: { seed, script, step, trace, violation } };
  }
  return { ...done, failure: undefined };
}
