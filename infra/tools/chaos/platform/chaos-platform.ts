import { join } from 'node:path';
import type { Logs } from '../../../embedded/logs.js';
import { type PlatformSettings, PROVIDER_ID, platformSettings } from '../../../embedded/platform-settings.js';
import { PORT_OFFSETS, type PortName, type Ports, reservePorts } from '../../../embedded/ports.js';
import { serviceSpecs } from '../../../embedded/processes.js';
import { type Ground, runServers } from '../../../embedded/run-servers.js';
import { PROCESS_NAMES, type ProcessName, type ServerSpec } from '../../../embedded/server-spec.js';
import { STACK_NAMES, stackSpecs } from '../../../embedded/stack.js';
import { undoAll } from '../../../embedded/undo-all.js';
import { startTcpProxy, type TcpProxy } from '../../../testing/tcp-proxy.js';
import { type Instance, instancesOf, LINKS, type Link } from './topology.js';

export type ChaosPlatform = {
  /** Every instance of command, and the gateway, which goes to the first. */
  readonly entrances: readonly string[];
  readonly fastTrack: string;
  readonly psp: string;
  /** Past the proxies. */
  readonly stores: PlatformSettings['stores'];
  readonly origin: string;
  readonly keys: Keys;
  readonly links: ReadonlyMap<Link, TcpProxy>;
  readonly logs: Logs;
  pid(instance: Instance): number | undefined;
  /** Whether it serves; false also when it does not answer. */
  isReady(instance: Instance): Promise<boolean>;
  /** Stops everything and removes all of it. Idempotent. */
  stop(): Promise<void>;
};

export type Keys = {
  readonly provider: { readonly id: string; readonly secret: string };
  readonly operatorApiKey: string;
  readonly backofficeApiKey: string;
};

export type ChaosPlatformOptions = {
  readonly signal: AbortSignal;
  readonly onRestarted: (instance: Instance) => void;
};

const PORT_NAMES = Object.keys(PORT_OFFSETS) as PortName[];

/** The whole platform with every service that may run twice run twice, and a proxy on every connection between them. */
export async function startChaosPlatform({ signal, onRestarted }: ChaosPlatformOptions): Promise<ChaosPlatform> {
  const undo: (() => Promise<void>)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= undoAll(undo);
    return stopped;
  };
  try {
    const second = await reservePorts(0, PORT_NAMES);
    undo.push(second.release);
    const links = new Map<Link, TcpProxy>();
    const specs = new Map<Instance, ServerSpec>();
    let settings: PlatformSettings | undefined;
    const running = await runServers({
      dataDir: undefined,
      portBase: 0,
      neededPorts: PORT_NAMES,
      signal,
      onRestarted: (name) => onRestarted(name),
      specsOn: async (ground) => {
        const direct = platformSettings(ground, {});
        settings = direct;
        for (const link of LINKS) {
          const proxy = await startTcpProxy(serverOf(link, direct));
          links.set(link, proxy);
          undo.push(proxy.stop);
        }
        const services = PROCESS_NAMES.filter((name) => !STACK_NAMES.some((stack) => stack === name));
        const all = [
          ...(await stackSpecs(ground, STACK_NAMES)),
          ...services.flatMap((name) => specsOf(name, ground, second.ports, links)),
        ];
        for (const spec of all) specs.set(spec.name, spec);
        return all;
      },
    });
    undo.push(running.stop);
    if (settings === undefined) throw new Error('the servers started without settings');
    const { url, stores, fastTrack } = settings;
    const { secrets, pids, logs } = running;
    return {
      entrances: [url('command'), url('gateway'), `http://127.0.0.1:${second.ports.command}`],
      ...{ fastTrack: url('fastTrack'), psp: url('psp'), stores, origin: fastTrack.origin, links, logs },
      keys: {
        provider: { id: PROVIDER_ID, secret: secrets.providerSecret },
        operatorApiKey: secrets.operatorApiKey,
        backofficeApiKey: secrets.backofficeApiKey,
      },
      pid: (instance) => pids()[instance],
      isReady: async (instance) =>
        specs
          .get(instance)
          ?.isReady()
          .catch(() => false) ?? false,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where a link leads, past the proxy. */
function serverOf(link: Link, { stores, url, fastTrack }: PlatformSettings): string {
  const server = link.slice(link.indexOf('>') + 1);
  if (server === 'eventStore' || server === 'nats' || server === 'postgres') return stores[server];
  if (server === 'fastTrack') return fastTrack.baseUrl;
  if (server === 'command' || server === 'query' || server === 'gateway') return url(server);
  throw new Error(`${link} leads nowhere`);
}

/** The processes of one service: each on a port and in a folder of its own, all through the service's proxies. */
function specsOf(name: ProcessName, ground: Ground, second: Ports, links: ReadonlyMap<Link, TcpProxy>): ServerSpec[] {
  const through = (server: string) => links.get(`${name}>${server}` as Link)?.url;
  return instancesOf(name).flatMap((instance, index) => {
    const port = portOf(name);
    const own: Ground =
      index === 0
        ? ground
        : { ...ground, ports: { ...ground.ports, [port]: second[port] }, folder: join(ground.folder, instance) };
    const direct = platformSettings(own, {});
    const { stores, fastTrack } = direct;
    const settings: PlatformSettings = {
      ...direct,
      stores: {
        eventStore: through('eventStore') ?? stores.eventStore,
        nats: through('nats') ?? stores.nats,
        postgres: through('postgres') ?? stores.postgres,
      },
      fastTrack: { ...fastTrack, baseUrl: through('fastTrack') ?? fastTrack.baseUrl },
      url: (to) => through(to) ?? direct.url(to),
    };
    return serviceSpecs(settings)
      .filter((spec) => spec.name === name)
      .map((spec) => ({ ...spec, name: instance, env: { ...spec.env, CROUPIER_INSTANCE: instance } }));
  });
}

/** The sandbox answers for itself on Fast Track's port. */
function portOf(name: ProcessName): PortName {
  return name === 'sandbox' ? 'fastTrack' : name;
}
