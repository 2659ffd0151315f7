import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { fixtureLines } from '../testing/fixture-lines.js';
import { isCallerId, PLAYER_ID_MAX, parsePlayerId, uuidV5 } from './ids.js';

for (const id of fixtureLines('./player-ids.valid.txt', import.meta.url)) {
  test(`${id} is a player id`, (t) => {
    t.is(parsePlayerId(id), id as never);
  });
}

for (const json of fixtureLines('./player-ids.invalid.txt', import.meta.url)) {
  test(`${json} is no player id`, (t) => {
    t.is(parsePlayerId(JSON.parse(json) as string), undefined);
  });
}

testProp(
  'every integer in 1…2147483646 is a player id, in one form',
  [fc.integer({ min: 1, max: PLAYER_ID_MAX })],
  (t, n) => {
    t.is(Number(parsePlayerId(String(n))), n);
    t.is(parsePlayerId(`0${n}`), undefined);
  },
);

for (const json of fixtureLines('./caller-ids.valid.txt', import.meta.url)) {
  test(`a caller may choose the id ${json}`, (t) => {
    t.true(isCallerId(JSON.parse(json) as string));
  });
}

for (const json of fixtureLines('./caller-ids.invalid.txt', import.meta.url)) {
  test(`a caller may not choose the id ${json}`, (t) => {
    t.false(isCallerId(JSON.parse(json) as string));
  });
}

// RFC 9562, 6.6: the namespaces; A.4: the first of the answers. The others are Python's uuid.uuid5.
const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const URL_NAMESPACE = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';
const KNOWN_ANSWERS: readonly (readonly [namespace: string, name: string, uuid: string])[] = [
  [DNS, 'www.example.com', '2ed6657d-e927-568b-95e1-2665a8aea6a2'],
  [DNS, 'python.org', '886313e1-3b8a-5372-9b90-0c9aee199e5d'],
  [DNS, '', '4ebd0208-8328-5d69-8c44-ec50939c0967'],
  [URL_NAMESPACE, 'https://example.com/ö/😀', '26e7b868-d172-5693-ba02-0e07157eebd8'],
];

for (const [namespace, name, uuid] of KNOWN_ANSWERS) {
  test(`the version 5 UUID of "${name}" in ${namespace} is ${uuid}`, (t) => {
    t.is(uuidV5(namespace, name), uuid);
    t.is(uuidV5(namespace.toUpperCase(), name), uuid);
  });
}

testProp(
  'a version 5 UUID has its version and variant, and is the same each time',
  [fc.string({ unit: 'binary' })],
  (t, name) => {
    const uuid = uuidV5(DNS, name);
    t.regex(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    t.is(uuidV5(DNS, name), uuid);
    t.not(uuidV5(URL_NAMESPACE, name), uuid);
  },
);
