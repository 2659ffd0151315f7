/** One way a spin can end: the stake comes back so many times. */
export type Outcome = { readonly name: string; readonly multiplier: number; readonly weight: number };

/**
 * The mock slot. Multipliers are whole numbers, so that a win is exact in every currency.
 * Σ weight × multiplier ÷ Σ weight = 9,600 ÷ 10,000: a return to player of 96 %.
 */
export const paytable: readonly Outcome[] = [
  { name: 'jackpot', multiplier: 100, weight: 10 },
  { name: 'five_of_a_kind', multiplier: 20, weight: 60 },
  { name: 'four_of_a_kind', multiplier: 10, weight: 150 },
  { name: 'full_line', multiplier: 5, weight: 300 },
  { name: 'three_of_a_kind', multiplier: 2, weight: 1_200 },
  { name: 'pair', multiplier: 1, weight: 2_000 },
  { name: 'no_win', multiplier: 0, weight: 6_280 },
];

const WEIGHT_SUM = paytable.reduce((sum, { weight }) => sum + weight, 0);

/** The outcome that a number in [0, 1) stands for. */
export function outcomeOf(chance: number): Outcome {
  let below = Math.floor(chance * WEIGHT_SUM);
  for (const outcome of paytable) {
    if (below < outcome.weight) return outcome;
    below -= outcome.weight;
  }
  throw new Error(`${chance} is not in [0, 1)`);
}
