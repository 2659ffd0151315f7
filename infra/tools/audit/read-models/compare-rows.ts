import type { Check } from '../ledger/checks.js';
import type { Findings, Place } from '../ledger/findings.js';
import type { Flaw } from '../ledger/postings.js';

export type RowsToCompare<R, E> = {
  readonly check: Check;
  readonly findings: Findings;
  readonly rows: AsyncIterable<R>;
  keyOf(row: R): string;
  /** What the ledger says there is; undefined = nothing. */
  expected(key: string): E | undefined;
  /** Every key that must have a row. */
  keys(): Iterable<string>;
  /** The first thing that is wrong. */
  flawOf(row: R, expected: E): Flaw | undefined;
  /** The event that the row comes from. */
  placeOf(key: string, expected: E | undefined): Place;
  /** What the ledger does not know is not compared. */
  readonly partial: boolean;
};

/** Compares a table with what the ledger says: each row, rows that nothing explains, and rows that are missing. */
export async function compareRows<R, E>(table: RowsToCompare<R, E>): Promise<void> {
  const { check, findings } = table;
  const seen = new Set<string>();
  for await (const row of table.rows) {
    const key = table.keyOf(row);
    const expected = table.expected(key);
    if (expected === undefined && table.partial) continue;
    seen.add(key);
    findings.checked(check);
    const flaw =
      expected === undefined
        ? { what: `has a row that no event explains: ${key}`, expected: 'no row', found: 'a row' }
        : table.flawOf(row, expected);
    if (flaw !== undefined) findings.found({ check, ...table.placeOf(key, expected), ...flaw });
  }
  for (const key of table.keys()) {
    if (seen.has(key)) continue;
    findings.checked(check);
    const flaw = { what: `lacks the row of ${key}`, expected: 'a row', found: 'none' };
    findings.found({ check, ...table.placeOf(key, table.expected(key)), ...flaw });
  }
}

/** The first value that differs, by name. */
export function difference(
  pairs: readonly (readonly [name: string, expected: string, found: string])[],
): Flaw | undefined {
  const wrong = pairs.find(([, expected, found]) => expected !== found);
  return wrong && { what: `has another ${wrong[0]} in the read models`, expected: wrong[1], found: wrong[2] };
}
