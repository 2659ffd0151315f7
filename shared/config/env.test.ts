import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { z } from 'zod';
import { apiKeysVariable, jsonVariable, portVariable, processVariables, readEnv } from './env.js';

const schema = z.object({
  ...processVariables,
  STORE_URL: z.url(),
  KEYS: apiKeysVariable,
  CALLERS: jsonVariable(z.array(z.strictObject({ id: z.string(), secrets: z.array(z.string().min(16)) }))),
  TOKEN_KEY: z.string().regex(/^([0-9a-f]{2}){32}$/),
  MODE: z.enum(['auto', 'manual']),
});

const GOOD = {
  PORT: '4001',
  STORE_URL: 'esdb://127.0.0.1:2113',
  KEYS: `[{"id":"fast-track","sha256":"${'a'.repeat(64)}"}]`,
  CALLERS: '[{"id":"mock","secrets":["0123456789abcdef"]}]',
  TOKEN_KEY: '11'.repeat(32),
  MODE: 'auto',
};

test('what is left out has its default, and what is not asked for is ignored', (t) => {
  t.deepEqual(readEnv(schema, { ...GOOD, PATH: '/bin' }), {
    HOST: '127.0.0.1',
    PORT: 4001,
    LOG_LEVEL: 'info',
    STORE_URL: GOOD.STORE_URL,
    KEYS: [{ id: 'fast-track', sha256: 'a'.repeat(64) }],
    CALLERS: [{ id: 'mock', secrets: ['0123456789abcdef'] }],
    TOKEN_KEY: GOOD.TOKEN_KEY,
    MODE: 'auto',
  });
});

test('every variable that is missing or wrong is named, in one error', (t) => {
  const error = t.throws(() => readEnv(schema, { HOST: '', PORT: 'x', LOG_LEVEL: 'loud', KEYS: 'no json', MODE: '' }));
  t.true(error.message.startsWith('the configuration is not usable:\n'));
  const named = error.message
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(':')[0]);
  t.deepEqual(named.sort(), ['CALLERS', 'HOST', 'KEYS', 'LOG_LEVEL', 'MODE', 'PORT', 'STORE_URL', 'TOKEN_KEY']);
});

test('a fault inside of JSON names the place', (t) => {
  const CALLERS = '[{"id":"mock","secrets":["0123456789abcdef","short"]}]';
  const error = t.throws(() => readEnv(schema, { ...GOOD, CALLERS }));
  t.regex(error.message, /CALLERS\.0\.secrets\.1: /);
});

test('a port is 0 to 65535, and an empty variable is none', (t) => {
  for (const [text, port] of [
    ['0', 0],
    ['1', 1],
    ['65535', 65_535],
  ] as const)
    t.is(portVariable.parse(text), port);
  for (const text of ['', ' ', '-1', '65536', '99999', '100000', '1.5', '1e3', '0x10', '80 ', 'http']) {
    t.false(portVariable.safeParse(text).success, text);
  }
});

test('a hash of a key is lower-case hexadecimal of SHA-256', (t) => {
  const withHash = (sha256: string) => ({ ...GOOD, KEYS: JSON.stringify([{ id: 'a', sha256 }]) });
  t.notThrows(() => readEnv(schema, withHash('0123456789abcdef'.repeat(4))));
  for (const hash of ['', 'A'.repeat(64), 'a'.repeat(63), 'a'.repeat(65), 'the key itself']) {
    t.throws(() => readEnv(schema, withHash(hash)), { message: /KEYS\.0\.sha256/ });
  }
});

// Letters that no message of ours or of zod has in this order.
const secret = fc.string({ unit: fc.constantFrom('Q', 'Z', 'X', '7', '"', '{', ' '), minLength: 8, maxLength: 40 });

testProp('no value is ever shown', [secret, fc.constantFrom(...Object.keys(GOOD))], (t, text, name) => {
  for (const value of [text, JSON.stringify(text), JSON.stringify([{ id: text, secrets: [text], sha256: text }])]) {
    t.false(messageOf({ ...GOOD, [name]: value }).includes(text));
  }
});

function messageOf(env: { readonly [name: string]: string }): string {
  try {
    readEnv(schema, env);
    return '';
  } catch (error) {
    return String(error);
  }
}
