import fc, { type Arbitrary } from 'fast-check';
import { escapePointer } from '../json-flaw.js';

/** A body that was broken: its bytes, and where, if the break has a place. */
export type BrokenBody = { readonly bytes: Buffer; readonly pointer: string | undefined };

/** JSON as it is written, where a value could not say it: 1e400, a repeated key, ten thousand brackets. */
class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Members = { readonly [name: string]: unknown };

const NUMBERS = [
  ...['0', '-0', '-1', '1e400', '-1e400', '1E2', '1e-7', '0.1', '10.001', '1.0000000000000000000000000000001'],
  ...['9007199254740993', '999999999999', '1000000000000', '2147483647', '2147483648', '18446744073709551616'],
  ...['NaN', 'Infinity', '-Infinity', '01', '1.', '.5', '+1', '0x10', '1_000', '5e-324', '9'.repeat(400)],
];
const TEXTS = [
  ...[
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\udfff\ud800',
    '😀',
    'ｅｕｒ',
    '\u202e',
    'e\u0301',
    '\ufeff',
    '\r\n',
    '../../etc',
    '%00',
  ],
  ...["' or 1=1 --", '<script>', '__proto__', 'null', 'x'.repeat(5_000), '1e5', '-1', '10,00', '١٠', 'Ⅹ'],
  ...['0', '00', '1'.repeat(129), '2147483646', '2147483647', '99999999999', '9999-12-31T23:59:59-01:00', '+1'],
];
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', 'a/b~c', 'ﬁeld', '0', 'text'];

const oddValues: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...NUMBERS).map((text) => new Written(text)),
  fc.constantFrom<unknown>(...TEXTS),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], { text: '1.00' }, ['1.00'], { __proto__: null, value: 1 }),
  fc.double().map((number) => new Written(String(number))),
  fc.constantFrom(2, 63, 64, 65, 1_000, 10_000).map((depth) => new Written('['.repeat(depth) + ']'.repeat(depth))),
  fc.constantFrom(3, 64, 2_000).map((depth) => new Written(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A good body, broken once: in a member, in its names, or in its bytes. */
export function brokenBodies(good: Arbitrary<unknown>): Arbitrary<BrokenBody> {
  const places = good.chain((body) => {
    const pointers = pointersIn(body);
    if (pointers.length === 0) return oddValues.map((odd) => written(odd, undefined));
    const pointer = fc.constantFrom(...pointers);
    return fc.oneof(
      fc.tuple(pointer, oddValues).map(([at, odd]) => written(withMember(body, at, odd), pointerOf(at))),
      pointer.map((at) => written(withoutMember(body, at), pointerOf(at))),
      fc
        .tuple(fc.constantFrom(...NAMES), oddValues)
        .map(([name, odd]) => written(withName(body as Members, name, odd), undefined)),
      fc.tuple(pointer, oddValues).map(([at, odd]) => written(withTwice(body, at, odd), pointerOf(at))),
    );
  });
  const wholes = oddValues.map((odd) => written(odd, undefined));
  const bytes = fc.tuple(good, fc.nat(), fc.constantFrom(...BYTE_BREAKS)).map(([body, at, breakBytes]) => {
    const text = Buffer.from(textOf(body));
    return { bytes: breakBytes(text, at % (text.length + 1)), pointer: undefined };
  });
  return fc.oneof({ weight: 8, arbitrary: places }, { weight: 1, arbitrary: wholes }, { weight: 2, arbitrary: bytes });
}

/** As it is, for a test that also wants to be let in. */
export function goodBytes(body: unknown): Buffer {
  return Buffer.from(textOf(body));
}

const BYTE_BREAKS: readonly ((bytes: Buffer, at: number) => Buffer)[] = [
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at)]),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from([0xc0, 0x80]), bytes.subarray(at)]),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from([0xed, 0xa0, 0x80]), bytes.subarray(at)]),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from([0]), bytes.subarray(at)]),
  (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
  (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
  (bytes) => Buffer.concat([bytes, bytes]),
  (bytes) => Buffer.concat([bytes, Buffer.alloc(70_000, 0x20)]),
  (bytes) => Buffer.concat([bytes, Buffer.from(',}')]),
  () => Buffer.alloc(0),
];

function written(value: unknown, pointer: string | undefined): BrokenBody {
  return { bytes: Buffer.from(textOf(value)), pointer };
}

function textOf(value: unknown): string {
  if (value instanceof Written) return value.text;
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${textOf(member)}`)
    .join(',')}}`;
}

/** The way to each member of the body, objects in it included. */
function pointersIn(body: unknown): readonly (readonly string[])[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  return Object.entries(body).flatMap(([name, member]) => [[name], ...pointersIn(member).map((way) => [name, ...way])]);
}

function pointerOf(way: readonly string[]): string {
  return way.map((name) => `/${escapePointer(name)}`).join('');
}

/** The object in which the last step of the way is, changed. */
function changed(
  body: unknown,
  [name = '', ...rest]: readonly string[],
  change: (at: Members, name: string) => unknown,
): unknown {
  const members = body as Members;
  return rest.length === 0 ? change(members, name) : { ...members, [name]: changed(members[name], rest, change) };
}

function withMember(body: unknown, way: readonly string[], value: unknown): unknown {
  return changed(body, way, (members, name) => ({ ...members, [name]: value }));
}

function withoutMember(body: unknown, way: readonly string[]): unknown {
  return changed(body, way, (members, name) =>
    Object.fromEntries(Object.entries(members).filter(([other]) => other !== name)),
  );
}

/** Written, since an object literal would take `__proto__` for something else. */
function withName(body: Members, name: string, value: unknown): Written {
  return new Written(`${textOf(body).slice(0, -1)},${JSON.stringify(name)}:${textOf(value)}}`);
}

function withTwice(body: unknown, way: readonly string[], value: unknown): unknown {
  return changed(body, way, (members, name) => withName(members, name, value));
}
