import type { JsonObject } from '../../../shared/event-store/event-store.js';
import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { BonusFacts } from './bonus-facts.js';

/** One request to Fast Track; `path` is relative to FT_BASE_URL. */
export type FtMessage = {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: JsonObject;
};

/** What a message says beyond its event. */
export type FtContext = {
  /** The brand, as Fast Track knows it. */
  readonly origin: string;
  /** Of the registration; undefined once the person is forgotten. */
  readonly ipAddress: string | undefined;
  /** Of the registration, as the address. */
  readonly userAgent?: string | undefined;
  /** Of the bonus that the event is about, where the dialect asks for it and the history has it. */
  readonly bonus?: BonusFacts | undefined;
};

/** What Fast Track hears of an event, in the order it is sent; empty when it hears nothing. */
export type FtMapping = (event: Decoded<PlayerEvent>, context: FtContext) => readonly FtMessage[];

const PERSONAL = ['ip_address', 'user_agent'];

/** Whether it says something about a person that must not be kept: an answer may quote what it refuses. */
export function isPersonal({ body }: FtMessage): boolean {
  return PERSONAL.some((field) => field in body);
}

/** The key of the n-th of an event's messages: Fast Track takes each key once. */
export function idempotencyKey(eventId: string, index: number, count: number): string {
  return count === 1 ? eventId : `${eventId}.${index + 1}`;
}
