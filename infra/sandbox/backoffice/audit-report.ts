import { z } from 'zod';
import { add, zero } from '../../../shared/money/money.js';

const line = z.object({ account: z.string(), currency: z.string(), debits: z.string(), credits: z.string() });

/** What is shown of `audit.json`. */
const report = z.object({
  ok: z.boolean(),
  sentence: z.string(),
  events: z.number(),
  streams: z.number(),
  players: z.number(),
  defects: z.number(),
  position: z.string().optional(),
  durationMs: z.number(),
  checks: z.array(z.object({ id: z.string(), title: z.string(), checked: z.number(), defects: z.number() })),
  findings: z.array(
    z.object({
      check: z.string(),
      stream: z.string().optional(),
      revision: z.number().optional(),
      what: z.string(),
      expected: z.string(),
      found: z.string(),
    }),
  ),
  notChecked: z.array(z.string()),
  totals: z.array(line.omit({ account: true })),
  trialBalance: z.array(line),
});

type Report = z.infer<typeof report>;

export type AuditResult = Omit<Report, 'trialBalance' | 'durationMs'> & {
  readonly duration_ms: number;
  /** As the read models group them: `player:*:cash` is the cash of all players. */
  readonly groups: readonly z.infer<typeof line>[];
};

/** @throws Error when it is not what the audit writes. */
export function readAuditReport(text: string): AuditResult {
  const { trialBalance, durationMs, ...rest } = report.parse(JSON.parse(text));
  return { ...rest, duration_ms: Math.round(durationMs), groups: grouped(trialBalance) };
}

/** A line for all players' accounts of a kind: there may be millions of them. */
function grouped(lines: Report['trialBalance']): AuditResult['groups'] {
  const groups = new Map<string, z.infer<typeof line>>();
  for (const { account, currency, debits, credits } of lines) {
    const name = account.replace(/^player:\d+:/, 'player:*:');
    const key = `${currency} ${name}`;
    const before = groups.get(key) ?? { account: name, currency, debits: zero(currency), credits: zero(currency) };
    groups.set(key, { ...before, debits: add(before.debits, debits), credits: add(before.credits, credits) });
  }
  return [...groups.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}
