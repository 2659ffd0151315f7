import type { Script, Step } from './script.js';
import type { Violation } from './violation.js';
import { type Result, runScript } from './world.js';

export type Shrunk = { readonly script: Script; readonly violation: Violation };

/** So many runs at most: what is left after that is short enough to be read. */
const RUNS_MAX = 2_000;
const ROUNDS_MAX = 40;

/**
 * The shortest script found that fails in the same check: steps are left out in ever smaller pieces, then what is left
 * is made as ordinary as it can be while it still fails.
 */
export async function shrink(
  failing: Script,
  { check }: Violation,
  run: (script: Script) => Promise<Result> = runScript,
): Promise<Shrunk | undefined> {
  let runs = 0;
  let best = await attempt(failing);
  if (best === undefined) return undefined;

  let size = Math.ceil(best.script.steps.length / 2);
  for (let round = 0; round < ROUNDS_MAX && size >= 1; round += 1) {
    const before: number = best.script.steps.length;
    // From the end: what came last depends on what came first.
    for (let end = before; end > 0; end -= size) {
      const { steps }: Script = best.script;
      const without: readonly Step[] = [...steps.slice(0, Math.max(0, end - size)), ...steps.slice(end)];
      best = (await attempt({ ...best.script, steps: without })) ?? best;
    }
    // One by one for as long as that takes anything away.
    if (size === 1 && best.script.steps.length === before) break;
    size = Math.ceil(size / 2);
  }
  for (const simpler of SIMPLER) {
    for (let n = 0; n < best.script.steps.length; n += 1) {
      const { steps }: Script = best.script;
      const step = steps[n];
      const changed = step === undefined ? undefined : simpler(step);
      if (changed === undefined) continue;
      best = (await attempt({ ...best.script, steps: steps.with(n, changed) })) ?? best;
    }
  }
  return best;

  async function attempt(script: Script): Promise<Shrunk | undefined> {
    runs += 1;
    if (runs > RUNS_MAX) return undefined;
    const { violation, steps } = await run(script);
    // Another check would be another fault.
    if (violation?.check !== check) return undefined;
    return { script: { ...script, steps: script.steps.slice(0, steps) }, violation };
  }
}

const SIMPLER: readonly ((step: Step) => Step | undefined)[] = [
  (step) => (step.operations === null ? undefined : { ...step, operations: null }),
  (step) => (step.order === 0 ? undefined : { ...step, order: 0 }),
  ({ action, ...step }) =>
    action.kind === 'deliver' && action.fault !== null ? { ...step, action: { ...action, fault: null } } : undefined,
  ({ action, ...step }) =>
    action.kind === 'deliver' && action.instance !== 0 ? { ...step, action: { ...action, instance: 0 } } : undefined,
];
