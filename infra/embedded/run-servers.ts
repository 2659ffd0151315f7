import { join } from 'node:path';
import { lockDataFolder } from './data-folder.js';
import { createLogs, type Logs } from './logs.js';
import { type PortName, type Ports, reservePorts } from './ports.js';
import { loadSecrets, type Secrets } from './secrets.js';
import type { Pids, ServerSpec } from './server-spec.js';
import type { ProcessReport } from './supervised-process.js';
import { createSupervisor } from './supervisor.js';
import { folderFor } from './temporary-folder.js';
import { undoAll } from './undo-all.js';

/** What a set of servers may build on. */
export type Ground = { readonly folder: string; readonly ports: Ports; readonly secrets: Secrets };

export type RunOptions = {
  /** Left out: a temporary folder, removed at stop. */
  readonly dataDir: string | undefined;
  /** 0 takes free ports. */
  readonly portBase: number;
  readonly neededPorts: readonly PortName[];
  readonly specsOn: (ground: Ground) => Promise<readonly ServerSpec[]>;
  readonly onDeath?: ProcessReport['onDeath'];
  readonly onRestarted?: ProcessReport['onRestarted'];
  /** Aborting it while the servers start stops them again. */
  readonly signal?: AbortSignal;
};

export type RunningServers = Ground & {
  readonly logs: Logs;
  pids(): Pids;
  /** Stops everything within 10 s and gives up the ports and the folder. Idempotent. */
  stop(): Promise<void>;
};

/** Locks the folder, takes the ports and starts the servers; when one fails, nothing is left behind. */
export async function runServers(options: RunOptions): Promise<RunningServers> {
  const { signal } = options;
  const undo: (() => Promise<void>)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= undoAll(undo);
    return stopped;
  };
  try {
    const temporary = await folderFor(options.dataDir);
    undo.push(temporary.remove);
    const folder = await lockDataFolder(temporary.path);
    undo.push(folder.release);
    const reserved = await reservePorts(options.portBase, options.neededPorts);
    undo.push(reserved.release);
    const ground = { folder: folder.path, ports: reserved.ports, secrets: await loadSecrets(folder.path) };
    const specs = await options.specsOn(ground);
    const names = specs.map(({ name }) => name);
    const logs = createLogs(join(folder.path, 'logs'), names);
    const supervisor = createSupervisor(specs, logs, {
      onSpawn: ({ name, stopSignal }, identity) => folder.recordServer(name, { ...identity, stopSignal }),
      onDeath: (name, how) => options.onDeath?.(name, how),
      onRestarted: (name, pid) => options.onRestarted?.(name, pid),
    });
    undo.push(supervisor.stop);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', supervisor.stop, { once: true });
    await supervisor.start();
    signal?.removeEventListener('abort', supervisor.stop);
    signal?.throwIfAborted();
    return { ...ground, logs, pids: supervisor.pids, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
