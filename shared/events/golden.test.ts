import test from 'ava';
import { CATALOGUE_STREAM, EMAIL_STREAMS, PLAYER_STREAMS } from '../ids/streams.js';
import { isBalanced, type Posting } from '../money/postings.js';
import { catalogueEventSchemas } from './catalogue-events.js';
import { decodeCatalogueEvent, decodeEmailEvent, decodePlayerEvent, decodeProfileEvent } from './codec.js';
import { emailEventSchemas } from './email-events.js';
import { isIntact } from './envelope.js';
import { playerEventSchemas } from './player-events.js';
import { profileEventSchemas } from './profile-events.js';
import { type GoldenEvent, goldenEvents } from './testing/golden-events.js';

const GOLDEN = goldenEvents();
const TYPES = [playerEventSchemas, profileEventSchemas, emailEventSchemas, catalogueEventSchemas].flatMap((schemas) =>
  Object.keys(schemas),
);

function decode({ event }: GoldenEvent) {
  if (event.stream === CATALOGUE_STREAM) return decodeCatalogueEvent(event);
  if (event.stream.startsWith(PLAYER_STREAMS)) return decodePlayerEvent(event);
  return event.stream.startsWith(EMAIL_STREAMS) ? decodeEmailEvent(event) : decodeProfileEvent(event);
}

for (const golden of GOLDEN) {
  const { type, version, event } = golden;
  test(`${type} of version ${version} is intact and can be read for ever`, (t) => {
    t.is(event.type, type);
    t.is(event.metadata.schemaVersion, version);
    t.true(isIntact(event));
    t.is(decode(golden).type, type as never);
    if ('postings' in event.data) t.true(isBalanced(event.data.postings as unknown as Posting[]));
  });
}

for (const type of TYPES) {
  test(`${type} has a golden file of the form that is written today`, (t) => {
    // When this fails for a new type or a changed schema: add a file of the new version, and leave the old ones alone.
    const newest = GOLDEN.filter((golden) => golden.type === type).sort((a, b) => b.version - a.version)[0];
    if (newest === undefined) return t.fail(`golden/${type}.v<N>.json is missing`);
    t.deepEqual(decode(newest).data, newest.event.data as never);
    return undefined;
  });
}

test('no golden file is of a type that the code has forgotten', (t) => {
  t.deepEqual(
    GOLDEN.map(({ type }) => type).filter((type) => !TYPES.includes(type)),
    [],
  );
});
