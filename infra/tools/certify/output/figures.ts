import { z } from 'zod';
import { amountOf, type Units, unitsOf } from '../../audit/ledger/minor-units.js';
import type { CaseResult } from '../certify.js';
import { type Message, messageSchema, timestampOf } from '../fast-track/messages.js';

/** What all of the evidence together comes to. */
export type Figures = {
  readonly calls: number;
  readonly events: number;
  readonly deliveries: number;
  /** Copies on the wire beyond the deliveries. */
  readonly copies: number;
  /** From the event's time to Fast Track's receipt of its message. */
  readonly delays_ms: readonly number[];
  /** Debits and credits by kind of account, added up by the certificate from every event that it saw. */
  readonly trial_balance: readonly TrialBalanceRow[];
};

export type TrialBalanceRow = {
  readonly account: string;
  readonly currency: string;
  readonly debits: string;
  readonly credits: string;
};

export function figuresOf(results: readonly CaseResult[]): Figures {
  const evidence = results.flatMap((result) => result.evidence);
  const messages = evidence.flatMap((entry) => (entry.kind === 'deliveries' ? entry.messages.map(messageOf) : []));
  const known = messages.filter((message) => message !== undefined);
  const taken = known.filter((message) => message.taken);
  const events = latestEvents(results);
  return {
    calls: evidence.filter(({ kind }) => kind === 'call').length,
    events: events.length,
    deliveries: taken.length,
    copies: known.filter(({ duplicate }) => duplicate).length,
    delays_ms: taken
      .map(delayOf)
      .filter(Number.isFinite)
      .sort((one, other) => one - other),
    trial_balance: trialBalance(events),
  };
}

export function percentile(sorted: readonly number[], percent: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
}

function messageOf(value: unknown): Message | undefined {
  return messageSchema.safeParse(value).data;
}

function delayOf(message: Message): number {
  return Date.parse(message.received_at) - Date.parse(timestampOf(message));
}

/** A player's events were read more than once in some cases; the last look has them all. */
function latestEvents(results: readonly CaseResult[]): readonly unknown[] {
  const byPlayer = new Map<string, readonly unknown[]>();
  for (const { evidence } of results) {
    for (const entry of evidence) if (entry.kind === 'events') byPlayer.set(entry.player_id, entry.events);
  }
  return [...byPlayer.values()].flat();
}

const posted = z.object({
  data: z.object({
    postings: z.array(
      z.object({ account: z.string(), side: z.enum(['debit', 'credit']), amount: z.string(), currency: z.string() }),
    ),
  }),
});

function trialBalance(events: readonly unknown[]): readonly TrialBalanceRow[] {
  const sums = new Map<string, { currency: string; debit: Units; credit: Units }>();
  for (const event of events) {
    for (const { account, side, amount, currency } of posted.safeParse(event).data?.data.postings ?? []) {
      const kind = account.replace(/^player:\d+:/, 'players: ');
      const sum = sums.get(kind) ?? { currency, debit: 0n, credit: 0n };
      sums.set(kind, sum);
      sum[side] += unitsOf(amount, currency) ?? 0n;
    }
  }
  return [...sums]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([account, { currency, debit, credit }]) => ({
      ...{ account, currency, debits: amountOf(debit, currency), credits: amountOf(credit, currency) },
    }));
}
