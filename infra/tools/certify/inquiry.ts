import { isDeepStrictEqual } from 'node:util';
import { createEvidenceBook, type Evidence } from './evidence/evidence.js';
import type { Subject } from './evidence/subject.js';
import { createWire, type Wire, type WireOptions } from './evidence/wire.js';
import type { Inbox } from './fast-track/inbox.js';

/** One thing that was compared: what was found against what the certificate worked out by itself. */
export type Finding = {
  readonly what: string;
  readonly ok: boolean;
  readonly expected: unknown;
  readonly found: unknown;
  /** The evidence that it rests on, by number. */
  readonly evidence: readonly number[];
};

/** What the gathering of one case works with. */
export type Inquiry = {
  readonly subject: Subject;
  readonly wire: Wire;
  readonly inbox: Inbox;
  readonly evidence: ReturnType<typeof createEvidenceBook>;
  /** Ids that no other run has used. */
  id(what: string): string;
  /** Keeps a finding; answers whether it is as expected. */
  compare(what: string, found: unknown, expected: unknown, evidence?: readonly number[]): boolean;
};

export type OpenInquiry = Inquiry & { readonly findings: readonly Finding[]; readonly entries: readonly Evidence[] };

export type InquiryOptions = Omit<WireOptions, 'evidence'> & { readonly inbox: Inbox; readonly runId: string };

let numbers = 0;

export function openInquiry({ inbox, runId, ...options }: InquiryOptions): OpenInquiry {
  const evidence = createEvidenceBook();
  const findings: Finding[] = [];
  return {
    subject: options.subject,
    wire: createWire({ ...options, evidence }),
    ...{ inbox, evidence, findings, entries: evidence.entries },
    id(what) {
      numbers += 1;
      return `${what}-${runId}-${numbers}`;
    },
    compare(what, found, expected, of) {
      const ok = isDeepStrictEqual(found, expected);
      // Without a number it rests on what was seen last.
      findings.push({ what, ok, expected, found, evidence: of ?? [evidence.entries.length].filter((n) => n > 0) });
      return ok;
    },
  };
}

/** Where two lists part: the place and both sides there. Undefined when they are the same. */
export function firstDifference(found: readonly unknown[], expected: readonly unknown[]) {
  for (let at = 0; at < Math.max(found.length, expected.length); at += 1) {
    if (!isDeepStrictEqual(found[at], expected[at])) {
      return { at, found: found[at] ?? 'nothing', expected: expected[at] ?? 'nothing' };
    }
  }
  return undefined;
}

/** Compares lists, and shows where they part instead of both of them whole. */
export function compareLists(
  { compare }: Pick<Inquiry, 'compare'>,
  what: string,
  found: readonly unknown[],
  expected: readonly unknown[],
  evidence?: readonly number[],
): boolean {
  const difference = firstDifference(found, expected);
  if (difference === undefined) return compare(what, expected.length, expected.length, evidence);
  const place = `${what}: entry ${difference.at + 1} of ${expected.length}`;
  return compare(place, difference.found, difference.expected, evidence);
}
