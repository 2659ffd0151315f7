import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Env } from '../../../shared/config/env.js';
import { HELP, type Options, readOptions, UsageError } from './options.js';
import { jsonOf, sentenceOf, tablesOf } from './output.js';
import { httpTrigger } from './trigger.js';
import { type PlayRound, validate } from './validate.js';

/** Whoever still waits then has no timeout worth the name. */
const SILENCE_MS = 20_000;

export type Terminal = { readonly out: (text: string) => void; readonly err: (text: string) => void };

/** `npm run validate-provider`. Answers the exit code: 0 when the provider does what docs/provider-api.md says. */
export async function runValidateProvider(args: readonly string[], env: Env, terminal: Terminal): Promise<0 | 1> {
  try {
    const options = readOptions(args, env);
    if (options !== 'help') return await run(options, terminal.out);
    terminal.out(HELP);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) terminal.err(HELP);
    terminal.err(`Nothing was validated: ${error instanceof Error ? error.message : String(error)}.`);
    return 1;
  }
}

async function run(options: Options, out: Terminal['out']): Promise<0 | 1> {
  const { trigger, patienceMs, quietMs, outFolder } = options;
  const report = await validate({
    ...options,
    silenceMs: SILENCE_MS,
    isByHand: trigger === undefined,
    onListening(url) {
      out(`The wallet is at ${url}; your calls go to ${url}/provider/v1/…\n`);
      return trigger === undefined ? byHand(options, out) : httpTrigger(trigger, options);
    },
    patience: () => wait(patienceMs, undefined, { ref: false }),
    quiet: () => wait(quietMs),
  });
  const file = join(outFolder, 'provider-validation.json');
  await mkdir(outFolder, { recursive: true });
  await writeFile(file, jsonOf(report));
  out(`${tablesOf(report)}\n\nEvery call is in ${file}.\n`);
  out(sentenceOf(report));
  return report.ok ? 0 : 1;
}

function byHand({ gameId, stake, currency }: Options, out: Terminal['out']): PlayRound {
  return async ({ playerId, sessionId }, title) => {
    out(
      `Now play a round of ${gameId}: player ${playerId}, session ${sessionId}, stake ${stake} ${currency} (${title}).`,
    );
    return 'none: it was asked of you';
  };
}
