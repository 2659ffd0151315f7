import type { Action, Fault, Script, Step } from './script.js';

/** A script as a person reads it: one line a step, and what is ordinary is left out. */
export function printScript({ steps, instances }: Script): string {
  const options = instances.map(
    ({ saveEvents, cachedRecordsMax, skewMs }, n) =>
      `${instanceName(n)}: saves every ${saveEvents} events, caches ${cachedRecordsMax} records${skewMs === 0 ? '' : `, clock ${skewMs} ms off`}`,
  );
  return [...options, ...steps.map((step, n) => `${String(n + 1).padStart(4)}. ${printStep(step, steps[n - 1])}`)].join(
    '\n',
  );
}

function printStep({ at, action, operations }: Step, before: Step | undefined): string {
  const passed = before === undefined || at === before.at ? '' : ` (${spanOf(at - before.at)} later)`;
  const open = operations === null ? '' : `, and then only ${operations} operations`;
  return `${printAction(action)}${passed}${open}`;
}

function printAction(action: Action): string {
  switch (action.kind) {
    case 'deliver': {
      const { type, ...content } = action.command;
      const said = Object.entries(content).map(([name, value]) => `${name}=${text(value)}`);
      const fault = action.fault === null ? '' : ` !${printFault(action.fault)}`;
      return [`${instanceName(action.instance)} player ${action.player}: ${type}`, ...said].join(' ') + fault;
    }
    case 'crash':
      return `${instanceName(action.instance)} crashes, writes under way are ${action.writesUnderWay}, its archive is ${action.archive}`;
    case 'look_afresh':
      return `a fresh instance answers player ${action.player}’s last requests`;
  }
}

function printFault(fault: Fault): string {
  return fault.kind === 'read_breaks' ? `read_breaks after ${fault.afterEvents} events` : fault.kind;
}

function instanceName(n: number): string {
  return n === 0 ? 'A' : 'B';
}

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function spanOf(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  return minutes < 1
    ? `${milliseconds / 1000} s`
    : minutes < 60
      ? `${Math.round(minutes)} min`
      : `${Math.round(minutes / 60)} h`;
}
