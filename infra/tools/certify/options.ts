import { parseArgs } from 'node:util';

/** What was asked cannot be done as it was asked; the message is for the person who did. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Profile = 'guide' | 'native';

export type Options = {
  /** A running platform's READY: a file, or the JSON itself. Left out: a platform of its own. */
  readonly ready: string | undefined;
  /** Where that platform is reached, instead of what its READY says. */
  readonly url: string | undefined;
  /** Of a platform of its own. */
  readonly profile: Profile;
  /** Only cases whose id has this in it. */
  readonly only: string | undefined;
  readonly atOnce: number;
  readonly patienceMs: number;
  readonly outFolder: string;
};

export const HELP = `npm run certify -- [options]: the five checks of the certification, each case with its evidence (docs/certificate.md).
Without options: on a platform of its own, on free ports, removed afterwards.

  --ready FILE_OR_JSON  a running platform: what npm start printed after READY, or wrote to .data/ready.json
  --url URL             where that platform is reached, instead of its gateway (keys from --ready, or .data/ready.json)
  --profile NAME        guide (default, or FT_PROFILE) or native: the words of a platform of its own
  --only TEXT           only cases whose id has this in it, such as rollbacks or wallet.bet; no certificate then
  --at-once N           so many cases at once (default 4)
  --patience SECONDS    how long an answer or a message may take to come (default 30)
  --out DIR             where certificate.json and certificate.html go (default .out)
`;

const text = { type: 'string' } as const;
const OPTIONS = {
  ...{ ready: text, url: text, profile: text, only: text, out: text, 'at-once': text, patience: text },
  help: { type: 'boolean', short: 'h' },
} as const;

const AT_ONCE_MAX = 64;
const PATIENCE_MAX_S = 3_600;

/** @throws UsageError; `help` is answered by the caller. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options | 'help' {
  const values = parsed(args);
  if (values.help === true) return 'help';
  for (const [name, value] of Object.entries(values)) {
    if (value === '') throw new UsageError(`--${name} needs a value`);
  }
  const isRunning = values.ready !== undefined || values.url !== undefined;
  if (isRunning && values.profile !== undefined) {
    throw new UsageError('--profile is of a platform of its own: a running one says itself what it speaks');
  }
  if (values.url !== undefined && !URL.canParse(values.url)) throw new UsageError(`--url ${values.url} is no URL`);
  return {
    ready: values.ready ?? (values.url === undefined ? undefined : `${env.CROUPIER_DATA_DIR || '.data'}/ready.json`),
    ...{ url: values.url, only: values.only },
    profile: profileOf(values.profile ?? (env.FT_PROFILE || 'guide')),
    atOnce: wholeNumber('at-once', values['at-once'] ?? '4', AT_ONCE_MAX),
    patienceMs: 1_000 * wholeNumber('patience', values.patience ?? '30', PATIENCE_MAX_S),
    outFolder: values.out ?? '.out',
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function profileOf(name: string): Profile {
  if (name === 'guide' || name === 'native') return name;
  throw new UsageError(`--profile is guide or native, not ${name}`);
}

function wholeNumber(name: string, value: string, max: number): number {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= 1 && number <= max) return number;
  throw new UsageError(`--${name} is a whole number from 1 to ${max}, not "${value}"`);
}
