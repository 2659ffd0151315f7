import type { Logs } from './logs.js';
import type { InstanceName, Pids, ServerSpec } from './server-spec.js';
import { createSupervisedProcess, type ProcessReport, type SupervisedProcess } from './supervised-process.js';

const STOP_TIMEOUT_MS = 9_000;
/** No process gets less than this to end by itself, even when those before it used up the time. */
const STOP_GRACE_MIN_MS = 500;
/** Nor may one tier use up the time of those after it. */
const STOP_GRACE_MAX_MS = 2_500;

export type Supervisor = {
  /** Starts every process after those it needs. @throws ProcessStartFailed for the first that cannot start */
  start(): Promise<void>;
  /** Stops them in the reverse order, within 10 s. Idempotent. */
  stop(): Promise<void>;
  pids(): Pids;
};

/** Keeps a set of processes alive. Needs that are not in the set (a server of the user's) count as met. */
export function createSupervisor(specs: readonly ServerSpec[], logs: Logs, report: ProcessReport): Supervisor {
  const processes = new Map(specs.map((spec) => [spec.name, createSupervisedProcess(spec, logs, report)]));
  const starts = new Map<InstanceName, Promise<void>>();
  let stopped: Promise<void> | undefined;

  function startOnce(supervised: SupervisedProcess): Promise<void> {
    const { name, after } = supervised.spec;
    const known = starts.get(name);
    if (known !== undefined) return known;
    const needs = after.flatMap((need) => processes.get(need) ?? []);
    const start = Promise.all(needs.map(startOnce)).then(() => supervised.start());
    starts.set(name, start);
    return start;
  }

  async function stopAll(): Promise<void> {
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    for (const tier of stopOrder([...processes.values()])) {
      const graceMs = Math.min(STOP_GRACE_MAX_MS, Math.max(STOP_GRACE_MIN_MS, deadline - Date.now()));
      await Promise.all(tier.map((supervised) => supervised.stop(graceMs)));
    }
    await Promise.allSettled(starts.values());
  }

  return {
    async start() {
      await Promise.all([...processes.values()].map(startOnce));
    },
    stop() {
      stopped ??= stopAll();
      return stopped;
    },
    pids: () => Object.fromEntries([...processes].flatMap(([name, supervised]) => entryOf(name, supervised.pid()))),
  };
}

function entryOf(name: InstanceName, pid: number | undefined): [InstanceName, number][] {
  return pid === undefined ? [] : [[name, pid]];
}

/** Tiers of processes that nothing still running needs, first to stop first. */
export function stopOrder(all: readonly SupervisedProcess[]): SupervisedProcess[][] {
  const tiers: SupervisedProcess[][] = [];
  let left = [...all];
  while (left.length > 0) {
    const needed = new Set(left.flatMap((supervised) => supervised.spec.after));
    const tier = left.filter((supervised) => !needed.has(supervised.spec.name));
    if (tier.length === 0) throw new Error('the processes need each other in a circle');
    tiers.push(tier);
    left = left.filter((supervised) => !tier.includes(supervised));
  }
  return tiers;
}
