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

/** All that the supervisor needs to know of one process. */
export type ServerSpec = GuardedCommand & {
  readonly name: ProcessName;
  /** Those that must be ready before it starts, and that are stopped after it. */
  readonly after: readonly ProcessName[];
  /** Runs before each start, the first and every restart. */
  readonly prepare?: () => Promise<void>;
  /** Throws or answers false while the server cannot serve yet. */
  readonly isReady: () => Promise<boolean>;
};
