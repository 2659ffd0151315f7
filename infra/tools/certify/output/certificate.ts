import { z } from 'zod';
import type { Check } from '../case.js';
import type { Certification } from '../certify.js';
import type { Subject } from '../evidence/subject.js';
import { figuresOf, percentile } from './figures.js';

// What `certificate.json` holds: docs/certificate.md. A change that a reader would notice is another version.

const finding = z.strictObject({
  what: z.string(),
  ok: z.boolean(),
  expected: z.unknown(),
  found: z.unknown(),
  evidence: z.array(z.int()),
});
const kept = { n: z.int(), at: z.iso.datetime() };
const evidence = z.discriminatedUnion('kind', [
  z.strictObject({
    ...kept,
    kind: z.literal('call'),
    as: z.enum(['provider', 'psp', 'player', 'back_office', 'fast_track', 'auditor']),
    ...{ method: z.string(), path: z.string(), body: z.unknown(), status: z.int(), replayed: z.boolean() },
    ...{ answer: z.unknown(), ms: z.number() },
  }),
  z.strictObject({ ...kept, kind: z.literal('events'), player_id: z.string(), events: z.array(z.unknown()) }),
  z.strictObject({ ...kept, kind: z.literal('deliveries'), player_id: z.string(), messages: z.array(z.unknown()) }),
  z.strictObject({
    ...kept,
    kind: z.literal('arithmetic'),
    player_id: z.string(),
    events: z.array(
      z.strictObject({
        ...{ type: z.string(), postings: z.array(z.string()) },
        ...{ cash: z.string(), bonus: z.string(), withdrawal: z.string() },
      }),
    ),
  }),
]);
const checkId = z.enum(['wallet', 'idempotency', 'rollbacks', 'bonuses', 'fast_track']);

export const certificateSchema = z.strictObject({
  schema: z.literal('croupier-certificate/1'),
  /** Every case was looked at, and all hold. */
  issued: z.boolean(),
  /** Every case that was looked at holds. */
  ok: z.boolean(),
  sentence: z.string(),
  began_at: z.iso.datetime(),
  took_ms: z.int(),
  subject: z.strictObject({ gateway: z.string(), fast_track: z.string(), profile: z.enum(['guide', 'native']) }),
  checks: z.array(z.strictObject({ id: checkId, title: z.string(), ok: z.boolean(), passed: z.int(), cases: z.int() })),
  cases: z.array(
    z.strictObject({
      ...{ id: z.string(), check: checkId, title: z.string(), ok: z.boolean(), took_ms: z.int() },
      ...{ findings: z.array(finding), evidence: z.array(evidence) },
    }),
  ),
  figures: z.strictObject({
    ...{ calls: z.int(), events: z.int(), deliveries: z.int(), copies: z.int() },
    delay_ms: z.strictObject({ p50: z.number().nullable(), p99: z.number().nullable(), max: z.number().nullable() }),
    /** Sorted. */
    delays_ms: z.array(z.number()),
    trial_balance: z.array(
      z.strictObject({ account: z.string(), currency: z.string(), debits: z.string(), credits: z.string() }),
    ),
  }),
});

export type Certificate = z.infer<typeof certificateSchema>;
export type CertificateCase = Certificate['cases'][number];

/** @param all every check with all of its cases, of which some may not have been asked for */
export function certificateOf(certification: Certification, subject: Subject, all: readonly Check[]): Certificate {
  const { results, beganAt, tookMs } = certification;
  const cases = results.map(({ check, one, ok, tookMs: took_ms, findings, evidence: entries }) => ({
    ...{ id: one.id, check: check.id, title: one.title, ok, took_ms },
    ...{ findings: findings.map(plain), evidence: [...entries] as CertificateCase['evidence'] },
  }));
  const ok = cases.length > 0 && cases.every((one) => one.ok);
  const isWhole = cases.length === all.reduce((sum, check) => sum + check.cases.length, 0);
  const figures = figuresOf(results);
  const delays = figures.delays_ms;
  const facts = {
    checks: all
      .map(({ id, title }) => {
        const own = cases.filter(({ check }) => check === id);
        const passed = own.filter((one) => one.ok).length;
        return { id, title, ok: own.length > 0 && passed === own.length, passed, cases: own.length };
      })
      .filter((check) => check.cases > 0),
    cases,
    figures: {
      ...{ calls: figures.calls, events: figures.events, deliveries: figures.deliveries, copies: figures.copies },
      delay_ms: { p50: percentile(delays, 50), p99: percentile(delays, 99), max: delays.at(-1) ?? null },
      delays_ms: [...delays],
      trial_balance: [...figures.trial_balance],
    },
  };
  return {
    schema: 'croupier-certificate/1',
    ...{ issued: ok && isWhole, ok, sentence: sentenceOf(facts, { ok, isWhole, profile: subject.profile }) },
    ...{ began_at: beganAt.toISOString(), took_ms: tookMs },
    subject: { gateway: subject.gateway, fast_track: subject.fastTrack, profile: subject.profile },
    ...facts,
  };
}

export function jsonOf(certificate: Certificate): string {
  return `${JSON.stringify(certificate, undefined, 2)}\n`;
}

type Verdict = { readonly ok: boolean; readonly isWhole: boolean; readonly profile: string };

function sentenceOf({ cases, figures }: Pick<Certificate, 'cases' | 'figures'>, { ok, isWhole, profile }: Verdict) {
  const by = `${figures.calls} calls, ${figures.events} events and ${figures.deliveries} deliveries`;
  if (!ok) {
    const failed = cases.filter((one) => !one.ok).map(({ id }) => id);
    const named = failed.slice(0, 5).join(', ') + (failed.length > 5 ? ` and ${failed.length - 5} more` : '');
    return `No certificate: ${failed.length} of ${cases.length} cases do not hold (${named || 'none was looked at'}).`;
  }
  if (!isWhole) return `No certificate, for only a part was asked for: ${cases.length} cases, and all hold.`;
  return `The certificate is issued: all ${cases.length} cases hold (profile ${profile}; ${by} as evidence).`;
}

/** What is not there is null in JSON, not left out. */
function plain({ what, ok, expected, found, evidence: of }: Certification['results'][number]['findings'][number]) {
  return { what, ok, expected: expected ?? null, found: found ?? null, evidence: [...of] };
}
