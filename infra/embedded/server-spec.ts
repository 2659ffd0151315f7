import type { GuardedCommand } from './guarded-spawn.js';

/** The names of the processes, as in READY's `pids`. */
export const PROCESS_NAMES = [
  'postgres',
  'nats',
  'eventStore',
  'command',
  'projector',
  'query',
  'bridge',
  'gateway',
  'sandbox',
] as const;

export type ProcessName = (typeof PROCESS_NAMES)[number];

/** One of several that do the same work: `command-2` beside `command`. */
export type InstanceName = ProcessName | `${ProcessName}-${number}`;

/** The pids of those that run. */
export type Pids = Partial<Record<ProcessName, number>> & Record<`${ProcessName}-${number}`, number>;

/** All that the supervisor needs to know of one process. */
export type ServerSpec = GuardedCommand & {
  readonly name: InstanceName;
  /** Those that must be ready before it starts, and that are stopped after it. */
  readonly after: readonly InstanceName[];
  /** Runs before each start, the first and every restart. */
  readonly prepare?: () => Promise<void>;
  /** Throws or answers false while the server cannot serve yet. */
  readonly isReady: () => Promise<boolean>;
};
