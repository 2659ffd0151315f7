import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Case, Check } from './case.js';
import { createEvidenceBook, type Evidence } from './evidence/evidence.js';
import type { Subject } from './evidence/subject.js';
import { createWire } from './evidence/wire.js';
import { openInbox } from './fast-track/inbox.js';
import { type Finding, openInquiry } from './inquiry.js';
import { quietStaging } from './staging-controls.js';

export type CaseResult = {
  readonly check: Check;
  readonly one: Case;
  readonly ok: boolean;
  readonly tookMs: number;
  readonly findings: readonly Finding[];
  readonly evidence: readonly Evidence[];
};

export type Certification = {
  readonly results: readonly CaseResult[];
  readonly beganAt: Date;
  readonly tookMs: number;
};

export type CertifyOptions = {
  readonly subject: Subject;
  readonly checks: readonly Check[];
  /** How long an answer or a message may take to come. */
  readonly patienceMs: number;
  /** So many cases at once. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  readonly onResult?: (result: CaseResult) => void;
};

/** Gathers the evidence of every case from a running platform, and judges it. What staging was told is put back. */
export async function certify(options: CertifyOptions): Promise<Certification> {
  const { subject, checks, signal, patienceMs } = options;
  // Every call that is under way listens to it.
  setMaxListeners(0, signal);
  const beganAt = new Date();
  const began = performance.now();
  const wire = createWire({ subject, evidence: createEvidenceBook(), patienceMs, signal });
  // What was put to rest is put back also by a run that is stopped.
  const controls = createWire({
    subject,
    evidence: createEvidenceBook(),
    patienceMs,
    signal: new AbortController().signal,
  });
  const inbox = await openInbox({ wire, fastTrack: subject.fastTrack, patienceMs, signal });
  const putBack = await quietStaging(controls, subject);
  const runId = randomBytes(4).toString('hex');
  const results: CaseResult[] = [];

  async function hold({ check, one }: { readonly check: Check; readonly one: Case }): Promise<void> {
    signal.throwIfAborted();
    const since = performance.now();
    const inquiry = openInquiry({ subject, inbox, runId, patienceMs, signal });
    try {
      await one.gather(inquiry);
    } catch (error) {
      signal.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      inquiry.compare('all of the evidence could be gathered', why, 'yes');
    }
    const { findings, entries: evidence } = inquiry;
    const ok = findings.length > 0 && findings.every((finding) => finding.ok);
    const result = { check, one, ok, tookMs: Math.round(performance.now() - since), findings, evidence };
    results.push(result);
    options.onResult?.(result);
  }

  try {
    const all = checks.flatMap((check) => check.cases.map((one) => ({ check, one })));
    await atOnce(
      options.atOnce,
      all.filter(({ one }) => one.alone !== true),
      hold,
    );
    await atOnce(
      1,
      all.filter(({ one }) => one.alone === true),
      hold,
    );
    const place = new Map(all.map(({ one }, at) => [one.id, at]));
    results.sort((a, b) => (place.get(a.one.id) ?? 0) - (place.get(b.one.id) ?? 0));
    return { results, beganAt, tookMs: Math.round(performance.now() - began) };
  } finally {
    await putBack();
  }
}

async function atOnce<T>(many: number, list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...list];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: many }, worker));
}
