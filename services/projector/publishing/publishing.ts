import { toBusMessage } from '../../../shared/bus/messages.js';
import { type LastMessage, type Publisher, StreamMoved } from '../../../shared/bus/publisher.js';
import { type EventStore, type StoredEvent, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { PLAYER_STREAMS } from '../../../shared/ids/streams.js';
import { PostgresUnavailable } from '../../../shared/postgres/fault.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { Tracer } from '../../../shared/telemetry/tracing.js';
import { createBackoff } from '../backoff.js';
import type { Health } from '../health.js';
import type { ProjectorMetrics } from '../projector-metrics.js';
import type { Handover } from './handover.js';
import { createPublishedSaver, readPublished, savePublished } from './published.js';

const IN_FLIGHT_MAX = 256;

export type PublishingOptions = {
  readonly publisher: Publisher;
  readonly handover: Handover;
  readonly store: EventStore;
  readonly postgres: Postgres;
  readonly health: Health;
  readonly metrics: ProjectorMetrics;
  readonly tracer: Tracer;
  readonly logger: Logger;
};

/** How far publishing is: the position all before which is in JetStream, and the sequence at which the stream ends. */
type Place = { readonly position: bigint; readonly sequence: number };

/**
 * The second loop: what the read models have committed goes to JetStream, in order and without a hole. It never holds
 * the first loop up, and after any fault goes on from what the last message in the stream says.
 */
export async function runPublishing(options: PublishingOptions, signal: AbortSignal): Promise<void> {
  const { postgres, handover } = options;
  const backoff = createBackoff();
  const save = createPublishedSaver(postgres);
  /** Where it is as far as acknowledged, and the last position that was sent: memory of this process only. */
  const memory: { acked?: bigint; sent?: bigint } = {};
  while (!signal.aborted) {
    try {
      let place = await findPlace(options, memory, signal);
      while (!signal.aborted) {
        memory.acked = place.position;
        await handover.beyond(place.position, signal);
        const next = await nextEvents(options, place.position);
        memory.sent = next.events.at(-1)?.position ?? memory.sent ?? place.position;
        place = await publishAll(options, next, place);
        backoff.reset();
        save(place.position);
      }
    } catch (error) {
      if (signal.aborted) break;
      report(error, options);
      await backoff.wait(signal);
    }
  }
  if (memory.acked !== undefined) await savePublished(postgres, memory.acked);
}

/** Where to go on: after the last message; where there is none, after what is known to have been published. */
async function findPlace(
  { publisher, store, postgres, handover, health, metrics, logger }: PublishingOptions,
  { acked, sent }: { readonly acked?: bigint; readonly sent?: bigint },
  signal: AbortSignal,
): Promise<Place> {
  const { sequence, last } = await publisher.open();
  if (last === undefined) {
    health.found('nats');
    await Promise.race([handover.started, aborted(signal)]);
    return { sequence, position: acked ?? (await readPublished(postgres)) };
  }
  await checkIsOurs(store, last);
  health.found('nats');
  if (sent !== undefined && last.position > sent) {
    metrics.foreignPublishes.inc();
    logger.error({ theirs: String(last.position), ours: String(sent) }, 'a second publisher is active');
  }
  return { sequence, position: last.position };
}

/** Positions of another store (a new one, or one restored to an earlier day) mean nothing here: nothing is published. */
async function checkIsOurs(store: EventStore, { stream, revision, eventId, position }: LastMessage): Promise<void> {
  for await (const event of store.readStream(stream, { from: revision, maxCount: 1 })) {
    if (event.id === eventId && event.position === position) return;
  }
  throw new OtherHistory(`the last message of JetStream, ${stream}@${revision}, is not in the event store`);
}

/** JetStream was written from another event store. Somebody must decide: purge the stream, or bring the right store. */
class OtherHistory extends Error {
  override readonly name = 'OtherHistory';
}

/** Events to publish, and the position that is reached when they are. */
type Next = { readonly events: readonly StoredEvent[]; readonly reaches: bigint };

/** What follows this position, none of it beyond what the read models have committed. */
async function nextEvents({ handover, store }: PublishingOptions, position: bigint): Promise<Next> {
  const upTo = handover.upTo();
  // A position that only other streams have reached is passed over; never back, when the read models are being rebuilt.
  const reachedBy = (events: readonly StoredEvent[]) => events.at(-1)?.position ?? (upTo > position ? upTo : position);
  const inMemory = handover.after(position, IN_FLIGHT_MAX);
  if (inMemory !== undefined) return { events: inMemory, reaches: reachedBy(inMemory) };
  const events: StoredEvent[] = [];
  const after = position < 0n ? undefined : position;
  for await (const event of store.readAll({ after, streamPrefixes: [PLAYER_STREAMS], maxCount: IN_FLIGHT_MAX })) {
    if (event.position > upTo) break;
    events.push(event);
  }
  return { events, reaches: reachedBy(events) };
}

async function publishAll(options: PublishingOptions, { events, reaches }: Next, place: Place): Promise<Place> {
  const ackedTo = place.position < 0n ? undefined : place.position;
  const begunAt = Date.now();
  // All under way at once: each names the one before it, so none is stored unless all before it were.
  const results = await Promise.allSettled(
    events.map((event, index) => options.publisher.publish(toBusMessage(event, ackedTo), place.sequence + index)),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  options.handover.forget(reaches);
  observe(options, events, reaches);
  for (const event of events) trace(options.tracer, event, begunAt);
  return { position: reaches, sequence: place.sequence + events.length };
}

function report(error: unknown, { health, logger }: PublishingOptions): void {
  if (error instanceof StreamMoved) {
    logger.warn({ err: error }, 'the stream is not where we left it: going on from its last message');
  } else if (error instanceof StoreUnavailable || error instanceof PostgresUnavailable) {
    // The first loop says so to the operator.
    logger.warn({ err: error }, 'what to publish cannot be read');
  } else {
    health.lost('nats', error instanceof Error ? error.message : String(error));
    logger[error instanceof OtherHistory ? 'error' : 'warn']({ err: error }, 'publishing is interrupted');
  }
}

/** Told afterwards, of the events whose request is recorded: nothing of a trace travels with a batch. */
function trace(tracer: Tracer, { type, stream, revision, metadata }: StoredEvent, begunAt: number): void {
  const parent = metadata.traceparent;
  if (typeof parent !== 'string') return;
  const attributes = { 'croupier.event.type': type, 'croupier.stream': stream, 'croupier.revision': revision };
  tracer.start(`publish ${type}`, { kind: 'producer', parent, attributes, at: begunAt }).end();
}

function observe({ metrics, handover }: PublishingOptions, events: readonly StoredEvent[], reaches: bigint): void {
  metrics.published.inc(events.length);
  metrics.pending.set(handover.length);
  metrics.position.set({ loop: 'publishing' }, Number(reaches));
  const recordedAt = events.at(-1)?.metadata.recordedAt;
  if (typeof recordedAt === 'string') {
    metrics.lag.observe({ loop: 'publishing' }, Math.max(0, Date.now() - Date.parse(recordedAt)) / 1000);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
