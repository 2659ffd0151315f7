import test from 'ava';
import { z } from 'zod';
import { readEnv } from './env.js';
import { productionFaults } from './production.js';

const KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const callers = (secret: string) => JSON.stringify([{ id: 'a', secrets: [secret] }]);

const SAFE = {
  NODE_ENV: 'production',
  EVENTSTORE_URL: 'esdb://admin:changeit@a:2113,b:2113?tls=true',
  NATS_URL: 'tls://a:4222,tls://b:4222',
  POSTGRES_URL: 'postgres://croupier:secret@db/croupier?sslmode=verify-full',
  FT_BASE_URL: 'https://fast-track.example.com',
  FT_API_KEY: 'whatever Fast Track gave',
  CROUPIER_EMAIL_KEY: KEY,
  CROUPIER_TOKEN_KEY: KEY,
  CROUPIER_OAUTH_KEY: KEY,
  CROUPIER_PROVIDERS: callers(KEY),
  CROUPIER_PSPS: callers(KEY),
};

test('a safe configuration is taken; without TLS parameters an event store is spoken to by TLS', (t) => {
  t.deepEqual(productionFaults(SAFE), []);
  t.deepEqual(productionFaults({ ...SAFE, EVENTSTORE_URL: 'esdb+discover://a:2113' }), []);
});

const UNSAFE: readonly (readonly [string, string])[] = [
  ['EVENTSTORE_URL', 'esdb://a:2113?tls=false'],
  ['EVENTSTORE_URL', 'esdb://a:2113?tls=true&tlsVerifyCert=false'],
  ['NATS_URL', 'nats://a:4222'],
  ['NATS_URL', 'tls://a:4222,nats://b:4222'],
  ['POSTGRES_URL', 'postgres://db/croupier'],
  ['POSTGRES_URL', 'postgres://db/croupier?sslmode=no-verify'],
  ['POSTGRES_URL', 'postgres://db/croupier?sslmode=prefer'],
  ['FT_BASE_URL', 'http://fast-track.example.com'],
];

for (const [name, url] of UNSAFE) {
  test(`a production is not started with ${name}=${url}, unless told so`, (t) => {
    const faults = productionFaults({ ...SAFE, [name]: url });
    t.is(faults.length, 1);
    t.true(faults[0]?.startsWith(`${name}: needs `), faults[0]);
    t.deepEqual(productionFaults({ ...SAFE, [name]: url, CROUPIER_PLAINTEXT: 'allow' }), []);
    t.is(productionFaults({ ...SAFE, [name]: url, CROUPIER_PLAINTEXT: 'yes' }).length, 1);
  });
}

const WEAK: readonly (readonly [string, string])[] = [
  ['CROUPIER_EMAIL_KEY', 'ab'.repeat(32)],
  ['CROUPIER_TOKEN_KEY', '00'.repeat(32)],
  ['CROUPIER_OAUTH_KEY', '0123'.repeat(16)],
  ['CROUPIER_PROVIDERS', callers('0123456789abcdef')],
  ['CROUPIER_PROVIDERS', callers('a'.repeat(64))],
  ['CROUPIER_PSPS', JSON.stringify([{ id: 'a', secrets: [KEY, 'short'] }])],
  ['CROUPIER_PROVIDERS', callers(`sandbox-provider-${KEY}`)],
  ['CROUPIER_PSPS', callers(`sandbox-psp-${KEY}`)],
  ['FT_API_KEY', `sandbox-fast-track-${KEY}`],
  ['PROVIDER_SECRET', 'sandbox-provider-secret'],
  ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
];

for (const [name, value] of WEAK) {
  test(`a production is not started with a ${name} like ${value.slice(0, 60)}, whatever it is told`, (t) => {
    const env = { ...SAFE, [name]: value, CROUPIER_PLAINTEXT: 'allow' };
    const faults = productionFaults(env);
    t.is(faults.length, 1);
    t.true(faults[0]?.startsWith(`${name}: `), faults[0]);
    t.deepEqual(productionFaults({ ...env, NODE_ENV: 'development' }), []);
  });
}

test('every process refuses, with all that is wrong in one error and no value in it', (t) => {
  const schema = z.object({ PORT: z.string() });
  const env = { ...SAFE, NATS_URL: 'nats://user:hunter2@a:4222', CROUPIER_TOKEN_KEY: '11'.repeat(32) };
  const { message } = t.throws(() => readEnv(schema, env)) ?? { message: '' };
  t.deepEqual(
    message.split('\n').map((line) => line.split(':')[0]?.trim()),
    ['the configuration is not usable', 'PORT', 'CROUPIER_TOKEN_KEY', 'NATS_URL'],
  );
  t.false(/hunter2|1111/.test(message));
  t.throws(() => readEnv(schema, { ...env, PORT: '1' }), { message: /NATS_URL/ });
  t.deepEqual(readEnv(schema, { ...SAFE, PORT: '1' }), { PORT: '1' });
});
