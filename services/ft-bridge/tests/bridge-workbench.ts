import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { type Stack, startStack } from '../../../infra/embedded/stack.js';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { until } from '../../../infra/testing/until.js';
import type { BusMessage } from '../../../shared/bus/messages.js';
import { createNatsPublisher } from '../../../shared/bus/nats-publisher.js';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres, type Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import type { FtBridgeConfig } from '../config.js';
import { createFtBridge, type FtBridge, type Tuning } from '../service.js';
import { type ScriptedFastTrack, scriptedFastTrack } from './scripted-fast-track.js';
import { messages, storeOf } from './stories.js';
import { TEST_BRAND } from './test-brand.js';

const FAST: Partial<Tuning> = {
  ...{ retryBaseMs: 1, retryCapMs: 10, lingerMs: 1, headsEveryMs: 20, quietMs: 60_000 },
  // No request times out, however busy the machine is.
  ...{ requestTimeoutMs: 120_000, leaseMs: 600_000 },
};

const BACKOFFICE_KEY = 'a back-office key';
const BACKOFFICE_HOLDER = {
  id: 'night-shift',
  sha256: createHash('sha256').update(BACKOFFICE_KEY).digest('hex'),
};
/** An operator's, who is `night-shift`. */
export const BACKOFFICE = { 'X-Api-Key': BACKOFFICE_KEY };

export type BridgeBench = {
  readonly fastTrack: ScriptedFastTrack;
  readonly config: FtBridgeConfig;
  readonly postgres: Postgres;
  readonly nats: Stack;
  /** What the event store holds: a test adds to it. */
  readonly stored: StoredEvent[];
  /** Projects the events, and publishes those that are not lost. */
  happen(events: readonly StoredEvent[], lost?: (event: StoredEvent) => boolean): Promise<void>;
  publish(messages: readonly BusMessage[]): Promise<void>;
  /** Stores the events and writes their players' heads, as the projector does before it publishes. */
  project(events: readonly StoredEvent[]): Promise<void>;
  start(
    tuning?: Partial<Tuning>,
    fastTrack?: Partial<FtBridgeConfig['fastTrack']>,
  ): Promise<FtBridge & { readonly url: string }>;
};

/** A bridge between a real NATS of its own, a real Postgres, an event store in memory and a scripted Fast Track. */
export async function bridgeBench(t: ExecutionContext, postgresUrl?: string): Promise<BridgeBench> {
  const fastTrack = await scriptedFastTrack(t);
  const nats = await startStack({ only: ['nats'] });
  t.teardown(nats.stop);
  const server = postgresUrl ?? (await testStack(t, ['postgres'])).postgresUrl;
  const connectionString = await testDatabase(t, server);
  const folder = fileURLToPath(new URL('../../projector/migrations', import.meta.url));
  await migrate({ connectionString, schema: 'read_model', folder, logger });
  const postgres = createPostgres({
    ...{ connectionString, applicationName: 'test', logger, max: 2, statementTimeoutMs: 5_000 },
  });
  t.teardown(() => postgres.stop());
  const config: FtBridgeConfig = {
    ...{ host: '127.0.0.1', port: 0, logLevel: 'silent', instance: undefined },
    ...{ postgresUrl: connectionString, natsUrl: nats.natsUrl, eventStoreUrl: 'esdb://127.0.0.1:1?tls=false' },
    ...{ backofficeKeys: [BACKOFFICE_HOLDER], retentionHours: 72 },
    fastTrack: {
      ...{ baseUrl: fastTrack.url, apiKey: 'key', keyHeader: 'X-Api-Key', profile: 'guide', origin: 'test' },
      brand: TEST_BRAND,
    },
  };
  const stored: StoredEvent[] = [];

  async function publish(toSend: readonly BusMessage[]): Promise<void> {
    const publisher = createNatsPublisher({ url: nats.natsUrl, name: 'test', replicas: 1, logger });
    let { sequence } = await until('the stream can be written', () => publisher.open().catch(() => undefined));
    for (const message of toSend) {
      await publisher.publish(message, sequence);
      sequence += 1;
    }
    await publisher.stop();
  }

  async function project(events: readonly StoredEvent[]): Promise<void> {
    stored.push(...events);
    const heads = [...new Map(events.map((event) => [event.stream, event])).values()];
    await postgres.query(
      `INSERT INTO read_model.heads (player_id, revision, hash, position)
       SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::numeric[])
       ON CONFLICT (player_id) DO UPDATE
         SET revision = excluded.revision, hash = excluded.hash, position = excluded.position`,
      [
        heads.map(({ stream }) => stream.replace('player-', '')),
        heads.map(({ revision }) => revision),
        heads.map(({ metadata }) => metadata.hash),
        heads.map(({ position }) => String(position)),
      ],
    );
  }

  return {
    ...{ fastTrack, config, postgres, nats, stored, publish },
    project,
    async happen(events, lost = () => false) {
      await project(events);
      await publish(messages(events.filter((event) => !lost(event))));
    },
    async start(tuning = {}, itsFastTrack = {}) {
      const its = { ...config, fastTrack: { ...config.fastTrack, ...itsFastTrack } };
      const bridge = createFtBridge(its, { logger, store: storeOf(stored), tuning: { ...FAST, ...tuning } });
      t.teardown(bridge.stop);
      return { ...bridge, ...(await bridge.start()) };
    },
  };
}

/** The value of one line of `/metrics`; labels as they are written there, in any place. */
export async function metric(url: string, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`croupier_bridge_${name}{`) && one.includes(label));
  return Number(line?.split(' ').at(-1) ?? 0);
}
