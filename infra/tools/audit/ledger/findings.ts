import { CHECK_NAMES, type Check } from './checks.js';

/** An event's place, as far as it is known. */
export type Place = {
  readonly stream?: string;
  readonly revision?: number;
  readonly position?: bigint;
};

export type Finding = Place & {
  readonly check: Check;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  /** No defect if this player was forgotten: then the stream was deleted on purpose. `?` is a player nobody can name. */
  readonly unlessForgotten?: string;
};

export type Counts = { [C in Check]: { checked: number; defects: number } };

/** Counts every check and every defect, and keeps the first defects: a rotten ledger must not fill the memory. */
export type Findings = {
  readonly counts: Counts;
  readonly kept: readonly Finding[];
  /** What is no defect if a player was forgotten: only who has read all can tell, so it is not counted yet. */
  readonly excusable: readonly Finding[];
  /** Something was looked at. */
  checked(check: Check, count?: number): void;
  /** Something is wrong. */
  found(finding: Finding): void;
  /** Keeps these instead, without counting them. */
  keep(findings: readonly Finding[]): void;
};

export const FINDINGS_MAX = 100;
const EXCUSABLE_MAX = 100_000;

export function createFindings(): Findings {
  const counts = noCounts();
  let kept: Finding[] = [];
  const excusable: Finding[] = [];
  return {
    counts,
    get kept() {
      return kept;
    },
    excusable,
    checked(check, count = 1) {
      counts[check].checked += count;
    },
    found(finding) {
      if (finding.unlessForgotten !== undefined && excusable.length < EXCUSABLE_MAX) {
        excusable.push(finding);
        return;
      }
      counts[finding.check].defects += 1;
      if (kept.length < FINDINGS_MAX) kept.push(finding);
    },
    keep(findings) {
      kept = [...findings];
    },
  };
}

export function noCounts(): Counts {
  return Object.fromEntries(CHECK_NAMES.map((name) => [name, { checked: 0, defects: 0 }])) as Counts;
}

/** In the order of the store; what has no position comes last. */
export function byPosition(one: Finding, other: Finding): number {
  if (one.position === other.position) return 0;
  if (one.position === undefined) return 1;
  if (other.position === undefined) return -1;
  return one.position < other.position ? -1 : 1;
}
