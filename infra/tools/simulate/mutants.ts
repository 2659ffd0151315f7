import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { MUTANTS, type Mutant } from './mutant-list.js';
import type { Options } from './options.js';
import type { SimulationReport } from './simulate.js';

export type MutantResult = {
  readonly name: string;
  readonly file: string;
  /** Null = it survived: a hole in the model, or in what scripts do. */
  readonly caughtBy: string | null;
  readonly seed: number | null;
  /** All steps of all seeds up to the one that failed. */
  readonly steps: number;
};

export type MutantsReport = { readonly ok: boolean; readonly mutants: readonly MutantResult[] };

/** A mutant’s text is not there, or not only once: the list is no longer true of the code. */
export class MutantDoesNotFit extends Error {
  override readonly name = 'MutantDoesNotFit';
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What the simulation needs of the checkout. */
const COPIED = ['services/command', 'shared', 'infra/tools/simulate', 'package.json', 'tsconfig.json'];

/** So many times as long as without a mutant: who is not done by then goes round in circles, and that is noticed too. */
const PATIENCE = 8;

/** For the one without a mutant: all its seeds, on a busy machine. */
const HEALTHY_TIMEOUT_MS = 600_000;

/** Each fault in turn in a copy of the sources; the simulation must fail on it, and must not fail without one. */
export async function testMutants(
  options: Options,
  say: (line: string) => void,
  list: readonly Mutant[] = MUTANTS,
): Promise<{ readonly report: MutantsReport; readonly sentence: string }> {
  // All of them before the first: a list that does not fit is found at once.
  for (const mutant of list) mutated(mutant, await readFile(join(ROOT, mutant.file), 'utf8'));
  const mutants = list.filter(({ name }) => name.includes(options.only));
  if (mutants.length === 0) throw new Error(`no mutant has "${options.only}" in its name`);
  const folder = await mkdtemp(join(tmpdir(), 'croupier-mutants-'));
  try {
    // Beside sources that were compiled, it is still the sources that are changed and run.
    const filter = (path: string) => !path.endsWith('.js');
    for (const path of COPIED) await cp(join(ROOT, path), join(folder, path), { recursive: true, filter });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const startedAt = performance.now();
    const healthy = await simulated(folder, options, HEALTHY_TIMEOUT_MS);
    const timeoutMs = PATIENCE * (performance.now() - startedAt);
    if (healthy.caughtBy !== null) throw new Error(`without a mutant seed ${healthy.seed} fails: ${healthy.caughtBy}`);
    const results: MutantResult[] = [];
    for (const mutant of mutants) {
      const { name, file } = mutant;
      // From the copy: whoever works on the checkout meanwhile changes nothing here.
      const source = await readFile(join(folder, file), 'utf8');
      await writeFile(join(folder, file), mutated(mutant, source));
      const result = { name, file, ...(await simulated(folder, options, timeoutMs)) };
      await writeFile(join(folder, file), source);
      results.push(result);
      say(row(result));
    }
    const survivors = results.filter(({ caughtBy }) => caughtBy === null);
    const ok = survivors.length === 0;
    const sentence = ok
      ? `All ${results.length} mutants were caught.`
      : `The simulation has holes: ${survivors.map(({ name }) => `"${name}"`).join(', ')} survived.`;
    return { report: { ok, mutants: results }, sentence };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The source with the fault in it. @throws MutantDoesNotFit */
function mutated({ name, file, find, replace }: Mutant, source: string): string {
  const times = source.split(find).length - 1;
  if (times !== 1) throw new MutantDoesNotFit(`mutant "${name}": its text is ${times} times in ${file}, not once`);
  return source.replace(find, () => replace);
}

async function simulated(
  folder: string,
  { seeds, steps }: Options,
  timeoutMs: number,
): Promise<Omit<MutantResult, 'name' | 'file'>> {
  const main = join(folder, 'infra/tools/simulate/main.ts');
  const out = join(folder, '.out');
  const args = ['--seeds', String(seeds), '--steps', String(steps), '--seconds', '0', '--no-shrink', '--out', out];
  await rm(out, { recursive: true, force: true });
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: Math.ceil(timeoutMs),
    killSignal: 'SIGKILL',
  });
  const [error, [code, signal]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  if (signal !== null) return { caughtBy: 'no end', seed: null, steps: 0 };
  const written = await readFile(join(out, 'simulate.json'), 'utf8').catch(() => undefined);
  if (written === undefined) throw new Error(`the simulation ended with ${code} and without a report: ${error}`);
  // Our own main wrote it.
  const report = JSON.parse(written) as SimulationReport;
  return { caughtBy: report.failure?.check ?? null, seed: report.failure?.seed ?? null, steps: report.steps };
}

function row({ name, caughtBy, seed, steps }: MutantResult): string {
  const found = caughtBy === null ? 'SURVIVED' : `caught by ${caughtBy}`;
  return `${name.padEnd(64)} ${found.padEnd(24)} ${steps} steps${seed === null ? '' : `, seed ${seed}`}`;
}
