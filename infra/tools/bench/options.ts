import { parseArgs } from 'node:util';
import type { GrowthSizes } from './sections/growth.js';

export const SECTIONS = [
  'limits',
  'command',
  'platform',
  'delivery',
  'replay',
  'history',
  'growth',
  'profile',
] as const;
export type Section = (typeof SECTIONS)[number];

export const HELP = `npm run bench -- [options]

  --only LIST      of ${SECTIONS.join(', ')} (command and platform need limits);
                   default all but profile
  --full           growth up to 1,000,000 players and 10,000,000 events (40 GB free)
  --quick          a tenth of the counts, for CI: fails only when a ratio is far off its goal
  --compare FILE   an older bench.json: prints how each figure changed
  --out DIR        where bench.json and bench.svg go (default .out)
`;

/** How long and how much; `--quick` has its own. Seconds are of one measurement. */
export type Sizes = {
  readonly seconds: number;
  readonly replayEvents: number;
  readonly transactions: number;
  readonly players: number;
  readonly blocked: number;
  readonly backlog: number;
  readonly growth: GrowthSizes;
};

export type Options =
  | { readonly help: true }
  | {
      readonly help: false;
      readonly only: ReadonlySet<Section>;
      readonly quick: boolean;
      readonly compare: string | undefined;
      readonly out: string;
      readonly sizes: Sizes;
    };

const USUAL: Sizes = {
  seconds: 5,
  replayEvents: 200_000,
  transactions: 1_000_000,
  players: 100_000,
  blocked: 1_000,
  backlog: 40_000,
  growth: { players: [1_000, 10_000, 100_000], events: 1_000_000 },
};
const QUICK: Sizes = {
  seconds: 1,
  replayEvents: 20_000,
  transactions: 20_000,
  players: 2_000,
  blocked: 100,
  backlog: 4_000,
  growth: { players: [1_000, 3_000], events: 50_000 },
};

const FULL_GROWTH: GrowthSizes = { players: [1_000, 10_000, 100_000, 1_000_000], events: 10_000_000 };

/** @throws Error that says what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      compare: { type: 'string' },
      out: { type: 'string', default: '.out' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { help: true };
  if (values.out === '') throw new Error('--out takes a folder');
  const { quick, full, compare, out } = values;
  if (quick && full) throw new Error('--quick and --full do not go together');
  const sizes = quick ? QUICK : full ? { ...USUAL, growth: FULL_GROWTH } : USUAL;
  return { help: false, only: sectionsOf(values.only), quick, compare, out, sizes };
}

function sectionsOf(list: string | undefined): ReadonlySet<Section> {
  if (list === undefined) return new Set(SECTIONS.filter((section) => section !== 'profile'));
  const chosen = new Set<Section>();
  for (const word of list.split(',')) {
    const section = SECTIONS.find((name) => name === word);
    if (section === undefined) throw new Error(`--only takes some of ${SECTIONS.join(', ')}, not ${word}`);
    chosen.add(section);
  }
  if (chosen.has('command') || chosen.has('platform')) chosen.add('limits');
  return chosen;
}
