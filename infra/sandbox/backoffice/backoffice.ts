import type Router from '@koa/router';
import type { SandboxConfig } from '../config.js';
import { createForwarder, type Forwarder } from '../gateway/forwarder.js';
import type { Pages } from '../pages/pages.js';
import { createAuditJob } from './audit-job.js';
import { auditRunner } from './audit-run.js';
import { backofficeRoutes } from './backoffice.routes.js';

export type Backoffice = {
  /** None without a back-office key. */
  readonly routers: readonly Router[];
  /** Ends an audit and those who watch it; to be called before the server that serves them stops. */
  stop(): Promise<void>;
};

/** What serves the operators' page, and the audit that it can start. */
export function openBackoffice(
  { backofficeApiKey: apiKey, bridgeUrl, audited }: SandboxConfig,
  { pages, gateway }: { readonly pages: Pages; readonly gateway: Forwarder },
): Backoffice {
  if (apiKey === undefined) return { routers: [], stop: async () => undefined };
  const bridge = bridgeUrl === undefined ? undefined : createForwarder(bridgeUrl);
  const audits = audited === undefined ? undefined : createAuditJob(auditRunner(audited));
  return {
    routers: [backofficeRoutes({ pages, apiKey, gateway, bridge, audits })],
    async stop() {
      await Promise.all([bridge?.close(), audits?.stop()]);
    },
  };
}
