import type { Screen } from '../../audit/output/progress-bar.js';
import { table } from '../../audit/output/table.js';
import type { Certificate, CertificateCase } from './certificate.js';

const FAULTS_SHOWN_MAX = 4;
const VALUE_LENGTH_MAX = 240;
const CLEAR_LINE = '\r\u001b[2K';

/** How far it is, on a terminal; nothing anywhere else. */
export function createProgress(screen: Screen, total: number) {
  let done = 0;
  let failed = 0;
  return {
    add({ id, ok }: { readonly id: string; readonly ok: boolean }): void {
      done += 1;
      if (!ok) failed += 1;
      const faults = failed === 0 ? '' : `, ${failed} failed`;
      if (screen.isTTY === true) screen.write(`${CLEAR_LINE}${done} of ${total} cases${faults}: ${id}`);
    },
    clear(): void {
      if (screen.isTTY === true && done > 0) screen.write(CLEAR_LINE);
    },
  };
}

/** All for a terminal, but the last sentence. */
export function tablesOf({ checks, cases, figures }: Certificate): string {
  const rows = cases.map(({ id, title, findings, ok }) => [id, title, String(findings.length), ok ? 'ok' : 'FAILED']);
  const sums = checks.map(({ title, passed, cases: of, ok }) => [title, `${passed} of ${of}`, ok ? 'ok' : 'FAILED']);
  const { p50, p99 } = figures.delay_ms;
  return [
    table(['case', 'what is right', 'comparisons', 'result'], rows, ['comparisons']),
    ...cases.filter(({ ok }) => !ok).flatMap(faultsOf),
    '',
    table(['check', 'cases', 'result'], sums, ['cases']),
    '',
    `recorded → received by Fast Track: p50 ${p50 ?? '-'} ms, p99 ${p99 ?? '-'} ms`,
  ].join('\n');
}

function faultsOf({ id, findings }: CertificateCase): readonly string[] {
  const wrong = findings.filter(({ ok }) => !ok);
  const shown = wrong.slice(0, FAULTS_SHOWN_MAX);
  return [
    '',
    `${id}:`,
    ...(findings.length === 0 ? ['  - nothing was compared'] : []),
    ...shown.flatMap(({ what, expected, found }) => [
      `  - ${what}`,
      `      expected ${short(expected)}`,
      `      found    ${short(found)}`,
    ]),
    ...(wrong.length > shown.length ? [`  … ${wrong.length - shown.length} more`] : []),
  ];
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)} …` : text;
}
