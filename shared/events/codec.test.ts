import test from 'ava';
import type { JsonObject } from '../event-store/event-store.js';
import { decodeEmailEvent, decodePlayerEvent, decodeProfileEvent, UnreadableEvent } from './codec.js';
import { PLAYER_SCHEMA_VERSION } from './player-events.js';

const METADATA = {
  schemaVersion: 1,
  occurredAt: '2026-01-02T12:00:00.000Z',
  recordedAt: '2026-01-02T12:00:00.007Z',
  correlationId: 'correlation-1',
  causationId: 'causation-1',
  actor: 'player:1',
  prevHash: '0'.repeat(64),
  hash: 'a'.repeat(64),
};
const LOGGED_OUT = {
  id: '00000000-0000-5000-8000-000000000000',
  stream: 'player-1',
  revision: 7,
  type: 'PlayerLoggedOut',
  data: { loginId: 'a' },
  metadata: METADATA,
};

test('a decoded event is the fact and its place', (t) => {
  t.deepEqual(decodePlayerEvent(LOGGED_OUT), LOGGED_OUT as never);
});

const unreadable: {
  readonly [why: string]: { readonly type?: string; readonly data?: unknown; readonly metadata?: unknown };
} = {
  'its type is unknown': { type: 'PlayerVanished' },
  'its type is that of another kind of stream': { type: 'ProfileCreated' },
  'its type is the name of a method of every object': { type: 'toString' },
  'its type is __proto__': { type: '__proto__' },
  'its data lack a field': { data: {} },
  'its data have a field of another type': { data: { loginId: 1 } },
  'its data are null': { data: null },
  'its metadata are missing': { metadata: undefined },
  'its metadata lack the actor': { metadata: { ...METADATA, actor: undefined } },
  'its hash is not one': { metadata: { ...METADATA, hash: 'A'.repeat(64) } },
  'its schema version is 0': { metadata: { ...METADATA, schemaVersion: 0 } },
  'its schema version is newer than this code': { metadata: { ...METADATA, schemaVersion: PLAYER_SCHEMA_VERSION + 1 } },
  'its schema version is text': { metadata: { ...METADATA, schemaVersion: '1' } },
};

for (const [why, change] of Object.entries(unreadable)) {
  test(`an event cannot be read when ${why}`, (t) => {
    const error = t.throws(() => decodePlayerEvent({ ...LOGGED_OUT, ...change } as never), {
      instanceOf: UnreadableEvent,
    });
    t.true(error.message.startsWith('player-1@7: '));
  });
}

test('each kind of stream reads its own types only', (t) => {
  const changed = { ...LOGGED_OUT, stream: 'profile-1', type: 'ProfileChanged', data: { phone: '1' } };
  t.deepEqual(decodeProfileEvent(changed).data, { phone: '1' });
  t.throws(() => decodeEmailEvent(changed), { instanceOf: UnreadableEvent });
  t.throws(() => decodePlayerEvent(changed), { instanceOf: UnreadableEvent });
});

test('an error shows no data: profiles hold what only their stream may hold', (t) => {
  const data: JsonObject = { email: 'jane@example.com', first_name: 'Jane' };
  const error = t.throws(() => decodeProfileEvent({ ...LOGGED_OUT, type: 'ProfileCreated', data }));
  t.notRegex(`${error?.message}${String(error?.cause)}`, /Jane|jane/);
});
