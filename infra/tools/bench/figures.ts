/** One line of a bench's table and of its JSON. */
export type Figure = {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: string;
  readonly ok: boolean;
};

export function atMost(id: string, value: number, unit: string, max: number): Figure {
  return { id, value, unit, goal: `≤ ${max}`, ok: value <= max };
}

/** @throws Error unless it is a number from 1 on. */
export function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a number from 1 on, not ${text}`);
  return value;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs a bench as a command: exit code 0 when it ran, whatever its figures are. */
export function runBench(main: (args: readonly string[]) => Promise<void>): void {
  main(process.argv.slice(2)).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`The bench failed: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
}
