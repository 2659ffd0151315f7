import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcess } from './end-process.js';
import { spawnGuarded } from './guarded-spawn.js';
import type { Logs } from './logs.js';
import { identify, type ProcessIdentity } from './process-identity.js';
import type { InstanceName, ServerSpec } from './server-spec.js';

const START_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 40;
const BACKOFF_MIN_MS = 100;
const BACKOFF_MAX_MS = 5_000;
/** A process that lived this long was well: its next restart comes at once again. */
const WELL_AFTER_MS = 10_000;
const LOG_LINES_SHOWN = 15;
const KILL_WAIT_MS = 1_000;

/** What the supervisor hears of its processes. */
export type ProcessReport = {
  onSpawn(spec: ServerSpec, identity: ProcessIdentity): void;
  onDeath(name: InstanceName, how: string): void;
  onRestarted(name: InstanceName, pid: number): void;
};

export type SupervisedProcess = {
  readonly spec: ServerSpec;
  /** Starts it and waits until it is ready; from then on it is restarted whenever it dies. @throws ProcessStartFailed */
  start(): Promise<void>;
  /** Asks it to end, kills it after the grace. Idempotent. */
  stop(graceMs: number): Promise<void>;
  /** The last pid it had. */
  pid(): number | undefined;
};

/** A process ended, or did not become ready, on its first start; the message ends with its last log lines. */
export class ProcessStartFailed extends Error {
  override readonly name = 'ProcessStartFailed';
  readonly processName: InstanceName;

  constructor(processName: InstanceName, how: string, logLines: readonly string[]) {
    super(`${processName} could not start: ${how}${logLines.map((line) => `\n  | ${line}`).join('')}`);
    this.processName = processName;
  }
}

type Run = {
  readonly child: ChildProcess;
  readonly identity: ProcessIdentity | undefined;
  readonly exited: Promise<string>;
};

/** One process, kept alive from start to stop. */
export function createSupervisedProcess(spec: ServerSpec, logs: Logs, report: ProcessReport): SupervisedProcess {
  const stopping = new AbortController();
  let run: Run | undefined;
  let keeper: Promise<void> | undefined;

  async function launch(): Promise<void> {
    if (stopping.signal.aborted) return;
    await prepare(spec);
    if (stopping.signal.aborted) return;
    run = spawnRun(spec, logs);
    if (run.identity !== undefined) report.onSpawn(spec, run.identity);
    await becomesReady(run, spec, logs, stopping.signal);
  }

  async function keepAlive(): Promise<void> {
    let backoffMs = BACKOFF_MIN_MS;
    while (!stopping.signal.aborted) {
      const since = Date.now();
      const how = await run?.exited;
      if (stopping.signal.aborted) return;
      report.onDeath(spec.name, how ?? 'never ran');
      if (Date.now() - since > WELL_AFTER_MS) backoffMs = BACKOFF_MIN_MS;
      do {
        await delay(backoffMs, undefined, { signal: stopping.signal }).catch(() => {});
        backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS);
      } while (!(await isRelaunched()));
    }
  }

  async function isRelaunched(): Promise<boolean> {
    try {
      await launch();
      if (!stopping.signal.aborted) report.onRestarted(spec.name, run?.child.pid ?? 0);
      return true;
    } catch (error) {
      if (!(error instanceof ProcessStartFailed)) throw error;
      report.onDeath(spec.name, error.message);
      // Perhaps it runs without ever becoming ready: the next one needs its port.
      if (run?.identity !== undefined) await endProcess(run.identity, 'SIGKILL', KILL_WAIT_MS);
      return false;
    }
  }

  return {
    spec,
    pid: () => run?.child.pid,
    async start() {
      await launch();
      if (!stopping.signal.aborted) keeper = keepAlive();
    },
    async stop(graceMs) {
      stopping.abort();
      if (run?.identity !== undefined) await endProcess(run.identity, spec.stopSignal, graceMs);
      await run?.exited;
      await keeper;
    },
  };
}

async function prepare({ name, prepare }: ServerSpec): Promise<void> {
  await prepare?.().catch((error: unknown) => {
    throw new ProcessStartFailed(name, error instanceof Error ? error.message : String(error), []);
  });
}

function spawnRun(spec: ServerSpec, logs: Logs): Run {
  const logFd = logs.open(spec.name);
  const child = spawnGuarded(spec, logFd);
  closeSync(logFd);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be run (${error.message})`));
    child.once('exit', (code, signal) => resolve(signal === null ? `exited with code ${code}` : `killed by ${signal}`));
  });
  return { child, exited, identity: child.pid === undefined ? undefined : identify(child.pid) };
}

async function becomesReady(run: Run, spec: ServerSpec, logs: Logs, stopping: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  const fail = (how: string) => new ProcessStartFailed(spec.name, how, logs.tail(spec.name, LOG_LINES_SHOWN));
  const died = run.exited.then((how) => {
    if (!stopping.aborted) throw fail(how);
  });
  // Its death after it was ready is the keeper's business.
  died.catch(() => {});
  while (!stopping.aborted) {
    if (await Promise.race([spec.isReady().catch(() => false), died])) return;
    if (Date.now() > deadline) throw fail(`not ready after ${START_TIMEOUT_MS / 1_000} s`);
    await Promise.race([delay(READY_POLL_MS), died]);
  }
}
