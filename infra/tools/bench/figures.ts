/** One line of a bench's table and of its JSON. */
export type Figure = {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: string;
  readonly ok: boolean;
  /** Why it is not what it should be. */
  readonly reason?: string;
};

/** Without a goal: it is there for the others to be compared with. */
export function plain(id: string, value: number, unit: string): Figure {
  return { id, value, unit, goal: '-', ok: true };
}

export function atLeast(id: string, value: number, unit: string, min: number): Figure {
  return { id, value, unit, goal: `≥ ${min}`, ok: value >= min };
}

export function atMost(id: string, value: number, unit: string, max: number): Figure {
  return { id, value, unit, goal: `≤ ${max}`, ok: value <= max };
}

/** The value that this share of all values is not above; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
