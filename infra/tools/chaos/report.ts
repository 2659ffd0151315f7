import { table } from '../audit/output/table.js';
import type { Call, Message, RunLog } from './checker/run-log.js';
import { inWords, type Violation } from './checker/violation.js';
import type { Recovery } from './observe/recovery.js';
import type { Fault } from './plan.js';
import { serviceOf } from './platform/topology.js';

/** What `chaos.json` holds. */
export type ChaosReport = {
  readonly ok: boolean;
  readonly seed: number;
  readonly seconds: number;
  /** What does the same again. */
  readonly command: string;
  readonly turns: number;
  readonly calls: { readonly [outcome in Call['outcome'] | 'tries']: number };
  readonly events: number;
  /** Messages that had their effect, and those on the wire beyond them. */
  readonly deliveries: number;
  readonly duplicates: number;
  /** From the event's record to the request that Fast Track answered 200. */
  readonly delayMs: { readonly p50: number; readonly max: number };
  readonly faults: readonly RecoveryRow[];
  readonly violations: readonly Violation[];
};

export type RecoveryRow = {
  readonly fault: string;
  readonly times: number;
  /** How many of them came while another fault was in force or not yet recovered from. */
  readonly together: number;
  readonly p50Ms: number | null;
  readonly maxMs: number | null;
};

/** How many violations are printed; all are in the file. */
const SHOWN_MAX = 25;

export type RunFigures = Omit<
  ChaosReport,
  'ok' | 'calls' | 'events' | 'deliveries' | 'duplicates' | 'delayMs' | 'faults'
>;

export function reportOf(figures: RunFigures, log: RunLog, recoveries: readonly Recovery[]): ChaosReport {
  const taken = log.messages.filter((message) => message.taken).length;
  const count = (outcome: Call['outcome']) => log.calls.filter((call) => call.outcome === outcome).length;
  return {
    ...figures,
    ok: figures.violations.length === 0,
    calls: {
      acknowledged: count('acknowledged'),
      refused: count('refused'),
      unknown: count('unknown'),
      tries: log.calls.reduce((sum, { tries }) => sum + tries, 0),
    },
    events: log.events.length,
    deliveries: taken,
    duplicates: log.messages.length - taken,
    delayMs: delaysOf(log),
    faults: recoveryRows(recoveries),
  };
}

export function printedReport(report: ChaosReport): string {
  const { calls, events, deliveries, duplicates, delayMs, faults, violations } = report;
  const rows = [
    [
      'calls',
      `${calls.acknowledged} acknowledged, ${calls.refused} refused, ${calls.unknown} unknown; ${calls.tries} tries`,
    ],
    ['events', String(events)],
    ['deliveries', `${deliveries}, and ${duplicates} more on the wire that changed nothing`],
    ['recorded → delivered', `p50 ${seconds(delayMs.p50)}, longest ${seconds(delayMs.max)}`],
    ['violations', String(violations.length)],
  ];
  const recovery = faults.map(({ fault, times, together, p50Ms, maxMs }) => [
    ...[fault, String(times), String(together)],
    ...[p50Ms, maxMs].map((ms) => (ms === null ? 'never' : seconds(ms))),
  ]);
  return [
    table(['what', 'how much'], rows),
    '',
    table(['fault', 'times', 'with others', 'recovered p50', 'longest'], recovery, [
      'times',
      'with others',
      'recovered p50',
      'longest',
    ]),
    ...violations.slice(0, SHOWN_MAX).map(inWords),
    ...(violations.length > SHOWN_MAX ? [`… and ${violations.length - SHOWN_MAX} more`] : []),
  ].join('\n');
}

/** The last line. */
export function sentenceOf({ violations, seed, seconds: length, faults, deliveries }: ChaosReport): string {
  const injected = faults.reduce((sum, { times }) => sum + times, 0);
  const what = `${length} s with ${injected} faults (seed ${seed})`;
  return violations.length === 0
    ? `Chaos passed: nothing lost, doubled or out of order in ${deliveries} deliveries after ${what}.`
    : `Chaos failed: ${violations.length} violations after ${what}.`;
}

/** As the table groups them: by what was done to what kind of part. */
export function nameOf(fault: Fault): string {
  if ('instance' in fault) return `${fault.kind} ${serviceOf(fault.instance)}`;
  return 'link' in fault ? `${fault.kind} ${fault.link}` : fault.kind;
}

function recoveryRows(recoveries: readonly Recovery[]): RecoveryRow[] {
  const names = [...new Set(recoveries.map(({ injected }) => nameOf(injected.fault)))].sort();
  return names.map((fault) => {
    const own = recoveries.filter(({ injected }) => nameOf(injected.fault) === fault);
    const times = own.map(({ recoveredMs }) => recoveredMs);
    const known = times.filter((ms) => ms !== null).sort((a, b) => a - b);
    return {
      ...{ fault, times: own.length, together: own.filter((one) => isTogether(one, recoveries)).length },
      p50Ms: known[Math.floor((known.length - 1) / 2)] ?? null,
      maxMs: times.includes(null) ? null : (known.at(-1) ?? null),
    };
  });
}

function isTogether(one: Recovery, all: readonly Recovery[]): boolean {
  const [begin, end] = span(one);
  return all.some((other) => {
    const [otherBegin, otherEnd] = span(other);
    return other !== one && otherBegin < end && begin < otherEnd;
  });
}

function span({ injected, recoveredMs }: Recovery): [number, number] {
  return [injected.beganAt, recoveredMs === null ? Number.POSITIVE_INFINITY : injected.endedAt + recoveredMs];
}

function delaysOf({ events, messages }: RunLog): { p50: number; max: number } {
  const recordedAt = new Map(events.map(({ id, metadata }) => [id, Date.parse(String(metadata.recordedAt))]));
  const confirmed = new Map<string, Message>();
  for (const message of messages) {
    if (message.status === 200 && !confirmed.has(message.key)) confirmed.set(message.key, message);
  }
  const delays = [...confirmed.values()]
    .map(({ key, receivedAt }) => Date.parse(receivedAt) - (recordedAt.get(key.replace(/\.\d+$/, '')) ?? Number.NaN))
    .filter((ms) => !Number.isNaN(ms))
    .sort((a, b) => a - b);
  return { p50: delays[Math.floor(delays.length / 2)] ?? 0, max: delays.at(-1) ?? 0 };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 1_000 ? 3 : 1)} s`;
}
