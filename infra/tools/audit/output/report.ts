import type { AuditReport } from '../audit.js';
import { CHECK_NAMES, CHECKS } from '../ledger/checks.js';
import type { Finding } from '../ledger/findings.js';
import { amountOf } from '../ledger/minor-units.js';
import { table } from './table.js';
import { trialBalanceTable } from './trial-balance.js';

/** More are in audit.json. */
const DEFECTS_SHOWN_MAX = 10;

/** The result in one sentence, with the first offending event. */
export function sentenceOf(report: AuditReport): string {
  const { ok, findings, defects, scope } = report;
  const what = `${number(report.events)} events of ${number(report.streams)} streams`;
  const [first] = findings;
  if (ok || first === undefined) {
    const limits =
      report.notChecked.length > 0 ? `, but not everything was checked (${report.notChecked.length} notes above)` : '';
    const of = scope.player === undefined ? 'The ledger' : `The ledger of player ${scope.player}`;
    return `${of} is sound: ${what}, every check passed${limits}.`;
  }
  return `The ledger is NOT sound: ${number(defects)} ${defects === 1 ? 'defect' : 'defects'} in ${what}; the first: ${findingText(first)}.`;
}

export function findingText({ stream, revision, position, what, expected, found }: Finding): string {
  const event = stream === undefined ? '' : `${stream}${revision === undefined ? '' : `@${revision}`} `;
  const at = position === undefined ? '' : `(position ${position}) `;
  return `${event}${at}${what}; expected ${expected}, found ${found}`;
}

/** All for a terminal, but the last sentence. */
export function tablesOf(report: AuditReport): string {
  const checks = CHECK_NAMES.map((name) => {
    const { checked, defects } = report.counts[name];
    const result = defects > 0 ? `${number(defects)} DEFECTS` : checked > 0 ? 'ok' : '-';
    return [CHECKS[name], number(checked), result];
  });
  const { scope } = report;
  const heading =
    scope.at !== undefined
      ? `Trial balance at ${scope.at}`
      : scope.after !== undefined
        ? `Movements after position ${scope.after}`
        : 'Trial balance';
  return [
    `${heading} (balance = debits − credits)`,
    trialBalanceTable(report.trialBalance, report.totals),
    '',
    table(['check', 'checked', 'result'], checks, ['checked']),
    ...(report.notChecked.length > 0 ? ['', 'Not checked:', ...report.notChecked.map((note) => `  - ${note}`)] : []),
    ...(report.findings.length > 0
      ? ['', 'Defects:', ...report.findings.slice(0, DEFECTS_SHOWN_MAX).map((finding) => `  - ${findingText(finding)}`)]
      : []),
    ...(report.defects > DEFECTS_SHOWN_MAX ? [`  … ${number(report.defects - DEFECTS_SHOWN_MAX)} more`] : []),
    '',
    `${number(report.events)} events in ${(report.durationMs / 1_000).toFixed(1)} s (${number(Math.round((report.events / report.durationMs) * 1_000))} a second).`,
  ].join('\n');
}

/** For audit.json: amounts are decimal strings, positions strings. */
export function jsonOf(report: AuditReport): unknown {
  const { scope, trialBalance, totals, counts, heads: _toTheAnchor, ...rest } = report;
  const money = <T extends { readonly currency: string; readonly debits: bigint; readonly credits: bigint }>(
    line: T,
  ) => ({
    ...line,
    debits: amountOf(line.debits, line.currency),
    credits: amountOf(line.credits, line.currency),
    balance: amountOf(line.debits - line.credits, line.currency),
  });
  return {
    sentence: sentenceOf(report),
    ...rest,
    scope: { at: scope.at ?? null, player: scope.player ?? null, from: scope.after ?? null },
    checks: CHECK_NAMES.map((id) => ({ id, title: CHECKS[id], ...counts[id] })),
    totals: totals.map(money),
    trialBalance: trialBalance.map(money),
  };
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, (_name, member) => (typeof member === 'bigint' ? String(member) : member), 2)}\n`;
}

function number(count: number): string {
  return count.toLocaleString('en');
}
