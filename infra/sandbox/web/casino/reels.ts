/** The pictures on the reels. */
export const SYMBOLS = ['seven', 'bell', 'cherry', 'clover', 'star', 'gem', 'coin'] as const;

export type SymbolName = (typeof SYMBOLS)[number];

export const REELS = 5;
/** One above the line, the line, one below. */
export const ROWS = 3;

export type Column = readonly SymbolName[];
/** A number in [0, 1). */
export type Chance = () => number;

/** How many reels show the same on the line, from the left, and what: the provider decides what an outcome pays. */
const LINES: { readonly [outcome: string]: { readonly count: number; readonly symbols: readonly SymbolName[] } } = {
  jackpot: { count: 5, symbols: ['seven'] },
  five_of_a_kind: { count: 5, symbols: ['gem', 'star'] },
  four_of_a_kind: { count: 4, symbols: ['gem', 'star', 'bell'] },
  full_line: { count: 5, symbols: ['coin', 'clover'] },
  three_of_a_kind: { count: 3, symbols: ['bell', 'clover', 'cherry'] },
  pair: { count: 2, symbols: ['cherry', 'coin'] },
  no_win: { count: 1, symbols: SYMBOLS },
};

/** What the reels show for an outcome that the provider has decided: a picture of it, nothing more. */
export function showing(outcome: string, chance: Chance): readonly Column[] {
  const { count, symbols } = LINES[outcome] ?? { count: 1, symbols: SYMBOLS };
  const lucky = pick(symbols, chance);
  const line: SymbolName[] = [];
  for (let reel = 0; reel < REELS; reel += 1) {
    // The reel after the last equal one breaks the line.
    const before = line[reel - 1];
    const others = SYMBOLS.filter((name) => name !== before && name !== lucky);
    line.push(reel < count ? lucky : pick(others, chance));
  }
  return line.map((middle) => [pick(SYMBOLS, chance), middle, pick(SYMBOLS, chance)]);
}

function pick(symbols: readonly SymbolName[], chance: Chance): SymbolName {
  return symbols[Math.floor(chance() * symbols.length)] ?? 'coin';
}

/** Words for an outcome. */
export const OUTCOME_WORDS: { readonly [outcome: string]: string } = {
  jackpot: 'Jackpot!',
  five_of_a_kind: 'Five of a kind',
  four_of_a_kind: 'Four of a kind',
  full_line: 'A full line',
  three_of_a_kind: 'Three of a kind',
  pair: 'A pair',
  no_win: 'No win',
};
