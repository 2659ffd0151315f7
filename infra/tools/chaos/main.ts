import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stopRequest } from '../../embedded/stop-request.js';
import { commandOf, runChaos } from './chaos.js';
import { HELP, parseOptions } from './options.js';
import { printedReport, sentenceOf } from './report.js';

/** `npm run chaos`. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const stop = stopRequest();
  say(`seed ${options.seed}; again with: ${commandOf(options)}`);
  await mkdir(options.out, { recursive: true });
  const report = await runChaos(options, stop, say);
  await writeFile(join(options.out, 'chaos.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  say(printedReport(report));
  say(sentenceOf(report));
  return report.ok ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

// Whoever reads our output may go before us; that ends nothing.
process.stdout.on('error', () => {});
main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isStopped = error instanceof DOMException && error.name === 'AbortError';
    const why = isStopped ? 'it was stopped' : error instanceof Error ? error.message : String(error);
    process.stderr.write(`Chaos did not come to a result: ${why}.\n`);
    process.exit(1);
  },
);
