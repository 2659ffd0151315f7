import { fc, testProp } from '@fast-check/ava';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import { z } from 'zod';
import { BODY_BYTES_MAX, JsonNumber, parseJson, validate } from './json-body.js';
import { Problem } from './problem.js';
import { answerIn, openRawHttp } from './testing/raw-http.js';
import { serverInTest } from './testing/server-in-test.js';

/** The errors of the 400 that this ends in. */
function errorsOf(t: ExecutionContext, work: () => unknown): unknown {
  const problem = t.throws(work, { instanceOf: Problem });
  t.is(problem.status, 400);
  t.is(problem.code, 'malformed');
  return problem.members.errors;
}

const parseText = (text: string) => parseJson(Buffer.from(text));

test('numbers stay as they were written', (t) => {
  const text = '[10.10,1e400,-0,0.1000000000000000055511151231257827,12345678901234567890]';
  t.deepEqual(
    (parseText(text) as JsonNumber[]).map((number) => number.text),
    text.slice(1, -1).split(','),
  );
});

const REPEATED: readonly (readonly [body: string, pointer: string])[] = [
  ['{"a":1,"a":2}', '/a'],
  ['{"a":1,"a":1}', '/a'],
  ['{"a":1,"b":2,"a":null}', '/a'],
  ['{"a":1,"\\u0061":1}', '/a'],
  ['{"":1,"":1}', '/'],
  ['{"a/b~c":1,"a/b~c":1}', '/a~1b~0c'],
  ['{"__proto__":1,"__proto__":1}', '/__proto__'],
  ['{"bet":{"amount":"1","amount":"1"}}', '/bet/amount'],
  ['{"bet":{"amount":"1"},"bet":{"amount":"1"}}', '/bet'],
  ['{"list":[{"a":1},[],{"b":2,"b":2}]}', '/list/2/b'],
  ['[{"a":[1,2],"a":[1,2]}]', '/0/a'],
  ['{"a":{"a":1,"b":"\\"a\\":1,","a":2}}', '/a/a'],
];

for (const [body, pointer] of REPEATED) {
  test(`a repeated key is refused, wherever it is: ${body}`, (t) => {
    t.deepEqual(
      errorsOf(t, () => parseText(body)),
      [{ detail: 'the key is repeated', pointer }],
    );
  });
}

test('a key that another object has too is not repeated', (t) => {
  const text = '{"a":{"a":1},"b":[{"a":1},{"a":1}],"c":"a","d":["a","a"]}';
  t.deepEqual(
    JSON.stringify(parseText(text)),
    JSON.stringify(JSON.parse(text, (_, v) => (v === 1 ? { text: '1' } : v))),
  );
});

test('what is not JSON is refused', (t) => {
  const texts = [
    '',
    ' ',
    '{',
    '}',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
  ];
  const more = [
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":0x1}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '"',
    '"\\',
    'nul',
    '{} {}',
  ];
  for (const text of [...texts, ...more, '\ufeff{}', '// {}', '{"a":1}x', '{"a"', '{"a":', '[[[']) {
    t.deepEqual(
      errorsOf(t, () => parseText(text)),
      [{ detail: 'the body is not JSON', pointer: '' }],
      text,
    );
  }
});

test('bytes that are not UTF-8 are refused, not replaced', (t) => {
  for (const bytes of ['ff', 'c080', 'eda080', 'f4908080', 'c3']) {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes, 'hex'), Buffer.from('"}')]);
    t.deepEqual(
      errorsOf(t, () => parseJson(body)),
      [{ detail: 'the body is not UTF-8', pointer: '' }],
      bytes,
    );
  }
});

test('text that Postgres cannot hold or no hash can cover is refused, in values and in names', (t) => {
  const detail = 'U+0000 or half of a surrogate pair';
  for (const text of ['\\u0000', 'x\\ud800', '\\udc00\\ud83d']) {
    t.deepEqual(
      errorsOf(t, () => parseText(`{"a":{"b":["","${text}"]}}`)),
      [{ detail, pointer: '/a/b/1' }],
    );
    errorsOf(t, () => parseText(`{"${text}":1}`));
    errorsOf(t, () => parseText(`"${text}"`));
  }
  t.deepEqual(parseText('"\\ud83d\\ude00\\\\u0000"'), '😀\\u0000');
});

test('deep nesting is refused long before it could hurt', (t) => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  t.notThrows(() => parseText(nested(64)));
  for (const body of [
    nested(65),
    nested(30_000),
    '['.repeat(65_536),
    '{"a":'.repeat(13_000),
    '[{"a":'.repeat(10_000),
  ]) {
    t.deepEqual(
      errorsOf(t, () => parseText(body)),
      [{ detail: 'nested deeper than 64', pointer: '' }],
    );
  }
});

test('no body of the longest length takes long to refuse', (t) => {
  const bodies = ['"', '\\"', '"\\', '{"a":"', '","', '[],', '{"\\u0061":1,', '1', '-', '"\\u0061"'];
  const begunAt = performance.now();
  for (const part of bodies) {
    errorsOf(t, () => parseText(`["${part.repeat(BODY_BYTES_MAX / part.length)}x`));
    errorsOf(t, () => parseText(part.repeat(BODY_BYTES_MAX / part.length).slice(0, -1)) && parseText('x'));
  }
  // Quadratic work on 64 KiB takes minutes; this takes well under a second.
  t.true(performance.now() - begunAt < 20_000);
});

test('the name of a prototype is a name', (t) => {
  const body = parseText('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}') as object;
  t.deepEqual(Object.keys(body), ['__proto__', 'constructor']);
  t.is(({} as { admin?: boolean }).admin, undefined);
  t.is((body as { admin?: boolean }).admin, undefined);
  t.deepEqual(
    errorsOf(t, () => validate(z.strictObject({ a: z.string().optional() }), body)),
    ['__proto__', 'constructor'].map((name) => ({ detail: 'unknown field', pointer: `/${name}` })),
  );
});

test('each error of a body has its pointer', (t) => {
  const schema = z.strictObject({
    player_id: z.string(),
    bet: z.strictObject({ amount: z.string(), 'a/b~c': z.boolean() }),
    list: z.array(z.number()),
  });
  const body = parseText('{"player_id":1,"extra":1,"bet":{"a/b~c":"x","~/":2},"list":["1"]}');
  const errors = errorsOf(t, () => validate(schema, body)) as { pointer: string }[];
  t.deepEqual(errors.map(({ pointer }) => pointer).sort(), [
    '/bet/amount',
    '/bet/a~1b~0c',
    '/bet/~0~1',
    '/extra',
    '/list/0',
    '/player_id',
  ]);
});

test('a number where an object belongs is refused there', (t) => {
  const schema = z.strictObject({ bet: z.strictObject({}), list: z.array(z.strictObject({})) });
  t.deepEqual(
    errorsOf(t, () => validate(schema, parseText('{"bet":1,"list":[{},2]}'))),
    ['/bet', '/list/1'].map((pointer) => ({ detail: 'must be an object', pointer })),
  );
});

test('a body that is no object is refused at its root', (t) => {
  for (const text of ['null', '[]', '1', '"x"', 'true']) {
    const errors = errorsOf(t, () => validate(z.strictObject({}), parseText(text))) as { pointer: string }[];
    t.deepEqual(
      errors.map(({ pointer }) => pointer),
      [''],
    );
  }
});

testProp(
  'what JSON.stringify writes is read as JSON.parse reads it',
  [fc.jsonValue({ stringUnit: 'grapheme' })],
  (t, value) => {
    const text = JSON.stringify(value);
    t.deepEqual(withNumbers(parseText(text)), JSON.parse(text));
  },
);

testProp('any bytes at all are a value or a 400', [fc.uint8Array({ maxLength: 200 })], (t, bytes) => {
  t.true(isValueOr400(Buffer.from(bytes)));
});

const pieces = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '"a"',
  'a',
  '1',
  '.',
  'e',
  'u0000',
  'null',
  ' ',
  'é',
);

testProp('and so is anything that looks like JSON', [fc.array(pieces, { maxLength: 40 })], (t, parts) => {
  t.true(isValueOr400(Buffer.from(parts.join(''))));
});

function isValueOr400(body: Buffer): boolean {
  try {
    return parseJson(body) !== undefined;
  } catch (error) {
    return error instanceof Problem && error.status === 400;
  }
}

/** The parsed value with JavaScript's numbers in it. */
function withNumbers(value: unknown): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(withNumbers);
  if (typeof value !== 'object' || value === null) return value;
  // `defineProperty` inside, so that a member `__proto__` stays one.
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withNumbers(member)]));
}

const HEAD = 'POST /length HTTP/1.1\r\nHost: a\r\nConnection: close\r\n';
const chunked = (body: string) =>
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const withLength = (body: string) => `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`;

for (const [how, request] of [
  ['a length', withLength],
  ['chunks', chunked],
] as const) {
  test(`64 KiB are taken and one byte more is a 413, with ${how}`, async (t) => {
    const { url } = await serverInTest(t);
    const taken = openRawHttp(t, url);
    taken.socket.write(request('x'.repeat(BODY_BYTES_MAX)));
    t.deepEqual(JSON.parse(answerIn(await taken.received('}')).body), { bytes: BODY_BYTES_MAX });
    const refused = openRawHttp(t, url);
    refused.socket.write(request('x'.repeat(BODY_BYTES_MAX + 1)));
    const answer = answerIn(await refused.received('}'));
    t.is(answer.status, 413);
    t.like(JSON.parse(answer.body), { status: 413, code: 'body_too_large' });
  });
}

test('a body that is far too large is answered, not cut off', async (t) => {
  const { url } = await serverInTest(t);
  const answer = await fetch(`${url}/length`, { method: 'POST', body: 'x'.repeat(5_000_000) });
  t.is(answer.status, 413);
  t.is((await fetch(`${url}/length`, { method: 'POST', body: 'x' })).status, 200);
});

test('a request without a body has an empty one', async (t) => {
  const { url } = await serverInTest(t);
  t.deepEqual(await (await fetch(`${url}/length`, { method: 'POST' })).json(), { bytes: 0 });
  t.is((await fetch(`${url}/echo`, { method: 'POST' })).status, 400);
});

test('an upload that is given up is no fault of ours', async (t) => {
  const { url, server, log } = await serverInTest(t);
  const { socket, whole } = openRawHttp(t, url);
  socket.write(`${HEAD}Content-Length: 100\r\n\r\nhalf`, () => socket.resetAndDestroy());
  await whole;
  t.is((await fetch(`${url}/length`, { method: 'POST', body: 'x' })).status, 200);
  await server.stop();
  t.deepEqual(log, []);
});
