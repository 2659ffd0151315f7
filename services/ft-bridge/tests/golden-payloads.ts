import { decodePlayerEvent } from '../../../shared/events/codec.js';
import { type GoldenEvent, goldenEvents } from '../../../shared/events/testing/golden-events.js';
import { PLAYER_STREAMS } from '../../../shared/ids/streams.js';
import type { FtContext } from '../fast-track/ft-message.js';
import { FT_PROFILES, type FtProfile } from '../fast-track/profiles.js';
import { TEST_BRAND } from './test-brand.js';

/** What Fast Track is told of every event form that was ever written, as files that a person can read. */
export const PAYLOAD_FOLDER = new URL('../fast-track/golden/', import.meta.url);

export const PROFILES = Object.keys(FT_PROFILES) as readonly FtProfile[];

/** What is not in the events: the registration's profile, and a bonus as if Fast Track had asked for it. */
export const GOLDEN_CONTEXT: FtContext = {
  origin: 'casino.example.com',
  ipAddress: '203.0.113.5',
  userAgent: 'Mozilla/5.0',
  bonus: {
    amount: '50.00',
    wageringRequired: '500.00',
    references: { id: 'ABC123', activity_id: '100', action_id: '2000', trigger_hash: '9d30' },
  },
};

export function goldenPlayerEvents(): readonly GoldenEvent[] {
  return goldenEvents().filter(({ event }) => event.stream.startsWith(PLAYER_STREAMS));
}

export function payloadFile(profile: FtProfile, { type, version }: GoldenEvent): URL {
  return new URL(`${profile}/${type}.v${version}.json`, PAYLOAD_FOLDER);
}

/** The messages of an event in the order they are sent; `[]` when Fast Track hears nothing. */
export function payloadText(profile: FtProfile, { event }: GoldenEvent): string {
  const messages = FT_PROFILES[profile].mapping(TEST_BRAND)(decodePlayerEvent(event), GOLDEN_CONTEXT);
  return `${JSON.stringify(messages, null, 2)}\n`;
}
