import { randomInt } from 'node:crypto';
import { bareSealsPerSecond, perSecond } from './bare-seals.js';
import { type Campaign, runSeeds } from './campaign.js';
import type { Options } from './options.js';
import { printScript } from './print-script.js';
import { type Shrunk, shrink } from './shrink.js';
import { CHECKS } from './violation.js';
import { runScript } from './world.js';

/** As it is kept in simulate.json. */
export type SimulationReport = {
  readonly ok: boolean;
  readonly seeds: number;
  readonly steps: number;
  readonly stepsPerCpuSecond: number;
  readonly bareSealsPerCpuSecond: number;
  readonly trace: string;
  readonly counts: { readonly [what: string]: number };
  readonly failure: FailureReport | null;
};

export type FailureReport = {
  readonly seed: number;
  readonly step: number;
  readonly trace: string;
  readonly replaysExactly: boolean;
  readonly check: string;
  readonly detail: string;
  readonly script: readonly string[] | null;
};

const PROGRESS_MS = 5_000;

/** Runs what the options ask for, telling how it goes. */
export async function simulate(options: Options, say: (line: string) => void): Promise<SimulationReport> {
  let saidAt = Date.now();
  const fixed = options.seed === undefined ? upTo(options.seeds) : [options.seed];
  const fresh = options.seed === undefined && options.seconds > 0 ? freshSeeds(options.seconds) : [];
  const cpu = process.cpuUsage();
  const campaign = await runSeeds(concatenated(fixed, fresh), options.steps, ({ seeds, steps }) => {
    if (Date.now() > saidAt + PROGRESS_MS) {
      saidAt = Date.now();
      say(`${seeds} seeds, ${steps} steps, none failed; ${perSecond(steps, cpu)} steps a CPU second`);
    }
    return true;
  });
  const speed = perSecond(campaign.steps, cpu);
  // After it: the same code, as warm.
  const bare = bareSealsPerSecond();
  say(`${campaign.steps} steps at ${speed} a CPU second; the same machine seals ${bare} events a CPU second`);
  return {
    ok: campaign.failure === undefined,
    seeds: campaign.seeds,
    steps: campaign.steps,
    stepsPerCpuSecond: speed,
    bareSealsPerCpuSecond: bare,
    trace: campaign.trace,
    counts: Object.fromEntries([...campaign.counts].sort(([one], [other]) => (one < other ? -1 : 1))),
    failure: campaign.failure === undefined ? null : await explain(campaign.failure, options, say),
  };
}

/** The same seed again, to see that it does the same; then as short as it gets. */
async function explain(
  { seed, script, step, trace, violation }: NonNullable<Campaign['failure']>,
  options: Options,
  say: (line: string) => void,
): Promise<FailureReport> {
  say(`seed ${seed} fails at step ${step}: ${CHECKS[violation.check]}`);
  say(`  ${violation.detail}`);
  const replaysExactly = (await runScript(script)).trace === trace;
  say(
    `  npm run simulate -- --seed ${seed} --steps ${options.steps}  ${replaysExactly ? 'does it again, with the same trace' : 'DOES SOMETHING ELSE'}: ${trace}`,
  );
  const shrunk: Shrunk | undefined = options.shrink ? await shrink(script, violation) : undefined;
  const lines = shrunk === undefined ? null : printScript(shrunk.script).split('\n');
  if (shrunk !== undefined && lines !== null) {
    say(`shrunk to ${shrunk.script.steps.length} steps:`);
    for (const line of lines) say(`  ${line}`);
    say(`  ${shrunk.violation.detail}`);
  }
  const { check, detail } = shrunk?.violation ?? violation;
  return { seed, step, trace, replaysExactly, check, detail, script: lines };
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}

/** Their time begins when the first is asked for. */
function* freshSeeds(seconds: number): Generator<number> {
  const stopAt = Date.now() + seconds * 1_000;
  while (Date.now() < stopAt) yield randomInt(1_000_000, 2 ** 32);
}

function* concatenated(one: Iterable<number>, other: Iterable<number>): Generator<number> {
  yield* one;
  yield* other;
}
