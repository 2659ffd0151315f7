import Router from '@koa/router';
import { startHttpServer } from '../../../shared/http/server.js';
import type { TlsFiles } from '../../../shared/http/tls.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import { createMetrics } from '../../../shared/telemetry/metrics.js';
import { gatewayDocumentRoutes } from './document.js';
import { createForwarder, type Forwarder } from './forwarder.js';
import { routeTable, type Upstream } from './route-table.js';

export type GatewayConfig = {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsFiles | undefined;
  readonly commandUrl: string;
  readonly queryUrl: string;
};

export type Gateway = { readonly url: string; stop(): Promise<void> };

/** One base URL over command and query. */
export async function startGateway(config: GatewayConfig, logger: Logger): Promise<Gateway> {
  const proxies: { readonly [name in Upstream]: Forwarder } = {
    command: createForwarder(config.commandUrl),
    query: createForwarder(config.queryUrl),
  };
  const server = await startHttpServer({
    logger,
    metrics: createMetrics('gateway'),
    routers: [gatewayDocumentRoutes([config.commandUrl, config.queryUrl]), gatewayRoutes(proxies)],
    readiness: async () => {
      const names = Object.keys(proxies) as Upstream[];
      const reachable = await Promise.all(names.map((name) => proxies[name].isReachable()));
      return names.filter((_, at) => !reachable[at]);
    },
    host: config.host,
    port: config.port,
    tls: config.tls,
  });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
    },
  };
}

function gatewayRoutes(proxies: { readonly [name in Upstream]: Forwarder }): Router {
  const router = new Router();
  for (const { upstream, methods, paths } of routeTable) {
    for (const path of paths) router.register(path, [...methods], (ctx) => proxies[upstream].forward(ctx));
  }
  return router;
}
