import { parseArgs } from 'node:util';

export type Options = {
  /** One seed, to be run again; else the fixed ones and fresh ones. */
  readonly seed: number | undefined;
  readonly steps: number;
  /** How many fixed seeds, from 1 up. */
  readonly seeds: number;
  /** How long fresh seeds are tried after them. */
  readonly seconds: number;
  readonly out: string;
  readonly mutants: boolean;
  /** Only the mutants whose name has this in it. */
  readonly only: string;
  readonly shrink: boolean;
  readonly help: boolean;
};

export const HELP = `npm run simulate: the command handler against an independent model, with faults, from a seed.

  --seed N       runs this seed alone; the same seed and steps do the same, byte for byte
  --steps N      steps a seed (default 1000)
  --seeds N      how many fixed seeds are run first (default 20; 120 for mutants)
  --seconds N    how long fresh seeds are tried after that (default 20)
  --out DIR      where simulate.json goes (default .out)
  --no-shrink    a failing script is not shortened
  --mutants      puts faults into copies of the code, one at a time, and demands that each is noticed
  --only TEXT    only the mutants whose name has this in it
`;

const SEED_MAX = 0xffff_ffff;

/** @throws Error with one sentence when there is anything that it does not know. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      steps: { type: 'string' },
      seeds: { type: 'string' },
      seconds: { type: 'string' },
      out: { type: 'string' },
      mutants: { type: 'boolean' },
      only: { type: 'string' },
      'no-shrink': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const out = values.out ?? '.out';
  if (out === '') throw new Error('--out needs a folder');
  return {
    seed: values.seed === undefined ? undefined : wholeNumber('seed', values.seed, 0, SEED_MAX),
    steps: wholeNumber('steps', values.steps ?? '1000', 1, 1_000_000),
    seeds: wholeNumber('seeds', values.seeds ?? (values.mutants ? '120' : '20'), 0, 1_000_000),
    seconds: wholeNumber('seconds', values.seconds ?? '20', 0, 86_400),
    out,
    mutants: values.mutants ?? false,
    only: values.only ?? '',
    shrink: !(values['no-shrink'] ?? false),
    help: values.help ?? false,
  };
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`--${name} is a whole number from ${min} to ${max}, not "${text}"`);
}
