import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import type { JsonObject, StoredEvent } from '../event-store/event-store.js';
import { uuidV5 } from '../ids/ids.js';
import { canonicalJson } from './canonical-json.js';
import { EMPTY_HEAD, hashOf, idOf, isIntact, NO_HASH, seal } from './envelope.js';
import { goldenEvents } from './testing/golden-events.js';

type Event = Omit<StoredEvent, 'position'>;

type HashVectors = {
  readonly idNamespace: string;
  readonly vectors: readonly {
    readonly what: string;
    readonly hashed: Omit<Event, 'id'>;
    readonly canonical: string;
    readonly hash: string;
    readonly id: string;
  }[];
};

const VECTORS = JSON.parse(readFileSync(new URL('./golden/hash-vector.json', import.meta.url), 'utf8')) as HashVectors;

for (const { what, hashed, canonical, hash, id } of VECTORS.vectors) {
  test(`the known answer "${what}"`, (t) => {
    t.is(canonicalJson(hashed), canonical);
    t.is(createHash('sha256').update(canonical, 'utf8').digest('hex'), hash);
    t.is(hashOf(hashed), hash);
    t.is(idOf(hash), id);
    t.is(uuidV5(VECTORS.idNamespace, hash), id);
    t.true(isIntact({ ...hashed, id, metadata: { ...hashed.metadata, hash } }));
  });
}

const CONTEXT = {
  schemaVersion: 1,
  occurredAt: '2026-01-02T12:00:00.000Z',
  recordedAt: '2026-01-02T12:00:00.007Z',
  correlationId: 'correlation-1',
  causationId: 'causation-1',
  actor: 'player:1',
};
const DRAFTS = [
  { type: 'PlayerLoggedIn', data: { loginId: 'a', impersonated: false } },
  { type: 'PlayerLoggedIn', data: { loginId: 'a', impersonated: false } },
  { type: 'PlayerLoggedOut', data: { loginId: 'a' } },
];

test('each sealed event names the hash of the one before it, the first one zeros', (t) => {
  const { events, head } = seal('player-1', EMPTY_HEAD, DRAFTS, CONTEXT);
  const hashes = events.map(({ metadata }) => metadata.hash);
  t.deepEqual(
    events.map(({ metadata }) => metadata.prevHash),
    [NO_HASH, hashes[0], hashes[1]] as never,
  );
  t.deepEqual(head, { revision: 2, hash: hashes[2] as string });
  t.is(new Set(events.map(({ id }) => id)).size, 3);
  for (const [revision, event] of events.entries()) t.true(isIntact({ ...event, stream: 'player-1', revision }));
});

test('sealing nothing moves no head', (t) => {
  t.deepEqual(seal('player-1', EMPTY_HEAD, [], CONTEXT), { events: [], head: EMPTY_HEAD });
});

test('one append or two come to the same chain', (t) => {
  const whole = seal('player-1', EMPTY_HEAD, DRAFTS, CONTEXT);
  const first = seal('player-1', EMPTY_HEAD, DRAFTS.slice(0, 1), CONTEXT);
  const rest = seal('player-1', first.head, DRAFTS.slice(1), CONTEXT);
  t.deepEqual([...first.events, ...rest.events], whole.events);
  t.deepEqual(rest.head, whole.head);
});

const object = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>;
const head = fc.record({
  revision: fc.integer({ min: -1, max: 2 ** 40 }),
  hash: fc.constantFrom(NO_HASH, 'f'.repeat(64)),
});

testProp('the same drafts at the same head in the same context are the same bytes', [object, head], (t, data, at) => {
  const sealed = seal('player-1', at, [{ type: 'T', data }], CONTEXT);
  const again = seal('player-1', at, [{ type: 'T', data: JSON.parse(JSON.stringify(data)) }], { ...CONTEXT });
  t.is(canonicalJson(again.events as never), canonicalJson(sealed.events as never));
  t.deepEqual(again.head, sealed.head);
});

test('anything decided anew is another event', (t) => {
  const draft = { type: 'PlayerLoggedIn', data: { loginId: 'a', impersonated: false } };
  const idOfSealed = (...[stream, at, drafts, context]: Parameters<typeof seal>) =>
    seal(stream, at, drafts, context).events[0]?.id;
  const ids = [
    idOfSealed('player-1', EMPTY_HEAD, [draft], CONTEXT),
    idOfSealed('player-2', EMPTY_HEAD, [draft], CONTEXT),
    idOfSealed('player-1', { ...EMPTY_HEAD, revision: 0 }, [draft], CONTEXT),
    idOfSealed('player-1', { ...EMPTY_HEAD, hash: 'f'.repeat(64) }, [draft], CONTEXT),
    idOfSealed('player-1', EMPTY_HEAD, [{ ...draft, type: 'PlayerLoggedOut' }], CONTEXT),
    idOfSealed('player-1', EMPTY_HEAD, [{ ...draft, data: { loginId: 'a', impersonated: true } }], CONTEXT),
    idOfSealed('player-1', EMPTY_HEAD, [draft], { ...CONTEXT, causationId: 'causation-2' }),
    idOfSealed('player-1', EMPTY_HEAD, [draft], { ...CONTEXT, recordedAt: '2026-01-02T12:00:00.008Z' }),
    idOfSealed('player-1', EMPTY_HEAD, [draft], { ...CONTEXT, traceparent: 'x' }),
  ];
  t.is(new Set(ids).size, ids.length);
});

test('what cannot be hashed cannot be sealed', (t) => {
  for (const value of [undefined, Number.NaN, '\ud800', new Date(0)]) {
    t.throws(() => seal('player-1', EMPTY_HEAD, [{ type: 'T', data: { value } as never }], CONTEXT));
  }
});

// One character of an event's JSON is replaced: either it is no JSON any more, or it still says the same (there is
// more than one way to write a string), or it is not intact.
const events = goldenEvents().map(({ event }) => JSON.stringify(event));
const change = fc.record({
  text: fc.constantFrom(...events),
  at: fc.nat(),
  by: fc.string({ minLength: 1, maxLength: 1 }),
});

testProp(
  'any change of one byte of an event breaks it',
  [change],
  (t, { text, at, by }) => {
    const index = at % text.length;
    const changed = parsed(`${text.slice(0, index)}${by}${text.slice(index + 1)}`);
    fc.pre(changed !== undefined && JSON.stringify(changed) !== text);
    t.false(isIntact(changed as Event));
  },
  { numRuns: 2_000 },
);

test('a field that was added, taken away or moved breaks an event', (t) => {
  const event = JSON.parse(events[0] ?? '') as Event;
  const { actor, ...withoutActor } = event.metadata;
  t.true(isIntact(event));
  t.false(isIntact({ ...event, metadata: { ...event.metadata, note: 'x' } }));
  t.false(isIntact({ ...event, metadata: withoutActor }));
  t.false(isIntact({ ...event, data: { ...event.data, note: null } }));
  t.false(isIntact({ ...event, data: { ...event.data, actor: actor ?? null } }));
  t.false(isIntact({ ...event, revision: event.revision + 1 }));
});

test('an event that can have no hash is not intact, and asking does not throw', (t) => {
  const event = JSON.parse(events[0] ?? '') as Event;
  for (const json of ['{"a":1e400}', '{"a":"\\ud800"}']) t.false(isIntact({ ...event, data: JSON.parse(json) }));
  for (const broken of [null, undefined, 1, 'x']) t.false(isIntact({ ...event, metadata: broken as never }));
});

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}
