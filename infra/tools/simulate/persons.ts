import { createHmac } from 'node:crypto';
import type { EventToAppend } from '../../../shared/event-store/event-store.js';
import { EMAIL_SCHEMA_VERSION } from '../../../shared/events/email-events.js';
import { EMPTY_HEAD, seal } from '../../../shared/events/envelope.js';
import { PROFILE_SCHEMA_VERSION } from '../../../shared/events/profile-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { emailStream, profileStream } from '../../../shared/ids/streams.js';

/** The person behind a player: what registration has written before the player exists. (Itself it is not simulated.) */
export type Person = {
  /** Names of the two streams that are the person; each begins with one event. */
  readonly email: string;
  readonly profile: string;
  readonly streams: ReadonlyMap<string, readonly EventToAppend[]>;
};

export const EMAIL_KEY = '00'.repeat(32);

const AT = '2026-01-02T11:59:00.000Z';

export function personOf(playerId: PlayerId): Person {
  const address = `${playerId}@example.com`;
  const email = emailStream(createHmac('sha256', Buffer.from(EMAIL_KEY, 'hex')).update(address).digest('hex'));
  const profile = profileStream(playerId);
  const credential = { algorithm: 'scrypt', cost: 2, blockSize: 1, parallelization: 1, salt: 'AA==', hash: 'AA==' };
  const reserved = { type: 'EmailReserved', data: { playerId, credential, idempotencyKey: null } };
  const created = {
    type: 'ProfileCreated',
    data: {
      ...{ email: address, first_name: 'Jane', last_name: 'Doe', birth_date: '1990-01-31', country: 'SE' },
      ...{ phone: '', address: '', currency: 'EUR', ip_address: '192.0.2.1', user_agent: 'simulation' },
    },
  };
  const context = { occurredAt: AT, recordedAt: AT, correlationId: 'registration', causationId: 'registration' };
  const sealed = (stream: string, draft: typeof reserved | typeof created, schemaVersion: number) =>
    seal(stream, EMPTY_HEAD, [draft], { ...context, schemaVersion, actor: 'simulation' }).events;
  return {
    email,
    profile,
    streams: new Map([
      [email, sealed(email, reserved, EMAIL_SCHEMA_VERSION)],
      [profile, sealed(profile, created, PROFILE_SCHEMA_VERSION)],
    ]),
  };
}
