import { randomBytes } from 'node:crypto';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import { byPosition, createFindings, FINDINGS_MAX, type Finding } from './ledger/findings.js';
import { amountOf } from './ledger/minor-units.js';
import type { Witness } from './ledger/witnesses.js';
import type { LedgerSource } from './parts/ledger-source.js';
import type { AccountLine, PartResult, PartRunner, Progress, StreamHead } from './parts/part-task.js';
import { compareHouseAccounts } from './read-models/compare-accounts.js';
import { type Snapshot, withSnapshot } from './read-models/snapshot.js';

export type AuditScope = {
  readonly after?: bigint | undefined;
  readonly at?: string | undefined;
  readonly player?: string | undefined;
};

export type AuditOptions = {
  readonly source: LedgerSource;
  /** Left out: the read models are not compared, for this reason. */
  readonly postgres: Postgres | { readonly why: string };
  readonly runners: readonly PartRunner[];
  readonly scope?: AuditScope;
  readonly anchored?: readonly Witness[];
  readonly wantsHeads?: boolean;
  readonly onProgress?: (progress: Progress & { readonly end: bigint }) => void;
};

export type AuditReport = {
  readonly ok: boolean;
  readonly scope: AuditScope;
  readonly events: number;
  readonly streams: number;
  readonly players: number;
  readonly transactions: number;
  /** Where the ledger ended; undefined when it is empty. */
  readonly position: bigint | undefined;
  /** Where the read models were compared. */
  readonly readModelsAt: bigint | undefined;
  readonly counts: PartResult['counts'];
  /** The first of them, in the order of the store. */
  readonly findings: readonly Finding[];
  readonly defects: number;
  /** What this audit did not look at, and why. */
  readonly notChecked: readonly string[];
  readonly trialBalance: readonly AccountLine[];
  readonly totals: readonly Omit<AccountLine, 'account'>[];
  readonly heads: readonly StreamHead[];
  readonly durationMs: number;
};

/**
 * Audits the ledger as it stands now: the end is noted first, and what is recorded meanwhile is the next audit's.
 * @throws StoreUnavailable, PostgresUnavailable
 */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const { postgres } = options;
  if ('why' in postgres) return auditAgainst(options, undefined);
  return withSnapshot(postgres, (snapshot) => auditAgainst(options, snapshot));
}

async function auditAgainst(options: AuditOptions, snapshot: Snapshot | undefined): Promise<AuditReport> {
  const { source, runners, scope = {}, anchored = [], onProgress } = options;
  const since = performance.now();
  // After the snapshot, so that whatever the database has seen lies before it.
  const position = await source.end();
  const compareAt = scope.at === undefined ? snapshot?.position : undefined;
  const task = {
    ...{ after: scope.after, at: scope.at, upTo: position ?? -1n, salt: randomBytes(16).toString('hex'), anchored },
    database: snapshot && { snapshot: snapshot.name, compareAt },
    wantsHeads: options.wantsHeads ?? false,
  };
  const progress = runners.map((): Progress => ({ position: -1n, events: 0 }));
  const parts = await Promise.all(
    runners.map((runner, index) =>
      runner.run({ ...task, share: runner.share }, (now) => {
        progress[index] = now;
        onProgress?.({ ...sumOf(progress), end: position ?? 0n });
      }),
    ),
  );

  const findings = createFindings();
  const forgotten = new Set(parts.flatMap((part) => part.forgotten));
  for (const part of parts) addPart(findings, part, forgotten);
  const trialBalance = merged(parts.map(({ accounts }) => accounts));
  const totals = totalsOf(trialBalance);
  checkTotals(findings, totals);
  if (snapshot !== undefined && compareAt !== undefined && scope.player === undefined && scope.after === undefined) {
    const house = merged(parts.map(({ houseAtComparison }) => houseAtComparison));
    await compareHouseAccounts(snapshot.sql, findings, house);
  }
  const lastEventAt = snapshot?.lastEventAt;
  if (compareAt !== undefined && lastEventAt !== undefined && lastEventAt > (position ?? -1n)) {
    reportBeyond(findings, lastEventAt, position);
  }
  const defects = Object.values(findings.counts).reduce((sum, count) => sum + count.defects, 0);
  return {
    ok: defects === 0,
    scope,
    events: sum(parts, 'events'),
    streams: sum(parts, 'streams'),
    players: sum(parts, 'players'),
    transactions: sum(parts, 'transactions'),
    position,
    readModelsAt: compareAt,
    counts: findings.counts,
    findings: [...findings.kept].sort(byPosition),
    defects,
    notChecked: notCheckedIn(options, snapshot, parts),
    trialBalance,
    totals,
    heads: parts.flatMap(({ heads }) => heads),
    durationMs: performance.now() - since,
  };
}

/** Adds a reader's findings, but for what the forgetting of a player explains. */
function addPart(all: ReturnType<typeof createFindings>, part: PartResult, forgotten: ReadonlySet<string>): void {
  for (const [name, { checked, defects }] of Object.entries(part.counts)) {
    const count = all.counts[name as keyof typeof all.counts];
    count.checked += checked;
    count.defects += defects;
  }
  const unexplained = part.excusable.filter(({ unlessForgotten = '' }) => {
    // Whose it was may be gone with the stream; then any forgotten player explains it.
    return !forgotten.has(unlessForgotten) && !(unlessForgotten === '?' && forgotten.size > 0);
  });
  for (const { check } of unexplained) all.counts[check].defects += 1;
  all.keep([...all.kept, ...part.findings, ...unexplained].sort(byPosition).slice(0, FINDINGS_MAX));
}

function checkTotals(findings: ReturnType<typeof createFindings>, totals: AuditReport['totals']): void {
  for (const { currency, debits, credits } of totals) {
    findings.checked('totals');
    if (debits === credits) continue;
    const [expected, found] = [debits, credits].map((units) => `${amountOf(units, currency)} ${currency}`);
    const what = `all debits of ${currency} are not all its credits`;
    findings.found({ check: 'totals', what, expected: `credits of ${expected}`, found: `${found}` });
  }
}

function reportBeyond(
  findings: ReturnType<typeof createFindings>,
  lastEventAt: bigint,
  position: bigint | undefined,
): void {
  findings.checked('heads');
  findings.found({
    check: 'heads',
    what: 'the read models are further than the event store: its end was cut off, or it is another store’s',
    expected: `an event store up to position ${lastEventAt} or more`,
    found: position === undefined ? 'an empty one' : `its end at ${position}`,
  });
}

function merged(lists: readonly (readonly AccountLine[])[]): readonly AccountLine[] {
  const all = new Map<string, { account: string; currency: string; debits: bigint; credits: bigint }>();
  for (const { account, currency, debits, credits } of lists.flat()) {
    const key = `${account} ${currency}`;
    const line = all.get(key);
    if (line === undefined) all.set(key, { account, currency, debits, credits });
    else {
      line.debits += debits;
      line.credits += credits;
    }
  }
  return [...all.values()].sort((one, other) => (one.account < other.account ? -1 : 1));
}

function totalsOf(lines: readonly AccountLine[]): AuditReport['totals'] {
  const one = lines.map(({ currency, debits, credits }) => ({ account: '', currency, debits, credits }));
  return merged([one]).map(({ currency, debits, credits }) => ({ currency, debits, credits }));
}

function notCheckedIn(
  { postgres, scope = {}, runners }: AuditOptions,
  snapshot: Snapshot | undefined,
  parts: readonly PartResult[],
) {
  const said: string[] = [];
  if ('why' in postgres) said.push(`read models and ft-bridge’s marks: ${postgres.why}`);
  else if (scope.at !== undefined) said.push('read models: they are of now, not of the time that was asked for');
  else if (snapshot?.position === undefined) said.push('read models: no projector has written any yet');
  if (scope.player !== undefined) said.push('accounts of the house: one player does not make them');
  if (scope.after !== undefined) {
    const given = sum(parts, 'streamsTakenAsGiven');
    said.push(
      `what lies up to position ${scope.after}: where ${given} streams stood there, balances before their first event, references to earlier transactions, payments and bonuses, ids used again from before, and the sums of accounts and transactions in the read models`,
    );
  }
  const witnesses = sum(parts, 'witnessesNotCompared');
  if (witnesses > 0) said.push(`${witnesses} marks or anchored heads that lie before`);
  return runners.length === 0 ? [] : said;
}

function sumOf(all: readonly Progress[]): Progress {
  const positions = all.map(({ position }) => position);
  const position = positions.reduce((least, one) => (one < least ? one : least), positions[0] ?? 0n);
  return { position, events: all.reduce((total, { events }) => total + events, 0) };
}

function sum(
  parts: readonly PartResult[],
  name: 'events' | 'streams' | 'players' | 'transactions' | 'streamsTakenAsGiven' | 'witnessesNotCompared',
): number {
  return parts.reduce((total, part) => total + part[name], 0);
}
