import { createEsdbEventStore } from '../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../shared/event-store/event-store.js';
import { createAdmission } from '../../shared/http/admission.js';
import { networks } from '../../shared/http/caller-address.js';
import { externalIssuer } from '../../shared/http/external-issuer.js';
import { operatorAuth } from '../../shared/http/operator-auth.js';
import { playerTokenKey } from '../../shared/http/player-token.js';
import type { Service } from '../../shared/http/run-service.js';
import { startHttpServer } from '../../shared/http/server.js';
import { stopInOrder } from '../../shared/http/stop-in-order.js';
import { tlsFiles } from '../../shared/http/tls.js';
import { createFreshness, readPosition } from '../../shared/postgres/freshness.js';
import { createPostgres } from '../../shared/postgres/postgres.js';
import { createLogger, type Logger } from '../../shared/telemetry/log.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import { NO_TRACER, type Tracer } from '../../shared/telemetry/tracing.js';
import { createTimerLease } from './adapters/due-players.js';
import { readForgottenPlayers } from './adapters/forgotten-players.js';
import { createLmdbArchive } from './adapters/lmdb-archive.js';
import { readOpenWithdrawals } from './adapters/open-withdrawals.js';
import { createPasswords, type Passwords } from './adapters/passwords.js';
import { payOut } from './adapters/psp-client.js';
import { readUnmarkedDetails } from './adapters/unmarked-details.js';
import type { CommandConfig } from './config.js';
import { backofficeRoutes } from './http/backoffice.routes.js';
import { ledgerRoutes } from './http/ledger.routes.js';
import { createLoginThrottle } from './http/login-throttle.js';
import { nativeRoutes } from './http/native.routes.js';
import { operatorRoutes } from './http/operator.routes.js';
import { passwordRoutes } from './http/password.routes.js';
import { playerRoutes } from './http/player.routes.js';
import { providerRoutes } from './http/provider.routes.js';
import { pspRoutes } from './http/psp.routes.js';
import type { Clock } from './http/requests.js';
import { createCommandMetrics } from './metrics.js';
import { readinessOf } from './readiness.js';
import type { Archive } from './runtime/archive.js';
import { checkCatalogue, createCatalogueCheck } from './runtime/catalogue-check.js';
import { createErasure } from './runtime/erasure.js';
import { createPayouts, type PayoutPorts } from './runtime/payouts.js';
import { createPlayers } from './runtime/players.js';
import { createProfiles } from './runtime/profiles.js';
import { createRegistrar } from './runtime/registration.js';
import { createReservations } from './runtime/reservations.js';
import { createTimers, type TimerLease } from './runtime/timers.js';
import { createErasureFollower, type FindForgotten } from './runtime/unfinished-erasures.js';
import { createDetailsMarker, type FindUnmarkedDetails } from './runtime/unmarked-details.js';

/** Requests are bounded by their reads and appends. Together, these are within the 10 s that a process has to stop. */
const DRAIN_MS = 5_500;
const CLOSE_MS = 800;

/** What a test puts in the place of the real thing. */
export type Overrides = {
  readonly store?: EventStore;
  readonly archive?: Archive;
  readonly payouts?: PayoutPorts;
  readonly findUnmarkedDetails?: FindUnmarkedDetails;
  readonly timerLease?: TimerLease;
  readonly findForgotten?: FindForgotten;
  readonly passwords?: Passwords;
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly tracer?: Tracer;
};

/** The write side: HTTP → decide → append. Starts listening; `stop` drains requests first, then closes what they use. */
export async function startCommand(
  config: CommandConfig,
  overrides: Overrides = {},
): Promise<Service & { readonly url: string }> {
  const { catalogue, CROUPIER_PROVIDERS: providers, CROUPIER_PSPS: psps } = config;
  const logger = overrides.logger ?? createLogger('command', config.LOG_LEVEL);
  const tracer = overrides.tracer ?? NO_TRACER;
  const clock = overrides.clock ?? { nowMs: () => Date.now() };
  const archive = overrides.archive ?? createLmdbArchive({ dir: config.CROUPIER_ARCHIVE_DIR });
  const postgres = createPostgres({
    connectionString: config.POSTGRES_URL,
    applicationName: 'croupier-command',
    logger,
    max: 4,
    statementTimeoutMs: 2_000,
    readOnly: true,
  });
  const registry = createMetrics('command');
  const metrics = createCommandMetrics(registry);
  const store = metrics.measured(overrides.store ?? createEsdbEventStore({ connectionString: config.EVENTSTORE_URL }));
  const catalogueCheck = createCatalogueCheck(
    () => checkCatalogue(store, catalogue, new Date(clock.nowMs()).toISOString()),
    { logger },
  );
  const unguarded = createPlayers(
    { store, catalogue, archive },
    {
      onConflict: metrics.conflict,
      onSaveFailed: (error, playerId) =>
        logger.error({ err: error, playerId }, 'a player could not be saved to the archive; the next touch reads more'),
    },
  );
  const players = catalogueCheck.guard(unguarded);
  const reservations = createReservations(store, config.CROUPIER_EMAIL_KEY);
  const registrar = createRegistrar({
    ...{ store, players, reservations },
    passwords: overrides.passwords ?? createPasswords(config.CROUPIER_PASSWORD_COST),
  });
  const erasure = createErasure(store, players, reservations);
  const nowMs = () => clock.nowMs();
  const issuer = config.CROUPIER_OPERATOR_ISSUER;
  const admission = createAdmission({
    policies: config.CROUPIER_CALLER_POLICIES,
    trustedProxies: config.CROUPIER_TRUSTED_PROXIES,
    nowMs,
  });
  const auth = operatorAuth(config.CROUPIER_OPERATOR_KEYS, config.CROUPIER_OAUTH_CLIENTS, config.CROUPIER_OAUTH_KEY, {
    ...{ issuer: issuer && externalIssuer(issuer), admission, nowMs },
  });
  const backoffice = { holders: config.CROUPIER_BACKOFFICE_KEYS, admission };
  const ports: PayoutPorts = overrides.payouts ?? {
    openWithdrawals: (statuses, limit, after) => readOpenWithdrawals(postgres, statuses, limit, after),
    async pay(withdrawal) {
      const psp = psps.find(({ id }) => id === withdrawal.psp);
      if (psp === undefined) throw new Error(`there is no PSP ${withdrawal.psp}`);
      await payOut(psp, withdrawal, clock.nowMs());
    },
  };
  const payouts = createPayouts(ports, players, {
    automatic: config.CROUPIER_WITHDRAWALS === 'auto',
    logger,
    nowMs: () => clock.nowMs(),
  });

  const findUnmarked = overrides.findUnmarkedDetails ?? ((limit: number) => readUnmarkedDetails(postgres, limit));
  const detailsMarker = createDetailsMarker(findUnmarked, players, { logger, nowMs: () => clock.nowMs() });
  const timers = createTimers(overrides.timerLease ?? createTimerLease(postgres), players, {
    logger,
    nowMs: () => clock.nowMs(),
  });
  const findForgotten =
    overrides.findForgotten ??
    ((after: bigint | undefined, limit: number) => readForgottenPlayers(postgres, after, limit));
  const erasureFollower = createErasureFollower(findForgotten, erasure, { logger, nowMs: () => clock.nowMs() });

  const ofPlayers = {
    ...{ players, profiles: createProfiles(store), registrar, metrics, clock },
    tokenKey: playerTokenKey(config.CROUPIER_TOKEN_KEY),
    loginThrottle: createLoginThrottle(clock, config.CROUPIER_TRUSTED_PROXIES),
  };
  const readModels = createFreshness(() => readPosition(postgres));

  await catalogueCheck.start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const server = await startHttpServer({
    logger,
    metrics: registry,
    tracer,
    host: config.HOST,
    port: config.PORT,
    tls: tlsFiles(config),
    readiness: async () => {
      const { missing, degraded } = await readinessOf(store, postgres);
      return { missing: [...missing, ...catalogueCheck.missing()], degraded };
    },
    document: {
      title: 'Croupier: command',
      description: 'Everything that writes: money, players, bonuses. Errors are RFC 9457 problems with stable codes.',
    },
    routers: [
      providerRoutes({ players, providers, metrics, clock }),
      pspRoutes({ players, psps, metrics, clock }),
      operatorRoutes({ players, auth, metrics, clock }),
      ...nativeRoutes({ players, auth, metrics, clock }),
      ledgerRoutes({ store, keys: backoffice }),
      backofficeRoutes({ players, erasure, payouts, keys: backoffice, metrics, clock }),
      ...playerRoutes({ ...ofPlayers, payouts, psps, proxies: networks(config.CROUPIER_TRUSTED_PROXIES ?? []) }),
      passwordRoutes({ ...ofPlayers, readModelsReach: readModels.reached }),
    ],
  });
  payouts.start();
  detailsMarker.start();
  timers.start();
  erasureFollower.start();
  logger.info({ url: server.url }, 'command listens');

  return {
    url: server.url,
    async stop() {
      const background = [payouts, detailsMarker, timers, erasureFollower];
      await stopInOrder(logger, [
        { part: 'http', withinMs: DRAIN_MS, stop: server.stop },
        { part: 'background', withinMs: CLOSE_MS, stop: () => Promise.all(background.map(({ stop }) => stop())) },
      ]);
      await close();
    },
  };

  async function close(): Promise<void> {
    await stopInOrder(logger, [
      { part: 'catalogue', withinMs: CLOSE_MS, stop: catalogueCheck.stop },
      { part: 'postgres', withinMs: CLOSE_MS, stop: () => Promise.all([postgres.stop(), tracer.stop()]) },
      { part: 'eventStore', withinMs: CLOSE_MS, stop: store.close },
      { part: 'archive', withinMs: CLOSE_MS, stop: archive.close },
    ]);
  }
}
