import type { Logs } from './logs.js';
import { embeddedStores, type PlatformSettings, PROVIDER_ID, PSP_ID, platformSettings } from './platform-settings.js';
import { PORT_OFFSETS, type PortName } from './ports.js';
import { serviceSpecs } from './processes.js';
import type { ReadyInfo } from './ready.js';
import { createReadyFile } from './ready-file.js';
import { type RunningServers, type RunOptions, runServers } from './run-servers.js';
import { STACK_NAMES, type StackName, stackSpecs } from './stack.js';

export type PlatformOptions = {
  /** Left out: a temporary folder, removed at stop. */
  readonly dataDir?: string;
  /** Where the ports start; 0, the default, takes free ones. */
  readonly portBase?: number;
  /**
   * The only settings there are: EVENTSTORE_URL, NATS_URL or POSTGRES_URL in here name servers to use instead of
   * embedded ones, and those in the process's own environment do not, so a test has a stack of its own.
   */
  readonly env?: NodeJS.ProcessEnv;
} & Pick<RunOptions, 'onDeath' | 'onRestarted' | 'signal'>;

export type Platform = {
  /** As printed after `READY`; its pids are those of the start. */
  readonly ready: ReadyInfo;
  /** The pids now: a part that died has another after its restart. */
  pids(): ReadyInfo['pids'];
  readonly logs: Logs;
  /** Stops everything within 10 s. Idempotent. */
  stop(): Promise<void>;
};

/** Sandbox secrets were asked for where real players are. */
export class SandboxRefused extends Error {
  override readonly name = 'SandboxRefused';
}

/** Starts every process of Croupier with the sandbox around it, and answers when all are ready. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const env = options.env ?? {};
  if ((env.NODE_ENV ?? process.env.NODE_ENV) === 'production') {
    throw new SandboxRefused(
      'this start makes sandbox secrets and serves a sandbox, which NODE_ENV=production refuses: start the services with secrets of your own instead',
    );
  }
  const embedded = embeddedStores(env);
  let settings: PlatformSettings | undefined;
  let updateReady = () => {};
  const running = await runServers({
    ...options,
    dataDir: options.dataDir,
    portBase: options.portBase ?? 0,
    neededPorts: neededPorts(embedded),
    specsOn: async (ground) => {
      settings = platformSettings(ground, env);
      return [...(await stackSpecs(ground, embedded)), ...serviceSpecs(settings)];
    },
    onRestarted: (name, pid) => {
      updateReady();
      options.onRestarted?.(name, pid);
    },
  });
  if (settings === undefined) throw new Error('the servers started without settings');
  const ready = readyInfo(running, settings);
  const file = createReadyFile(running.folder);
  await file.write(ready);
  updateReady = () => void file.write({ ...ready, pids: running.pids() }).catch(() => {});
  return {
    ready,
    pids: running.pids,
    logs: running.logs,
    async stop() {
      await file.remove();
      await running.stop();
    },
  };
}

function neededPorts(embedded: readonly StackName[]): PortName[] {
  const names = Object.keys(PORT_OFFSETS) as PortName[];
  const others = STACK_NAMES.filter((name) => !embedded.includes(name));
  return names.filter((name) => !others.some((other) => other === name));
}

function readyInfo(running: RunningServers, { url, stores, fastTrack }: PlatformSettings): ReadyInfo {
  const { secrets } = running;
  return {
    gateway: url('gateway'),
    command: url('command'),
    query: url('query'),
    bridge: url('bridge'),
    fastTrack: url('fastTrack'),
    casino: url('casino'),
    psp: url('psp'),
    provider: url('provider'),
    ...stores,
    profile: fastTrack.profile,
    pids: running.pids(),
    keys: {
      operatorApiKey: secrets.operatorApiKey,
      operatorClientId: secrets.operatorClientId,
      operatorClientSecret: secrets.operatorClientSecret,
      backofficeApiKey: secrets.backofficeApiKey,
      providerId: PROVIDER_ID,
      providerSecret: secrets.providerSecret,
      pspId: PSP_ID,
      pspSecret: secrets.pspSecret,
      fastTrackApiKey: fastTrack.apiKey,
    },
  };
}
