import type { DecisionContext } from '../../../shared/events/envelope.js';

/** Who asks, and what the request is called in the logs: in the metadata of every event it leads to. */
export type RequestContext = Omit<DecisionContext, 'schemaVersion' | 'recordedAt' | 'occurredAt'> & {
  /** ISO 8601 with milliseconds: the moment of the request. */
  readonly now: string;
};

/** What the events of a request share: they happen, and are recorded, at its moment. */
export function decisionContext(
  { now, correlationId, causationId, traceparent, actor }: RequestContext,
  schemaVersion: number,
): DecisionContext {
  return { schemaVersion, occurredAt: now, recordedAt: now, correlationId, causationId, traceparent, actor };
}
