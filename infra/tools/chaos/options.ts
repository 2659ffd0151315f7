import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export type Options = {
  readonly seconds: number;
  readonly seed: number;
  readonly players: number;
  /** Things that players do, a second. */
  readonly rate: number;
  readonly out: string;
  readonly help: boolean;
};

export const HELP = `npm run chaos: a doubled platform under load and faults, then an independent checker (docs/chaos.md).

  --seconds N    how long there is load (default 60); from 60 on every kind of fault comes at least once
  --seed N       the same seed and options: the same load and the same faults at the same times (default: a fresh one)
  --players N    how many play from the start (default 20)
  --rate N       things that they do, a second (default 15)
  --out DIR      where chaos.json goes, and the logs after a violation (default .out)
`;

const SEED_MAX = 0xffff_ffff;

/** @throws Error with one sentence when there is anything that it does not know. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string' },
      seed: { type: 'string' },
      players: { type: 'string' },
      rate: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const out = values.out ?? '.out';
  if (out === '') throw new Error('--out needs a folder');
  return {
    seconds: wholeNumber('seconds', values.seconds ?? '60', 1, 86_400),
    seed: values.seed === undefined ? randomInt(SEED_MAX) : wholeNumber('seed', values.seed, 0, SEED_MAX),
    players: wholeNumber('players', values.players ?? '20', 1, 1_000),
    rate: wholeNumber('rate', values.rate ?? '15', 1, 1_000),
    out,
    help: values.help ?? false,
  };
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`--${name} is a whole number from ${min} to ${max}, not "${text}"`);
}
