import { readFileSync } from 'node:fs';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { isSignedBy, SIGNATURE_WINDOW_S, sign } from './signature.js';

type Vectors = {
  readonly vectors: readonly {
    readonly what: string;
    readonly secret: string;
    readonly timestamp: string;
    readonly method: string;
    readonly path: string;
    readonly body: string;
    readonly signed: string;
    readonly signature: string;
  }[];
};

const VECTORS = JSON.parse(readFileSync(new URL('./signature-vectors.json', import.meta.url), 'utf8')) as Vectors;

for (const { what, secret, signed, signature, ...request } of VECTORS.vectors) {
  test(`the known answer "${what}"`, (t) => {
    t.is(`${request.timestamp}.${request.method}.${request.path}.${request.body}`, signed);
    t.is(sign(secret, request), signature);
    t.is(sign(secret, { ...request, body: Buffer.from(request.body) }), signature);
    t.true(isSignedBy([secret], signature, request, Number(request.timestamp) * 1000));
  });
}

const AT_S = 1_767_355_200;
const REQUEST = { timestamp: String(AT_S), method: 'POST', path: '/provider/v1/bet', body: '{"a":1}' };
const SECRET = 'a secret of the provider';
const SIGNATURE = sign(SECRET, REQUEST);
const NOW_MS = AT_S * 1000;

test('a signature is good for 300 seconds before and after its timestamp, and no longer', (t) => {
  for (const [offMs, isGood] of [
    [0, true],
    [300_000, true],
    [300_001, false],
    [-300_000, true],
    [-300_001, false],
  ] as const) {
    t.is(isSignedBy([SECRET], SIGNATURE, REQUEST, NOW_MS + offMs), isGood, `${offMs}`);
  }
  t.is(SIGNATURE_WINDOW_S, 300);
});

test('during a rotation both secrets are good, and no third', (t) => {
  const signature = sign('the new secret', REQUEST);
  for (const secrets of [
    [SECRET, 'the new secret'],
    ['the new secret', SECRET],
  ]) {
    t.true(isSignedBy(secrets, signature, REQUEST, NOW_MS));
    t.true(isSignedBy(secrets, SIGNATURE, REQUEST, NOW_MS));
    t.false(isSignedBy(secrets, sign('another', REQUEST), REQUEST, NOW_MS));
  }
  t.false(isSignedBy([], SIGNATURE, REQUEST, NOW_MS));
});

test('whatever is signed counts', (t) => {
  const changes = [
    { timestamp: String(AT_S + 1) },
    { timestamp: `0${AT_S}` },
    { method: 'post' },
    { method: 'PUT' },
    { path: '/provider/v1/win' },
    { path: '/provider/v1/bet/' },
    { path: '/provider/v1/bet?x=1' },
    { body: '{"a": 1}' },
    { body: '' },
  ];
  for (const change of changes) {
    t.false(isSignedBy([SECRET], SIGNATURE, { ...REQUEST, ...change }, NOW_MS), JSON.stringify(change));
  }
});

test('a signature has one form: 64 lower-case hexadecimal digits', (t) => {
  const forms = [
    '',
    SIGNATURE.toUpperCase(),
    SIGNATURE.slice(0, 63),
    `${SIGNATURE}0`,
    `${SIGNATURE}\n`,
    ` ${SIGNATURE}`,
  ];
  for (const form of [...forms, `sha256=${SIGNATURE}`, `${SIGNATURE}, ${SIGNATURE}`, 'z'.repeat(64)]) {
    t.false(isSignedBy([SECRET], form, REQUEST, NOW_MS), form);
  }
});

test('a timestamp is whole seconds in plain digits', (t) => {
  for (const timestamp of [
    '',
    'now',
    `${AT_S}.0`,
    `-${AT_S}`,
    `+${AT_S}`,
    ` ${AT_S}`,
    '1e9',
    `${AT_S}000000`,
    'NaN',
    '٠',
  ]) {
    const request = { ...REQUEST, timestamp };
    t.false(isSignedBy([SECRET], sign(SECRET, request), request, NOW_MS), timestamp);
  }
});

testProp(
  'one digit changed is another signature',
  [fc.nat({ max: 63 }), fc.constantFrom(...'0123456789abcdef')],
  (t, at, digit) => {
    const changed = `${SIGNATURE.slice(0, at)}${digit}${SIGNATURE.slice(at + 1)}`;
    t.is(isSignedBy([SECRET], changed, REQUEST, NOW_MS), changed === SIGNATURE);
  },
);

testProp('raw bytes are signed as they are, UTF-8 or not', [fc.uint8Array(), fc.uint8Array()], (t, one, other) => {
  const signature = sign(SECRET, { ...REQUEST, body: Buffer.from(one) });
  const isSame = Buffer.from(one).equals(Buffer.from(other));
  t.is(isSignedBy([SECRET], signature, { ...REQUEST, body: Buffer.from(other) }, NOW_MS), isSame);
});
