import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { nodeCommand } from './node-process.js';
import { type PlatformSettings, PROVIDER_ID, PSP_ID } from './platform-settings.js';
import { HOST, type PortName } from './ports.js';
import { answersOk } from './readiness.js';
import type { ProcessName, ServerSpec } from './server-spec.js';
import { systemEnv } from './system-env.js';

/** What a service is told through its environment. This is the contract between the supervisor and the services. */
type Service = {
  readonly name: ProcessName;
  readonly main: string;
  readonly after: readonly ProcessName[];
  /** Where it answers `GET /health/ready` with 200 once it can serve. */
  readonly port: PortName;
  readonly env: Readonly<Record<string, string>>;
};

/** The six Node processes and the environment of each. */
export function serviceTable(settings: PlatformSettings): readonly Service[] {
  const { stores, url, fastTrack, ground } = settings;
  const { secrets, ports, folder } = ground;

  const eventStore = { EVENTSTORE_URL: stores.eventStore };
  const postgres = { POSTGRES_URL: stores.postgres };
  const nats = { NATS_URL: stores.nats };
  const backoffice = {
    CROUPIER_BACKOFFICE_KEYS: json([{ id: 'back-office', sha256: sha256(secrets.backofficeApiKey) }]),
  };
  const callers = {
    ...backoffice,
    CROUPIER_TOKEN_KEY: secrets.tokenKey,
    CROUPIER_OPERATOR_KEYS: json([{ id: 'fast-track', sha256: sha256(secrets.operatorApiKey) }]),
    CROUPIER_OAUTH_CLIENTS: json([{ id: secrets.operatorClientId, sha256: sha256(secrets.operatorClientSecret) }]),
    CROUPIER_OAUTH_KEY: secrets.oauthKey,
    // The gateway calls from here: behind it, everybody's address is the one that it names.
    CROUPIER_TRUSTED_PROXIES: settings.env.CROUPIER_TRUSTED_PROXIES || json([HOST]),
  };
  const fastTrackKey = {
    FT_API_KEY: fastTrack.apiKey,
    FT_KEY_HEADER: fastTrack.keyHeader,
    FT_PROFILE: fastTrack.profile,
  };

  return [
    {
      name: 'command',
      main: 'services/command/main.ts',
      after: ['eventStore', 'postgres'],
      port: 'command',
      env: {
        ...eventStore,
        ...postgres,
        ...callers,
        CROUPIER_EMAIL_KEY: secrets.emailKey,
        CROUPIER_PROVIDERS: json([{ id: PROVIDER_ID, secrets: [secrets.providerSecret] }]),
        CROUPIER_PSPS: json([{ id: PSP_ID, secrets: [secrets.pspSecret], url: url('psp') }]),
        CROUPIER_ARCHIVE_DIR: join(folder, 'archive'),
        // In the sandbox nobody sits in the back office to approve a payout.
        CROUPIER_WITHDRAWALS: settings.env.CROUPIER_WITHDRAWALS || 'auto',
        PUBLIC_URL: url('gateway'),
      },
    },
    {
      name: 'projector',
      main: 'services/projector/main.ts',
      after: ['eventStore', 'postgres', 'nats'],
      port: 'projector',
      env: { ...eventStore, ...postgres, ...nats },
    },
    {
      name: 'bridge',
      main: 'services/ft-bridge/main.ts',
      // After the projector, which makes the stream that the bridge reads; after the sandbox, so that it has someone
      // to deliver to.
      after: ['eventStore', 'postgres', 'nats', 'projector', 'sandbox'],
      port: 'bridge',
      env: {
        ...eventStore,
        ...postgres,
        ...nats,
        ...backoffice,
        ...fastTrackKey,
        FT_BASE_URL: fastTrack.baseUrl,
        FT_ORIGIN: fastTrack.origin,
        // Restarted after a kill -9, it need not wait until the lease of the one before has run out.
        CROUPIER_INSTANCE: 'bridge',
      },
    },
    {
      name: 'query',
      main: 'services/query/main.ts',
      // The projector makes the tables that query reads.
      after: ['eventStore', 'postgres', 'projector'],
      port: 'query',
      env: { ...eventStore, ...postgres, ...callers, FT_ORIGIN: fastTrack.origin },
    },
    {
      name: 'gateway',
      main: 'infra/sandbox/gateway/main.ts',
      after: ['command', 'query'],
      port: 'gateway',
      env: { COMMAND_URL: url('command'), QUERY_URL: url('query') },
    },
    {
      name: 'sandbox',
      main: 'infra/sandbox/main.ts',
      after: [],
      port: 'fastTrack',
      env: {
        FAST_TRACK_PORT: String(ports.fastTrack),
        CASINO_PORT: String(ports.casino),
        PSP_PORT: String(ports.psp),
        PROVIDER_PORT: String(ports.provider),
        GATEWAY_URL: url('gateway'),
        ...fastTrackKey,
        OPERATOR_API_KEY: secrets.operatorApiKey,
        BACKOFFICE_API_KEY: secrets.backofficeApiKey,
        // For the operators' page alone: what it retries and skips, and what it audits.
        BRIDGE_URL: url('bridge'),
        ...eventStore,
        ...postgres,
        PROVIDER_ID,
        PROVIDER_SECRET: secrets.providerSecret,
        PSP_ID,
        PSP_SECRET: secrets.pspSecret,
        SANDBOX_DATA_DIR: settings.sandboxFolder,
      },
    },
  ];
}

/** The table's services as the supervisor runs them. */
export function serviceSpecs(settings: PlatformSettings): ServerSpec[] {
  return serviceTable(settings).map((service) => ({
    name: service.name,
    after: service.after,
    command: nodeCommand(service.main),
    env: {
      ...systemEnv(),
      ...passedOn(settings.env),
      HOST,
      PORT: String(settings.ground.ports[service.port]),
      CROUPIER_SUPERVISED: '1',
      ...service.env,
    },
    stopSignal: 'SIGTERM',
    isReady: () => answersOk(`${settings.url(service.port)}/health/ready`),
  }));
}

/** What the user set for the services themselves: LOG_LEVEL, NODE_ENV, where traces go, and any setting that has a default there. */
function passedOn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => /^(CROUPIER_|FT_|OTEL_|LOG_LEVEL$|NODE_ENV$)/.test(name)),
  );
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

function sha256(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
