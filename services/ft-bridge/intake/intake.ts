import type { BusConsumer, BusDelivery } from '../../../shared/bus/bus-consumer.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { BridgeMetrics } from '../bridge-metrics.js';
import type { Arrival } from '../inbox/arrival.js';
import type { Inbox, TakeResult } from '../inbox/inbox.js';
import { type Backoff, persist } from '../persist.js';
import { readDelivery } from './read-arrival.js';
import type { Repair } from './repair.js';

const BATCH_MAX = 500;

export type IntakeOptions = {
  readonly consumer: BusConsumer;
  readonly inbox: Inbox;
  readonly repair: Repair;
  /** Called after the commit, with what can now be delivered. */
  readonly onTaken: (result: TakeResult) => void;
  /** The newest position that the inbox held before. */
  readonly newest: bigint | undefined;
  readonly now: () => number;
  readonly backoff: Backoff;
  readonly metrics: BridgeMetrics;
  readonly logger: Logger;
};

export type Intake = {
  /** Ends when the signal aborts or the consumer stops. */
  run(signal: AbortSignal): Promise<void>;
  /** The newest position that came from the bus and is committed. */
  newestPosition(): bigint | undefined;
  lastArrivalAt(): number;
};

type Message = { readonly delivery: BusDelivery; readonly revision: number };

/** From the bus into the inbox: pull, judge, commit, and only then acknowledge. */
export function createIntake(options: IntakeOptions): Intake {
  const { consumer, inbox, repair, onTaken, now, backoff, metrics, logger } = options;
  let { newest } = options;
  let lastArrivalAt = now();

  async function takeBatch(batch: readonly BusDelivery[], signal: AbortSignal): Promise<void> {
    const arrivals: Arrival[] = [];
    const messages = new Map<PlayerId, Message[]>();
    for (const delivery of batch) {
      const read = readDelivery(delivery);
      if ('refused' in read) refuse(delivery, read.playerId, read.refused);
      else {
        arrivals.push(read);
        const own = messages.get(read.playerId);
        const message = { delivery, revision: read.event.revision };
        if (own === undefined) messages.set(read.playerId, [message]);
        else own.push(message);
      }
    }
    if (arrivals.length === 0) return;
    const results = await persist(
      () => inbox.take(arrivals),
      backoff,
      signal,
      (err, attempt) => {
        if (attempt === 1) logger.warn({ err }, 'arrivals cannot be committed; trying again');
      },
    );
    if (results === undefined) return;
    for (const { position } of results.flatMap(({ taken }) => taken)) {
      if (newest === undefined || position > newest) newest = position;
    }
    for (const result of results) settle(result, messages.get(result.playerId) ?? []);
  }

  function settle(result: TakeResult, messages: readonly Message[]): void {
    const { playerId, taken, duplicates, mismatched, hole, lane } = result;
    metrics.taken.inc(taken.length);
    metrics.duplicates.inc(duplicates);
    if (mismatched > 0) {
      metrics.integrityAlarms.inc({ reason: 'hash' }, mismatched);
      logger.error(
        { playerId, mismatched },
        'the bus and the inbox disagree about a revision; the event store decides',
      );
    }
    // Offered even if nothing was new: it may have been taken by a commit of which we never heard.
    if (lane.taken > lane.delivered) onTaken(result);
    if (mismatched === 0 && !hole) acknowledge(messages);
    else settleLater(playerId, messages);
  }

  /** Unacknowledged until the truth is in the inbox: should we die before that, they come again. */
  function settleLater(playerId: PlayerId, messages: readonly Message[]): void {
    repair.request(playerId).then((upTo) => acknowledge(messages.filter(({ revision }) => revision <= upTo)), noop);
  }

  function refuse(delivery: BusDelivery, playerId: PlayerId | undefined, reason: string): void {
    metrics.integrityAlarms.inc({ reason: 'unreadable' });
    logger.error({ subject: delivery.subject, reason }, 'a message that is no event of ours; the event store decides');
    if (playerId === undefined) delivery.ack();
    else repair.request(playerId).then(() => delivery.ack(), noop);
  }

  return {
    async run(signal) {
      while (!signal.aborted) {
        const batch = await consumer.next(BATCH_MAX);
        if (batch.length === 0) return;
        lastArrivalAt = now();
        await takeBatch(batch, signal);
      }
    },
    newestPosition: () => newest,
    lastArrivalAt: () => lastArrivalAt,
  };
}

function acknowledge(messages: readonly Message[]): void {
  for (const { delivery } of messages) delivery.ack();
}

/** A repair that is given up when the service stops acknowledges nothing. */
function noop(): void {}
