/** Chance from a seed: the same seed, the same numbers, on every machine. */
export type Rng = {
  /** An integer in 0…below − 1. */
  below(below: number): number;
  /** True in so many of a hundred cases. */
  percent(percent: number): boolean;
  pick<const List extends readonly [unknown, ...unknown[]]>(from: List): List[number];
};

export function createRng(seed: number): Rng {
  let state = mix(seed + 0x9e3779b9);
  const below = (limit: number) => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state) % limit;
  };
  return {
    below,
    percent: (percent) => below(100) < percent,
    pick: (from) => from[below(from.length)] ?? from[0],
  };
}

/** Scatters an integer over 32 bits (the finaliser of MurmurHash3). */
export function mix(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
