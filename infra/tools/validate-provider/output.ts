import { table } from '../audit/output/table.js';
import type { Report, Result } from './validate.js';

const FAULTS_SHOWN_MAX = 5;
const WORDS: { readonly [result in Result['result']]: string } = { passed: 'ok', failed: 'FAILED', not_met: '-' };

/** All for a terminal, but the last sentence. */
export function tablesOf({ results }: Report): string {
  const rows = results.map(({ id, title, result, calls }) => [id, title, String(calls), WORDS[result]]);
  const failed = results.filter(({ faults }) => faults.length > 0);
  return [
    table(['case', 'what is right', 'calls', 'result'], rows, ['calls']),
    ...failed.flatMap(({ id, faults }) => [
      '',
      `${id}:`,
      ...faults.slice(0, FAULTS_SHOWN_MAX).map((fault) => `  - ${fault}`),
      ...(faults.length > FAULTS_SHOWN_MAX ? [`  … ${faults.length - FAULTS_SHOWN_MAX} more`] : []),
    ]),
  ].join('\n');
}

/** The result in one sentence. */
export function sentenceOf({ ok, results, calls }: Report): string {
  const failed = results.filter(({ result }) => result === 'failed').map(({ id }) => id);
  if (!ok)
    return `The integration is NOT right: ${failed.length} of ${results.length} cases failed (${failed.join(', ')}).`;
  const notMet = results.filter(({ result }) => result === 'not_met').map(({ id }) => id);
  const but = notMet.length === 0 ? '' : `, but for what your rounds never met: ${notMet.join(', ')}`;
  return `The integration is right: ${results.length - notMet.length} cases passed, ${calls.length} calls${but}.`;
}

/** For provider-validation.json: the verdict, and every call that it rests on. */
export function jsonOf(report: Report): string {
  return `${JSON.stringify({ sentence: sentenceOf(report), ...report }, undefined, 2)}\n`;
}
