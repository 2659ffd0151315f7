import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { canonicalJson } from './canonical-json.js';

test('the example of RFC 8785, 3.2.2 and 3.2.3', (t) => {
  const value: unknown = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  t.is(
    canonicalJson(value as never),
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('names are sorted by UTF-16 code units, as in RFC 8785, 3.2.3', (t) => {
  const sorted = ['\r', '1', '\u0080', 'ö', '€', '\u{1f600}', '\ufb33'];
  const value = Object.fromEntries([...sorted].reverse().map((name) => [name, sorted.indexOf(name)]));
  t.deepEqual(
    [...canonicalJson(value).matchAll(/:(\d)/g)].map(([, index]) => Number(index)),
    [0, 1, 2, 3, 4, 5, 6],
  );
});

test('names that look like numbers are sorted as text, and "__proto__" is a name like any other', (t) => {
  t.is(
    canonicalJson(JSON.parse('{"9":1,"10":2,"b":{"__proto__":3,"":4},"a":5}')),
    '{"10":2,"9":1,"a":5,"b":{"":4,"__proto__":3}}',
  );
});

// RFC 8785, appendix B: the bits of a double, and its canonical form.
const NUMBERS: readonly (readonly [bits: string, text: string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

for (const [bits, text] of NUMBERS) {
  test(`the double ${bits} is written ${text}`, (t) => {
    t.is(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE()), text);
  });
}

test('strings are escaped no more than they must be', (t) => {
  t.is(
    canonicalJson('\b\t\n\f\r"\\/\u0000\u001f\u007f\u2028</script>é😀'),
    `"\\b\\t\\n\\f\\r\\"\\\\/\\u0000\\u001f\u007f\u2028</script>é😀"`,
  );
});

test('every single character is written as JSON.stringify writes it', (t) => {
  const characters = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code));
  const differs = (text: string) => canonicalJson({ [text]: text }) !== JSON.stringify({ [text]: text });
  t.deepEqual(
    characters.filter((character) => differs(character) || differs(`a${character}z`)),
    [],
  );
});

test('half of a surrogate pair is refused, as RFC 8785, 3.2.2.2, demands', (t) => {
  for (const text of ['\ud800', 'a\udfff', '\ude00\ud83d', 'x\ud83dx']) {
    t.throws(() => canonicalJson(text));
    t.throws(() => canonicalJson({ [text]: 1 }));
  }
});

test('what JSON cannot hold is refused', (t) => {
  const none = [
    Number.NaN,
    Infinity,
    -Infinity,
    undefined,
    1n,
    Symbol('s'),
    () => 1,
    new Date(0),
    new Map(),
    Buffer.of(1),
  ];
  for (const value of none) {
    t.throws(() => canonicalJson(value as never), undefined, String(value));
    t.throws(() => canonicalJson({ a: value } as never));
    t.throws(() => canonicalJson([value] as never));
  }
  t.throws(() => canonicalJson(new Array(1) as never));
});

const json = fc.jsonValue({ stringUnit: 'grapheme' });

testProp('the canonical form says the same as the value', [json], (t, value) => {
  t.deepEqual(JSON.parse(canonicalJson(value as never)), JSON.parse(JSON.stringify(value)));
});

testProp('it is the same after the value was stored and read, and for any order of names', [json], (t, value) => {
  const canonical = canonicalJson(value as never);
  t.is(canonicalJson(JSON.parse(JSON.stringify(value))), canonical);
  t.is(canonicalJson(reversed(JSON.parse(canonical)) as never), canonical);
});

test('few names and many are in the order of their UTF-16 code units', (t) => {
  for (const count of [0, 1, 2, 31, 32, 33, 200]) {
    // 7,919 is prime: every name once, in an order of no kind; some are longer than what is remembered.
    const names = Array.from({ length: count }, (_, n) => `${(n * 7_919) % count}é`.repeat(1 + (n % 50)));
    const object = Object.fromEntries(names.map((name, n) => [name, n]));
    const sorted = [...names].sort().map((name) => `${JSON.stringify(name)}:${object[name]}`);
    t.is(canonicalJson(object), `{${sorted.join(',')}}`);
  }
});

/** The same value, its members in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const result: { [name: string]: unknown } = Object.create(null);
  for (const [name, member] of Object.entries(value).reverse()) result[name] = reversed(member);
  return result;
}
