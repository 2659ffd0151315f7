import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testMutants } from './mutants.js';
import { HELP, parseOptions } from './options.js';
import { simulate } from './simulate.js';

/** `npm run simulate`. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  await mkdir(options.out, { recursive: true });
  if (options.mutants) {
    const { report, sentence } = await testMutants(options, say);
    await writeFile(join(options.out, 'simulate.json'), `${JSON.stringify(report, undefined, 2)}\n`);
    say(sentence);
    return report.ok ? 0 : 1;
  }
  say(options.seed === undefined ? `seeds 1 to ${options.seeds}, then fresh ones` : `seed ${options.seed}`);
  const report = await simulate(options, say);
  await writeFile(join(options.out, 'simulate.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  const { failure } = report;
  say(
    failure === null
      ? `The simulation holds: ${report.steps} steps of ${report.seeds} seeds did what the model says (trace ${report.trace}).`
      : `The simulation failed: seed ${failure.seed} at step ${failure.step}, check ${failure.check}.`,
  );
  return report.ok ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`The simulation failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
