import { createHash } from 'node:crypto';
import type Router from '@koa/router';
import { startHttpServer } from '../../shared/http/server.js';
import type { Logger } from '../../shared/telemetry/log.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import { openBackoffice } from './backoffice/backoffice.js';
import { casinoRoutes } from './casino/casino.routes.js';
import type { SandboxConfig } from './config.js';
import { dialectOf } from './demo/dialect.js';
import { createAudience } from './fast-track/audience.js';
import { createFaults } from './fast-track/faults.js';
import { integrationRoutes } from './fast-track/integration.routes.js';
import { createOperatorClient } from './fast-track/operator-client.js';
import { profiles } from './fast-track/profiles.js';
import { openStaging } from './fast-track/staging.js';
import { stagingRoutes } from './fast-track/staging.routes.js';
import { createForwarder } from './gateway/forwarder.js';
import type { Signer } from './http-call.js';
import { createPages, type Pages } from './pages/pages.js';
import { providerRoutes } from './provider/provider.routes.js';
import { openRounds } from './provider/rounds.js';
import { createWalletClient } from './provider/wallet-client.js';
import { openPayments } from './psp/payments.js';
import { pspRoutes } from './psp/psp.routes.js';
import { seededRandom } from './random.js';

export type Sandbox = {
  readonly urls: {
    readonly fastTrack: string;
    readonly casino: string;
    readonly psp: string;
    readonly provider: string;
  };
  /** Stops taking requests, then what still runs; everything owed is in the journals. */
  stop(): Promise<void>;
};

/** Everyone outside of Croupier: Fast Track, a game provider, a PSP and the casino's web server. */
export async function startSandbox(
  config: SandboxConfig,
  logger: Logger,
  pages: Pages = createPages(),
): Promise<Sandbox> {
  const { dataDir, gatewayUrl, ports, host, tls } = config;
  const profile = profiles[config.profile];
  const operator = createOperatorClient(gatewayUrl, config.operatorApiKey, config.profile);
  const providerSigner: Signer = { idHeader: 'X-Provider-Id', ...config.provider };
  const pspSigner: Signer = { idHeader: 'X-Psp-Id', ...config.psp };

  const faults = createFaults(config.seed);
  const staging = await openStaging({ dataDir, profile, operator, logger });
  const wallet = createWalletClient(gatewayUrl, providerSigner);
  const rounds = await openRounds({ dataDir, wallet, logger });
  const payments = await openPayments({ dataDir, gatewayUrl, signer: pspSigner, logger });
  const forwarder = createForwarder(gatewayUrl);

  function serve(name: string, port: number, routers: readonly Router[]) {
    const metrics = createMetrics(name);
    return startHttpServer({ logger, metrics, routers, readiness: () => [], host, port, tls });
  }

  const sender = { keyHeader: config.keyHeader, keySha256: sha256(config.fastTrackApiKey) };
  const fastTrack = await serve('fast-track', ports.fastTrack, [
    integrationRoutes({ profile, staging, faults, sender }),
    stagingRoutes({ profile, staging, audience: createAudience(staging, dialectOf(config.profile)), faults, pages }),
  ]);
  const psp = await serve('psp', ports.psp, [pspRoutes(payments, pspSigner)]);
  const provider = await serve('provider', ports.provider, [
    providerRoutes({ rounds, wallet, random: seededRandom(config.seed) }),
  ]);
  const games = createForwarder(provider.url);
  const toFastTrack = createForwarder(fastTrack.url);
  const backoffice = openBackoffice(config, { pages, gateway: forwarder });
  const casino = await serve('casino', ports.casino, [
    ...backoffice.routers,
    casinoRoutes({
      ...{ pages, gateway: forwarder, games, fastTrack: toFastTrack },
      links: { gateway: gatewayUrl, fastTrack: fastTrack.url, psp: psp.url, provider: provider.url },
    }),
  ]);
  return {
    urls: { fastTrack: fastTrack.url, casino: casino.url, psp: psp.url, provider: provider.url },
    async stop() {
      await backoffice.stop();
      await Promise.all([casino, provider, psp, fastTrack].map((server) => server.stop()));
      await Promise.all([staging.stop(), rounds.stop(), payments.stop()]);
      await Promise.all([forwarder, games, toFastTrack].map((proxy) => proxy.close()));
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
