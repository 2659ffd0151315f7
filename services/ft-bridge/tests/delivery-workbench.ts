import type { ExecutionContext } from 'ava';
import { Registry } from 'prom-client';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { NO_TRACER } from '../../../shared/telemetry/tracing.js';
import { createBridgeMetrics } from '../bridge-metrics.js';
import { createBackoff } from '../delivery/backoff.js';
import type { BreakerLimits } from '../delivery/breaker.js';
import { createDispatcher, type Dispatcher } from '../delivery/dispatcher.js';
import type { FtSender } from '../delivery/ft-sender.js';
import { createUndiciSender } from '../delivery/undici-sender.js';
import { guideMessages } from '../fast-track/guide.js';
import type { Inbox } from '../inbox/inbox.js';
import { type Ownership, ownsAll } from '../instances/ownership.js';
import type { Backoff } from '../persist.js';
import { arrivals } from './stories.js';

/** No request times out but in the test that is about it, however busy the machine is. */
const PATIENT_MS = 120_000;

export type DeliveryOptions = {
  readonly inbox: Inbox;
  /** Over HTTP, or a sender that needs no wire. */
  readonly fastTrackUrl?: string;
  readonly sender?: FtSender;
  readonly backoff?: Backoff;
  readonly slots?: number;
  readonly retryCapMs?: number;
  readonly requestTimeoutMs?: number;
  readonly ownership?: Ownership;
  readonly breaker?: BreakerLimits;
  readonly steadyNow?: () => number;
};

/** For what is seen without it only. */
export const NO_BREAKER: BreakerLimits = { playersMin: Infinity, windowMs: 0, fewMs: Infinity };

export type Delivery = {
  readonly dispatcher: Dispatcher;
  /** The value of one of the dispatcher's metrics, whatever its labels; of a histogram, its count. */
  metric(name: string): Promise<number>;
  /** Commits and offers, as intake does. */
  take(events: readonly StoredEvent[]): Promise<void>;
  /** Resolves when the inbox says that this many events are left. */
  untilLeft(count: number): Promise<void>;
};

/** Lanes over an inbox, to a Fast Track of the test's, with waits of milliseconds. */
export function deliver(t: ExecutionContext, options: DeliveryOptions): Delivery {
  const watchers = new Set<() => void>();
  const inbox: Inbox = {
    ...options.inbox,
    async settle(...marks) {
      await options.inbox.settle(...marks);
      for (const watcher of watchers) watcher();
    },
  };
  const sender =
    options.sender ??
    createUndiciSender({
      ...{ baseUrl: `${options.fastTrackUrl}/`, apiKey: 'key', keyHeader: 'X-Api-Key', now: Date.now },
      ...{ connections: options.slots ?? 64, timeoutMs: options.requestTimeoutMs ?? PATIENT_MS },
    });
  const registry = new Registry();
  const dispatcher = createDispatcher({
    ...{
      inbox,
      sender,
      ownership: options.ownership ?? ownsAll,
      slots: options.slots ?? 64,
      lingerMs: 1,
      now: Date.now,
      logger: silentLogger,
    },
    messagesOf: async (event) => guideMessages(event, { origin: 'test', ipAddress: undefined }),
    backoff: options.backoff ?? createBackoff({ baseMs: 1, capMs: options.retryCapMs ?? 4, random: Math.random }),
    tracer: NO_TRACER,
    metrics: createBridgeMetrics(registry),
    ...(options.breaker === undefined ? {} : { breaker: options.breaker }),
    ...(options.steadyNow === undefined ? {} : { steadyNow: options.steadyNow }),
  });
  t.teardown(async () => {
    await dispatcher.stop(0);
    await sender.stop();
  });
  return {
    dispatcher,
    async metric(name) {
      const found = await registry.getSingleMetric(`croupier_bridge_${name}`)?.get();
      if (found === undefined) throw new Error(`there is no metric ${name}`);
      // Of a histogram, the line without a bucket that counts.
      const counted = found.values.filter((one) => !('metricName' in one) || String(one.metricName).endsWith('_count'));
      return counted.reduce((sum, { value }) => sum + value, 0);
    },
    async take(events) {
      for (const result of await inbox.take(arrivals(events))) dispatcher.offer(result);
    },
    async untilLeft(count) {
      await new Promise<void>((resolve, reject) => {
        const watcher = () => {
          inbox.counts().then(({ undelivered }) => {
            if (undelivered !== count) return;
            watchers.delete(watcher);
            resolve();
          }, reject);
        };
        watchers.add(watcher);
        watcher();
      });
    },
  };
}
