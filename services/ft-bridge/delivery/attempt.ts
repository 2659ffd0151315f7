import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { Ending, Tracer } from '../../../shared/telemetry/tracing.js';
import type { BridgeMetrics } from '../bridge-metrics.js';
import { type FtMessage, idempotencyKey, isPersonal } from '../fast-track/ft-message.js';
import { type Failure, failureOf, failureOfOurs } from './failures.js';
import type { FtAnswer, FtSender } from './ft-sender.js';
import type { Lane, Place } from './lane.js';

export type AttemptOptions = {
  readonly sender: FtSender;
  /** What Fast Track hears of an event. May read what is not in the event; throws when that cannot be read now. */
  readonly messagesOf: (event: Decoded<PlayerEvent>) => Promise<readonly FtMessage[]>;
  /** The event that the lane is at; undefined when there is none after all. */
  readonly nextEvent: (lane: Lane) => Promise<Decoded<PlayerEvent> | undefined>;
  /** Asked right before each request. */
  readonly mayStart: (lane: Lane) => boolean;
  /** Fast Track took a message of this lane. */
  readonly onTaken: (lane: Lane) => void;
  readonly metrics: BridgeMetrics;
  readonly tracer: Tracer;
};

/** What became of it. Overtaken: the lane went elsewhere meanwhile, and whatever was answered does not count. */
export type Outcome =
  | { readonly kind: 'nothing' | 'overtaken' }
  | { readonly kind: 'confirmed'; readonly event: Decoded<PlayerEvent>; readonly status: number | undefined }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type Attempt = (lane: Lane) => Promise<Outcome>;

/** Sends what is left of the event that a lane is at: one message after the other, until one is not taken. */
export function createAttempt(options: AttemptOptions): Attempt {
  const { sender, messagesOf, nextEvent, mayStart, onTaken, metrics, tracer } = options;

  async function attempt(lane: Lane): Promise<Outcome> {
    const { epoch } = lane;
    const event = lane.queue[0] ?? (await nextEvent(lane));
    if (lane.epoch !== epoch) return { kind: 'overtaken' };
    if (event === undefined) return { kind: 'nothing' };
    const messages = await messagesOf(event);
    const place: Place = lane.replay ?? lane;
    let status: number | undefined;
    for (const [index, message] of messages.entries()) {
      if (index < place.partsDone) continue;
      if (lane.epoch !== epoch) return { kind: 'overtaken' };
      if (!mayStart(lane)) return { kind: 'nothing' };
      const startedAt = performance.now();
      const span = tracer.start(`${message.method} ${message.path}`, {
        kind: 'client',
        parent: event.metadata.traceparent,
        attributes: { 'croupier.event.type': event.type, 'croupier.stream': event.stream },
      });
      const answer = await sender.send({
        message,
        sequence: event.revision,
        traceparent: span.traceparent,
        idempotencyKey: idempotencyKey(event.id, index, messages.length),
      });
      span.end(endingOf(answer));
      metrics.answers.inc({ status: answer.kind === 'answered' ? String(answer.status) : 'none' });
      if (lane.epoch !== epoch) return { kind: 'overtaken' };
      place.requests += 1;
      if (answer.kind !== 'answered' || answer.status !== 200) {
        const request = { part: index, durationMs: performance.now() - startedAt };
        return { kind: 'failed', failure: failureOf(answer, request, { mayQuote: !isPersonal(message) }) };
      }
      status = answer.status;
      place.partsDone += 1;
      onTaken(lane);
    }
    return lane.epoch === epoch ? { kind: 'confirmed', event, status } : { kind: 'overtaken' };
  }

  return async (lane) => {
    const { epoch } = lane;
    try {
      return await attempt(lane);
    } catch (error) {
      // Not Fast Track's doing: the inbox or a profile could not be read. It will be, so the lane tries again.
      return lane.epoch === epoch ? { kind: 'failed', failure: failureOfOurs(error) } : { kind: 'overtaken' };
    }
  };
}

function endingOf(answer: FtAnswer): Ending {
  if (answer.kind === 'unanswered') return { error: answer.error };
  const { status } = answer;
  return {
    attributes: { 'http.response.status_code': status },
    ...(status === 200 ? {} : { error: `Fast Track answered ${status}` }),
  };
}
