import { catalogueFile } from '../../shared/config/catalogue-file.js';
import { createAdmission } from '../../shared/http/admission.js';
import { externalIssuer } from '../../shared/http/external-issuer.js';
import { operatorAuth } from '../../shared/http/operator-auth.js';
import { playerTokenKey } from '../../shared/http/player-token.js';
import { type HttpServer, startHttpServer } from '../../shared/http/server.js';
import { stopInOrder } from '../../shared/http/stop-in-order.js';
import { tlsFiles } from '../../shared/http/tls.js';
import { createFreshness, readPosition } from '../../shared/postgres/freshness.js';
import { createPostgres } from '../../shared/postgres/postgres.js';
import { createLogger, type Logger } from '../../shared/telemetry/log.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import { faultOfProbe } from '../../shared/telemetry/probe.js';
import { NO_TRACER, type Tracer } from '../../shared/telemetry/tracing.js';
import type { QueryConfig } from './config.js';
import { createPlayerFeed } from './feed/player-feed.js';
import { backofficeRoutes } from './http/backoffice.routes.js';
import { deliveriesRoutes } from './http/deliveries.routes.js';
import { frontEndKey } from './http/front-end-token.js';
import { ledgerRoutes } from './http/ledger.routes.js';
import { nativeRoutes } from './http/native.routes.js';
import { operatorRoutes } from './http/operator.routes.js';
import { playerRoutes } from './http/player.routes.js';
import { playerListsRoutes } from './http/player-lists.routes.js';
import { roundsRoutes } from './http/rounds.routes.js';
import { tokenRoutes } from './http/token.routes.js';
import { workRoutes } from './http/work.routes.js';
import { bonusOffersIn, bonusTemplatesIn } from './reads/bonus-offers.js';
import { readChanges } from './reads/feed-reads.js';

const CONNECTIONS_MAX = 20;
const STATEMENT_TIMEOUT_MS = 5_000;
/** Together within the 10 s that a process has to stop. */
const DRAIN_MS = 6_000;
const CLOSE_MS = 1_000;

export type QueryOverrides = {
  readonly logger?: Logger;
  readonly tracer?: Tracer;
  readonly nowMs?: () => number;
};

export type Query = {
  /** Serves at once, ready when the projector has made its tables. Answers the URL it serves at. */
  start(): Promise<string>;
  /** Answers what it was asked, then closes. */
  stop(): Promise<void>;
};

/** Answers questions from the read models; it cannot write. */
export function createQuery(config: QueryConfig, overrides: QueryOverrides = {}): Query {
  const logger = overrides.logger ?? createLogger('query', config.LOG_LEVEL);
  const tracer = overrides.tracer ?? NO_TRACER;
  const nowMs = overrides.nowMs ?? Date.now;
  const metrics = createMetrics('query');
  const postgres = createPostgres({
    connectionString: config.POSTGRES_URL,
    applicationName: 'croupier-query',
    logger,
    max: CONNECTIONS_MAX,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    readOnly: true,
  });
  const freshness = createFreshness(() => readPosition(postgres));
  const feed = createPlayerFeed({ changes: (watches) => readChanges(postgres, watches), logger });
  const admission = createAdmission({
    policies: config.CROUPIER_CALLER_POLICIES,
    trustedProxies: config.CROUPIER_TRUSTED_PROXIES,
    nowMs,
  });
  const issuer = config.CROUPIER_OPERATOR_ISSUER;
  const operator = operatorAuth(
    config.CROUPIER_OPERATOR_KEYS,
    config.CROUPIER_OAUTH_CLIENTS,
    config.CROUPIER_OAUTH_KEY,
    { issuer: issuer && externalIssuer(issuer), admission, nowMs },
  );
  const tokenKey = playerTokenKey(config.CROUPIER_TOKEN_KEY);
  const keys = { holders: config.CROUPIER_BACKOFFICE_KEYS, admission };
  const backoffice = { postgres, freshness, keys };
  const catalogue = catalogueFile(config.CROUPIER_CATALOGUE).text;
  const routers = [
    tokenRoutes({ auth: operator, nowMs }),
    operatorRoutes({ postgres, freshness, auth: operator, nowMs }),
    nativeRoutes({
      ...{ postgres, freshness, auth: operator, nowMs, tokenKey, logger },
      offers: bonusOffersIn(catalogue),
      origin: config.FT_ORIGIN ?? '',
      consentCasing: config.FT_CONSENT_CASING ?? 'schema',
    }),
    playerRoutes({
      ...{ postgres, freshness, feed, key: tokenKey, nowMs },
      ...(config.FT_JWT_KEY === undefined ? {} : { frontEndKey: frontEndKey(config.FT_JWT_KEY) }),
    }),
    backofficeRoutes({ ...backoffice, nowMs }),
    playerListsRoutes(backoffice),
    ledgerRoutes(backoffice),
    deliveriesRoutes(backoffice),
    roundsRoutes({ ...backoffice, nowMs }),
    workRoutes({ ...backoffice, templates: bonusTemplatesIn(catalogue), nowMs }),
  ];
  let server: HttpServer | undefined;
  let stopped: Promise<void> | undefined;

  async function end(): Promise<void> {
    await stopInOrder(logger, [
      // Before the server, which else waits for streams that never end.
      { part: 'feed', withinMs: CLOSE_MS, stop: feed.stop },
      { part: 'http', withinMs: DRAIN_MS, stop: () => server?.stop() },
      { part: 'postgres', withinMs: CLOSE_MS, stop: () => Promise.all([postgres.stop(), tracer.stop()]) },
    ]);
  }

  return {
    async start() {
      const { HOST: host, PORT: port } = config;
      const readiness = async () => {
        if (stopped !== undefined) return ['query is stopping'];
        const fault = await faultOfProbe(() => readPosition(postgres));
        return fault === undefined ? [] : [`read models: ${fault}`];
      };
      server = await startHttpServer({
        ...{ logger, metrics, tracer, routers, readiness, host, port, tls: tlsFiles(config) },
        document: {
          title: 'Croupier: query',
          description: 'Everything that reads. Errors are RFC 9457 problems with stable codes.',
        },
      });
      logger.info({ url: server.url }, 'query serves');
      return server.url;
    },
    stop() {
      stopped ??= end();
      return stopped;
    },
  };
}
